import type { FamilyDefinition } from './family.ts';

/** The parts that a family has on a page, besides its own name. */
const PARTS: Readonly<Record<FamilyDefinition['type'], readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
  unknown: [],
};

/** The name of the family in OpenMetrics: a counter's without `_total`, an info's without `_info`. */
export function familyName({ name, type }: Pick<FamilyDefinition, 'name' | 'type'>): string {
  if (type === 'counter' && name.endsWith('_total')) return name.slice(0, -'_total'.length);
  return type === 'info' && name.endsWith('_info') ? name.slice(0, -'_info'.length) : name;
}

/**
 * Every name that a family takes on a page. Two families of which one takes a name of the other make the page invalid
 * in OpenMetrics, though their own names differ: a gauge `jobs` and a counter `jobs_total`.
 */
export function namesTaken(definition: Pick<FamilyDefinition, 'name' | 'type'>): readonly string[] {
  const family = familyName(definition);
  return [family, ...PARTS[definition.type].map((part) => family + part)];
}

/** True for a name that both formats allow for a metric. */
export function isMetricName(name: string): boolean {
  return /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name);
}

/** True for a name that both formats allow for a label. */
export function isLabelName(name: string): boolean {
  return /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
