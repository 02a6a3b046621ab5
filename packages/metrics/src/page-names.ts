import type { FamilyDefinition } from './family.ts';

/** The parts that a family has on a page, besides its own name. */
const PARTS: Readonly<Record<FamilyDefinition['type'], readonly string[]>> = {
  counter: [],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
  info: [],
  unknown: [],
};

/** The name of the family in OpenMetrics: a counter's without `_total`, an info's without `_info`. */
export function familyName({ name, type }: Pick<FamilyDefinition, 'name' | 'type'>): string {
  if (type === 'counter' && name.endsWith('_total')) return name.slice(0, -'_total'.length);
  return type === 'info' && name.endsWith('_info') ? name.slice(0, -'_info'.length) : name;
}

/**
 * Every name that a family takes on a page, of which no other family can have one: a gauge `jobs_count` beside a histogram
 * `jobs`.
 */
export function namesTaken({ name, type }: Pick<FamilyDefinition, 'name' | 'type'>): readonly string[] {
  return [name, ...PARTS[type].map((part) => name + part)];
}

/** The same and those that OpenMetrics keeps free for it. */
function namesReserved(definition: Pick<FamilyDefinition, 'name' | 'type'>): readonly string[] {
  const family = familyName(definition);
  if (family === definition.name) return namesTaken(definition);
  return definition.type === 'counter'
    ? [definition.name, family, `${family}_created`]
    : [definition.name, family];
}

/**
 * The families that want a name in OpenMetrics which another one has or wants, though they can be told apart by their own
 * names: a gauge `jobs` and a counter `jobs_total`, or two counters `jobs_total` and `jobs_created_total`.
 *
 * @returns their own names; where only counters and infos among them go without the other names, nothing clashes
 */
export function namesClashing(
  definitions: Iterable<Pick<FamilyDefinition, 'name' | 'type'>>,
): ReadonlySet<string> {
  const wantedBy = new Map<string, string>();
  const clashing = new Set<string>();
  for (const definition of definitions) {
    for (const name of namesReserved(definition)) {
      const other = wantedBy.get(name);
      if (other === undefined) wantedBy.set(name, definition.name);
      else if (other !== definition.name) clashing.add(other).add(definition.name);
    }
  }
  return clashing;
}

/** True for a name that both formats allow for a metric. */
export function isMetricName(name: string): boolean {
  return /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name);
}

/** True for a name that both formats allow for a label. */
export function isLabelName(name: string): boolean {
  return /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
