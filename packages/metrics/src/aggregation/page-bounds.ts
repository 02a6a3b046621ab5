import type { FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { STEP_SERIES, labelSetKey, mergeSteps, orderOf } from './merge-family.ts';
import type { Snapshot } from './merge-snapshots.ts';
import { type Steps, createPacer, inSlices } from '../pacer.ts';

/** So many label sets a metric may have in any case: info metrics have one for each version that runs. */
const LEAST_BOUND = 100;

/**
 * Keeps what several processes have together within the bounds that each of them keeps for itself alone: ten workers with label
 * sets of their own would be ten times as many.
 *
 * A label set that was on the page before stays there. It would be missing as a series, and what it has counted would look in the
 * overflow series as if it had just been counted.
 *
 * @param before the page before, of which only the label sets count
 */
export async function pageWithinBounds(page: Snapshot, before: Snapshot): Promise<FamilySnapshot[]> {
  const pacer = createPacer();
  const families: FamilySnapshot[] = [];
  let known: Map<string, FamilySnapshot> | undefined;
  for (const family of page) {
    const { definition, series } = family;
    const bound = Math.max(definition.seriesBound, LEAST_BOUND);
    if (series.length <= bound || series.length - series.filter(isOverflow).length <= bound) {
      families.push(family);
      continue;
    }
    known ??= new Map(before.map((each) => [each.definition.name, each]));
    // oxlint-disable-next-line no-await-in-loop -- one family after the other
    families.push(await inSlices(boundedSteps(family, known.get(definition.name), bound), pacer));
  }
  return families;
}

/**
 * One family with at most so many label sets besides the overflow series: of those that were there before as many as there is room
 * for, then the first of the others.
 */
export function* boundedSteps(
  { definition, series }: FamilySnapshot,
  before: FamilySnapshot | undefined,
  bound: number,
): Steps<FamilySnapshot> {
  const shown = before && (yield* keysOf(before, definition.labels));
  const kept: SeriesSnapshot[] = [];
  const fresh: SeriesSnapshot[] = [];
  const beyond: SeriesSnapshot[] = [];
  for (const [at, each] of series.entries()) {
    if (each.overflow) beyond.push(each);
    else (kept.length < bound && shown?.has(labelSetKey(each.labelValues)) ? kept : fresh).push(each);
    if (at % STEP_SERIES === 0) yield;
  }
  const room = bound - kept.length;
  for (const [at, each] of fresh.entries()) {
    if (at < room) kept.push(each);
    else beyond.push({ ...each, labelValues: [], overflow: true });
    if (at % STEP_SERIES === 0) yield;
  }
  const { series: overflow } = yield* mergeSteps([{ definition, series: beyond }]);
  return { definition, series: kept.concat(overflow) };
}

function isOverflow({ overflow }: SeriesSnapshot): boolean {
  return overflow === true;
}

function* keysOf({ definition, series }: FamilySnapshot, labels: readonly string[]): Steps<Set<string>> {
  const order = orderOf(definition.labels, labels);
  const keys = new Set<string>();
  for (const [at, { labelValues, overflow }] of series.entries()) {
    if (!overflow) keys.add(labelSetKey(order ? order.map((from) => labelValues[from]) : labelValues));
    if (at % STEP_SERIES === 0) yield;
  }
  return keys;
}
