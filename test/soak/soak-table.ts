import { table } from '../markdown.ts';
import { memoryColumns, memoryRows } from './memory-table.ts';
import { type SoakEvent, soakColumns, soakRows } from './plot.ts';
import type { SoakSample, Verdict } from './verdict.ts';

/** Everything of one run, as it stands in the file. */
export interface SoakResults {
  readonly machine: string;
  readonly measuredAt: string;
  readonly minutes: number;
  readonly ratePerSecond: number;
  readonly warmUpSeconds: number;
  /** Requests that were answered, by all instances. */
  readonly requests: number;
  readonly failed: number;
  readonly answeredByTheOneThatStays: number;
  readonly droppedLines: number;
  /** Looks that were left out because the machine stood still. */
  readonly missedLooks: number;
  readonly verdicts: readonly Verdict[];
  readonly events: readonly SoakEvent[];
  readonly samples: readonly SoakSample[];
}

export const SOAK_RESULTS = new URL('soak.json', import.meta.url);

/** Two tables: what is flat, and what the memory is made of. */
export function soakTables(results: SoakResults): string {
  const { measuredAt, machine, minutes, ratePerSecond, warmUpSeconds, requests, failed } = results;
  const { droppedLines, events, samples, verdicts } = results;
  const count = (kind: SoakEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  return [
    `${measuredAt}, ${machine}: ${minutes} minutes at ${ratePerSecond} requests a second with ${count('deploy')} deploys and ` +
      `${count('incident')} incidents; ${requests.toLocaleString('en-US')} requests answered, ${failed} failed, ` +
      `${droppedLines} lines dropped. Growth is that after the warm-up of ${(warmUpSeconds / 60).toFixed(0)} minutes.`,
    table(soakColumns, soakRows(verdicts)),
    table(memoryColumns, memoryRows(samples, warmUpSeconds)),
  ].join('\n\n');
}
