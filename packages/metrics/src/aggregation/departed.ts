import type { FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { atOnce } from '../pacer.ts';
import type { Snapshot } from './merge-snapshots.ts';
import { boundedSteps } from './page-bounds.ts';

const cumulative: ReadonlySet<string> = new Set(['counter', 'histogram']);

/** Most label sets that are kept of one metric for processes and threads that have ended. */
const MAX_SERIES = 10_000;

/** Most metrics that a process or thread has had and lacks now, of which what it counted is kept. */
const MAX_LACKING = 1000;

/** What only ever grows: it counts although whoever counted it does not answer, or is no more. */
export function cumulativeOnly(snapshot: Snapshot): FamilySnapshot[] {
  const families: FamilySnapshot[] = [];
  for (const { definition, series } of snapshot) {
    if (cumulative.has(definition.type)) families.push({ definition, series });
    else if (definition.type === 'summary')
      families.push({ definition, series: series.map(withoutQuantiles) });
  }
  return families;
}

/**
 * A snapshot with what it lacks and an earlier one had, as far as that only ever grows: where a metric could not be read this
 * once, as its callback failed, the total of all would fall and come back, and a rate would take that for counts.
 */
export function withLacking(snapshot: Snapshot, before: Snapshot): Snapshot {
  const counting = new Set<string>();
  for (const { definition, series } of snapshot) if (series.length > 0) counting.add(definition.name);
  const lacking = before.filter(
    ({ definition, series }) => series.length > 0 && !counting.has(definition.name),
  );
  if (lacking.length === 0) return snapshot;
  // Those that it has lacked for longest stand last: where an app takes its metrics away, they would be ever more.
  return [...snapshot, ...cumulativeOnly(lacking).slice(0, MAX_LACKING)];
}

/** They are about the last minutes, and those are over. */
function withoutQuantiles(series: SeriesSnapshot): SeriesSnapshot {
  return series.summary ? { ...series, summary: { ...series.summary, quantiles: {} } } : series;
}

/**
 * Keeps each family within its bound of label sets: what comes beyond goes to its overflow series, so that the total
 * stays right however many processes have come and gone.
 *
 * @param page the last one: label sets on it come first, as one that leaves it would look like counts of the overflow series
 */
export function withinBounds(snapshot: Snapshot, page: Snapshot): FamilySnapshot[] {
  return snapshot.map((family) => {
    const bound = Math.min(family.definition.seriesBound, MAX_SERIES);
    if (family.series.length <= bound) return family;
    const shown = page.find(({ definition }) => definition.name === family.definition.name);
    return atOnce(boundedSteps(family, shown, bound));
  });
}
