import { table } from '../markdown.ts';
import { type ChaosResults, NAMES, isControl, ofSightline, shiftCells } from './chaos-table.ts';
import type { FaultResult, Loss } from './measure.ts';

/** What is sent away, and by whom. */
const SIGNALS = { sightline: ['spans', 'lines'], otel: ['spans'], 'pino-loki': ['lines'] } as const;

/** One table of all faults with the process alive, for who has no time for the others. */
export function chaosSummary({ machine, measuredAt, results }: ChaosResults): string {
  const rows = Object.entries(SIGNALS).map(([telemetry, signals]) => {
    const tried = results
      .filter((result) => result.kind === 'fault')
      .filter((result) => result.telemetry === telemetry && !isControl(result) && result.requests > 0);
    const sum = (of: (result: FaultResult) => number): number =>
      tried.reduce((total, each) => total + of(each), 0);
    const lossOfSignal = (signal: (typeof signals)[number], key: keyof Loss): number =>
      sum(({ losses }) => Math.abs(losses[signal]?.[key] ?? 0));
    return [
      NAMES[telemetry as keyof typeof SIGNALS],
      `${tried.length}`,
      `${sum(({ failed }) => failed)} of ${count(sum(({ requests }) => requests))}`,
      signals
        .map(
          (signal) =>
            `${count(lossOfSignal(signal, 'lost'))} of ${count(lossOfSignal(signal, 'made'))} ${signal}`,
        )
        .join(', '),
      telemetry === 'sightline'
        ? `${signals.reduce((total, signal) => total + lossOfSignal(signal, 'unexplained'), 0)}`
        : 'all of it',
    ];
  });
  return [
    table(
      ['observed by', 'faults', 'requests that failed', 'lost of what was made', 'lost and not counted'],
      rows,
    ),
    '',
    latencyText(results.filter((result) => result.kind === 'fault')),
    '',
    `All runs together; the last one: ${machine}, ${measuredAt}.`,
  ].join('\n');
}

/** Of all faults together. */
function latencyText(tried: readonly FaultResult[]): string {
  const pairs = ofSightline(tried)
    .filter((result) => !isControl(result))
    .flatMap(({ tenthP99Ms }) => tenthP99Ms);
  const [without, withIt, shift] = shiftCells(pairs);
  return `The 99th percentile of a tenth of a second is ${without} ms without a fault and ${withIt} ms with one, medians of ${count(pairs.length)} pairs of slices: a shift of ${shift}.`;
}

function count(of: number): string {
  return of.toLocaleString('en-US');
}
