import type { ChaosResults } from './chaos-table.ts';
import type { ChaosSettings, EndingResult, FaultResult, Loss } from './measure.ts';
import type { ProbeResult } from './probes.ts';

/** What a row shows; `runs` is how often it was measured. */
export type RowResult = (FaultResult | EndingResult | ProbeResult) & { readonly runs: number };

/** Reasons that are kept of what failed. */
const REASONS = 5;

/** What latencies depend on: those of other slices are not put together. */
const OF_LATENCY = [
  'sliceSeconds',
  'settlingSeconds',
  'warmUpSeconds',
  'ratePerSecond',
  'isPinned',
  'isAwake',
] as const satisfies readonly (keyof ChaosSettings)[];

/**
 * What a run goes on from: latencies of another machine and of other slices are left out, and what failed, was lost and was
 * held stays, as the same faults make the same of it anywhere.
 */
export function resultsUnder(
  before: Pick<ChaosResults, 'machine' | 'settings' | 'results'>,
  now: Pick<ChaosResults, 'machine' | 'settings'>,
): readonly RowResult[] {
  const { results } = before;
  const areAlike = OF_LATENCY.every((name) => before.settings[name] === now.settings[name]);
  if (areAlike && before.machine === now.machine) return results;
  return results.map(withoutLatencies);
}

function withoutLatencies(result: RowResult): RowResult {
  return result.kind === 'fault' ? { ...result, runs: 0, p99Ms: [], tenthP99Ms: [], stolenPairs: 0 } : result;
}

/** A row that was measured once more: what can be added is added, of what is a greatest one the greater is kept. */
export function mergeRow(
  before: RowResult | undefined,
  now: FaultResult | EndingResult | ProbeResult,
): RowResult {
  const runs = (before?.runs ?? 0) + 1;
  if (before?.kind === 'fault' && now.kind === 'fault' && before.skipped === undefined) {
    return {
      ...now,
      runs,
      requests: before.requests + now.requests,
      failed: before.failed + now.failed,
      failures: [...before.failures, ...now.failures].slice(0, REASONS),
      p99Ms: [...before.p99Ms, ...now.p99Ms],
      tenthP99Ms: [...before.tenthP99Ms, ...now.tenthP99Ms],
      stolenPairs: before.stolenPairs + now.stolenPairs,
      heldGrowthBytes: Math.max(before.heldGrowthBytes, now.heldGrowthBytes),
      rssGrowthBytes: Math.max(before.rssGrowthBytes, now.rssGrowthBytes),
      losses: mergeLosses(before.losses, now.losses),
      repeated: before.repeated + now.repeated,
      recoveryMs: [...before.recoveryMs, ...now.recoveryMs],
    };
  }
  if (before?.kind === 'ending' && now.kind === 'ending') {
    return {
      ...now,
      runs,
      ends: before.ends + now.ends,
      answered: before.answered + now.answered,
      unanswered: before.unanswered + now.unanswered,
      reasons: [...new Set([...before.reasons, ...now.reasons])].slice(0, REASONS),
      losses: mergeLosses(before.losses, now.losses),
    };
  }
  return { ...now, runs };
}

function mergeLosses<Name extends string>(
  before: Readonly<Partial<Record<Name, Loss>>>,
  now: Readonly<Partial<Record<Name, Loss>>>,
): Partial<Record<Name, Loss>> {
  const merged: Partial<Record<Name, Loss>> = {};
  for (const [name, loss] of Object.entries(now) as [Name, Loss][]) {
    const other = before[name];
    merged[name] =
      other === undefined
        ? loss
        : {
            made: other.made + loss.made,
            lost: other.lost + loss.lost,
            counted: loss.counted === undefined ? undefined : (other.counted ?? 0) + loss.counted,
            unexplained: other.unexplained + loss.unexplained,
          };
  }
  return merged;
}
