/* oxlint-disable no-await-in-loop -- the event loop gets its turn between slices */
import { mergeFamily } from './aggregation/merge-family.ts';
import type { Censor } from './censor.ts';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from './family.ts';
import { labelText } from './label-text.ts';
import { labelValue, textOf } from './label-value.ts';
import type { Pacer } from './pacer.ts';
import type { PageFamily, PageSeries } from './page-family.ts';
import { isLabelName, isMetricName, namesTaken } from './page-names.ts';
import { isWhole } from './whole-series.ts';

/** Series that are looked at before the clock is asked. */
const STRIDE = 64;

export interface Combining {
  readonly pacer: Pacer;
  /** Own families are censored already, the others here. */
  readonly censor: Censor;
  /** Told the name of the family, and why. */
  readonly onLeftOut: (name: string, why: string) => void;
}

/**
 * Own families and those of other registries as one page, on which no two families take the same name and no two series
 * the same labels. Of two series with the same labels the first one stays; a family that does not go with one before it,
 * or cannot stand on a page at all, is left out.
 */
export async function combineFamilies(
  own: Iterable<PageFamily>,
  others: readonly FamilySnapshot[],
  combining: Combining,
): Promise<PageFamily[]> {
  const { pacer, censor, onLeftOut } = combining;
  const placed = new Map<string, PageFamily>();
  const taken = new Map<string, string>();

  function place(family: PageFamily): void {
    const { definition } = family;
    placed.set(definition.name, family);
    for (const name of namesTaken(definition)) taken.set(name, definition.name);
  }

  async function placeOther(other: FamilySnapshot): Promise<string | undefined> {
    const unfit = unfitness(other.definition);
    if (unfit !== undefined) return unfit;
    if (!other.series.every(isWhole)) return 'a series of it holds what is no number, or no exemplar';
    const { help, unit } = other.definition;
    const definition = { ...other.definition, help: censor.text(textOf(help)), unit: textOf(unit) };
    const secret = [definition.name, ...definition.labels].some((name) => censor.text(name) !== name);
    if (secret) return 'there is a secret in a name of it';
    // One without series may not know its boundaries yet, as a histogram of prom-client.
    if (other.series.length === 0) return undefined;
    const known = placed.get(definition.name);
    if (known === undefined) {
      const rival = namesTaken(definition).flatMap((name) => taken.get(name) ?? [])[0];
      if (rival !== undefined) return `${rival} takes a name that it needs`;
      place(fixedFamily(definition, await distinct(definition, other.series, new Set(), combining)));
      return undefined;
    }
    const difference = differenceOf(known.definition, { ...other, definition });
    if (difference !== undefined) return difference;
    placed.set(definition.name, await merged(known, other, combining));
    return undefined;
  }

  for (const family of own) place(family);
  for (const other of others) {
    if (pacer.isDue()) await pacer.turn();
    let why: string | undefined;
    try {
      why = await placeOther(other);
    } catch {
      // Whatever other code hands over as a family, the page comes.
      why = 'it is no family of metrics';
    }
    if (why !== undefined) onLeftOut(censor.text(textOf(other?.definition?.name)).slice(0, 128), why);
  }
  return [...placed.values()];
}

/** Copies for another thread or process, with one value for each label. */
export async function snapshotOf(
  { definition, pageSeries }: PageFamily,
  pacer: Pacer,
): Promise<FamilySnapshot> {
  const series: SeriesSnapshot[] = [];
  for (const each of pageSeries()) {
    const { labelText: _, ...copy } = each as SeriesSnapshot & PageSeries;
    const labelValues = definition.labels.map((_name, at) => copy.labelValues[at] || undefined);
    series.push({ ...copy, labelValues });
    if (series.length % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  return { definition, series };
}

function fixedFamily(definition: FamilyDefinition, series: readonly PageSeries[]): PageFamily {
  return { definition, pageSeries: () => series };
}

/** Why a family of another registry cannot stand on a page; undefined when it can. */
function unfitness({ name, type, labels, boundaries = [] }: FamilyDefinition): string | undefined {
  if (!isMetricName(name)) return 'its name cannot stand on a page';
  if (!labels.every(isLabelName) || new Set(labels).size < labels.length) {
    return 'a label of it cannot stand on a page';
  }
  const part = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  if (part !== undefined && labels.includes(part)) return `its label ${part} is that of a ${type}'s parts`;
  const isIncreasing = boundaries.every(
    (bound, at) => Number.isFinite(bound) && (at === 0 || bound > (boundaries[at - 1] as number)),
  );
  return isIncreasing ? undefined : 'its boundaries are not increasing';
}

function differenceOf(
  known: FamilyDefinition,
  { definition: other, series }: FamilySnapshot,
): string | undefined {
  // Who knows no info, such as the default metrics of prom-client, has a gauge of 1.
  const isInfo = known.type === 'info' && other.type === 'gauge' && series.every(({ value }) => value === 1);
  if (known.type !== other.type && !isInfo) {
    return `it has the type ${known.type} on the page already, and ${other.type} there`;
  }
  const [some, others] = [known.boundaries ?? [], other.boundaries ?? []];
  const isSame = some.length === others.length && some.every((bound, at) => bound === others[at]);
  return isSame ? undefined : 'it is on the page already, with other boundaries';
}

interface Changed {
  readonly at: number;
  /** The labels as they were given, of all that are one series now. */
  readonly given: Set<string>;
  readonly more: SeriesSnapshot[];
}

/**
 * Those whose labels are new; the text of the labels is made here and kept. What differs in its labels, but no longer when
 * these are cut and censored, is added up, as in the own registry.
 */
async function distinct(
  definition: FamilyDefinition,
  all: readonly SeriesSnapshot[],
  seen: Set<string>,
  { pacer, censor }: Combining,
): Promise<PageSeries[]> {
  const { labels: names } = definition;
  const kept: PageSeries[] = [];
  /** Those whose labels are not as they were given: where they stand, and what is to be added to them. */
  const changed = new Map<string, Changed>();
  // The same labels in another order are the same series.
  const order = Array.from(names.keys()).toSorted((one, other) => (names[one]! < names[other]! ? -1 : 1));
  const sortedNames = order.map((at) => names[at]!);
  let done = 0;
  for (const series of all) {
    let isChanged = false;
    const labelValues = series.labelValues.map((value, at) => {
      const clean = censor.labelValue(names[at] ?? '', labelValue(value));
      if (clean !== value && clean !== '') isChanged = true;
      return clean;
    });
    const identity = { labelValues, ...(series.overflow && { overflow: true }) };
    const key = labelText(sortedNames, { ...identity, labelValues: order.map((at) => labelValues[at]) });
    const given = isChanged ? JSON.stringify(series.labelValues.map(textOf)) : '';
    const twin = isChanged ? changed.get(key) : undefined;
    if (!seen.has(key)) {
      seen.add(key);
      if (isChanged) changed.set(key, { at: kept.length, given: new Set([given]), more: [] });
      kept.push({ ...series, labelValues, labelText: labelText(names, identity) });
    } else if (twin && !twin.given.has(given)) {
      twin.given.add(given);
      twin.more.push({ ...series, labelValues });
    }
    if (++done % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  for (const { at, more } of changed.values()) {
    if (more.length === 0) continue;
    const [sum] = mergeFamily([{ definition, series: [kept[at] as SeriesSnapshot, ...more] }]).series;
    kept[at] = { ...(kept[at] as PageSeries), ...sum };
    if (pacer.isDue()) await pacer.turn();
  }
  return kept;
}

async function merged(known: PageFamily, other: FamilySnapshot, combining: Combining): Promise<PageFamily> {
  const mine = known.pageSeries();
  const seen = new Set<string>();
  // Only to learn what there is: own series stay as they are.
  await distinct(known.definition, mine as readonly SeriesSnapshot[], seen, combining);
  const more = await distinct(other.definition, other.series, seen, combining);
  if (more.length === 0) return known;
  const labels = [...new Set([...known.definition.labels, ...other.definition.labels])];
  const places = labels.map((label) => other.definition.labels.indexOf(label));
  const aligned = Array.from(more, (series) => ({
    ...series,
    labelValues: places.map((at) => series.labelValues[at]),
  }));
  return fixedFamily({ ...known.definition, labels }, [...mine, ...aligned]);
}
