import { median } from '../load/figures.ts';
import { table } from '../markdown.ts';
import type { ChaosSettings, EndingResult, FaultResult, Loss } from './measure.ts';

/** Everything of one run, as it stands in the file. */
export interface ChaosResults {
  readonly machine: string;
  /** Of the machine meanwhile, mean of five minutes: above its cores, latencies are those of waiting for one. */
  readonly load: number;
  readonly measuredAt: string;
  readonly settings: ChaosSettings;
  readonly results: readonly (FaultResult | EndingResult)[];
}

/** Where the figures come from. */
export const CHAOS_RESULTS = new URL('chaos.json', import.meta.url);

const NAMES = {
  sightline: '**Sightline**',
  otel: 'OTel SDK 3',
  'pino-loki': 'pino-loki 3',
  bare: 'nobody',
} as const;

const columns = [
  'fault',
  'observed by',
  'requests failed',
  'p99 shift',
  'memory held, MB',
  'lost of what was made',
  'lost, not counted',
  'first arrival after it, s',
] as const;

/** Two tables: faults with the process alive, and ends of the process. */
export function chaosTable({ machine, measuredAt, load, results, settings }: ChaosResults): string {
  const tried = results.filter((result) => result.kind === 'fault' && result.skipped === undefined);
  // Who observes what comes last: the same fault stands together.
  const byFault = Map.groupBy(tried as readonly FaultResult[], ({ name }) => name);
  const rows = [...byFault.values()].flatMap((ofFault) =>
    ofFault.map((result) => faultRow(result.group, result)),
  );
  const byEnd = Map.groupBy(
    results.filter((result) => result.kind === 'ending'),
    ({ name }) => name,
  );
  const ends = [...byEnd.values()].flat();
  return [
    `${measuredAt}, ${machine}, at a load of ${load}: ${settings.pairs} ${settings.pairs === 1 ? 'pair' : 'pairs'} of slices of ${settings.sliceSeconds} s at ${settings.ratePerSecond} requests a second.`,
    '',
    table(columns, rows),
    '',
    `The process ends, ${settings.endings === 1 ? 'once' : `${settings.endings} times`} each, at random moments under the same load:`,
    '',
    table(
      ['end', 'observed by', 'requests answered', 'cut off', 'spans lost', 'lines lost', 'counted'],
      ends.map(endingRow),
    ),
  ].join('\n');
}

function faultRow(group: string, result: FaultResult): readonly string[] {
  const losses = Object.values(result.losses);
  return [
    `${group}: ${result.title}`,
    NAMES[result.telemetry],
    `${result.failed} of ${result.requests}`,
    p99Text(result),
    megabytes(result.heldGrowthBytes),
    lossText(result.losses),
    unexplainedText(losses),
    recoveryText(result),
  ];
}

function endingRow(result: EndingResult): readonly string[] {
  const { spans, lines } = result.losses;
  return [
    result.title,
    NAMES[result.telemetry],
    `${result.answered}`,
    `${result.unanswered}`,
    spans === undefined ? '' : `${spans.lost}`,
    lines === undefined ? '' : `${lines.lost}`,
    result.telemetry !== 'sightline' || result.isAbrupt
      ? 'no'
      : `${Object.values(result.losses).reduce((sum, { counted = 0 }) => sum + counted, 0)}`,
  ];
}

/** By how much the p99 of a slice with the fault is above that of its neighbour without: median, and the least and most. */
function p99Text({ p99Ms }: FaultResult): string {
  const shifts = p99Ms.map(([without, withIt]) => withIt / without - 1);
  return `${percent(median(shifts))} (${percent(Math.min(...shifts))} to ${percent(Math.max(...shifts))})`;
}

function percent(ratio: number): string {
  return `${ratio > 0 ? '+' : ''}${(ratio * 100).toFixed(0)} %`;
}

function megabytes(bytes: number): string {
  return `${bytes > 0 ? '+' : ''}${(bytes / 1e6).toFixed(1)}`;
}

function lossText(losses: FaultResult['losses']): string {
  return Object.entries(losses)
    .filter(([name, { lost }]) => lost > 0 || name === 'spans' || name === 'lines')
    .map(([name, { lost, made }]) => `${lost} of ${made} ${name}`)
    .join(', ');
}

function unexplainedText(losses: readonly Loss[]): string {
  if (losses.length === 0) return '';
  if (losses.every(({ counted }) => counted === undefined))
    return `all: ${losses.map(({ lost }) => lost).join(', ')}`;
  return `${losses.reduce((sum, { unexplained }) => sum + Math.abs(unexplained), 0)}`;
}

function recoveryText({ recoveryMs }: FaultResult): string {
  if (recoveryMs.length === 0) return '';
  const known = recoveryMs.filter((ms) => ms !== null);
  if (known.length < recoveryMs.length) return 'never';
  return (median(known) / 1000).toFixed(1);
}

/** One line about one row, as the run goes. */
export function describeResult(result: FaultResult | EndingResult): string {
  const who = `${result.name} (${result.telemetry})`;
  const wrong = Object.entries(result.losses)
    .filter(([, { unexplained, counted }]) => unexplained !== 0 && counted !== undefined)
    .map(([name, { lost, counted }]) => `${name}: ${lost} lost, ${counted} counted`)
    .join('; ');
  if (result.kind === 'ending') {
    const lostText = Object.entries(result.losses).map(([name, { lost }]) => `${lost} ${name}`);
    return `${who}: ${result.answered} answered, ${result.unanswered} cut off (${result.reasons.join(' | ')}), lost ${lostText.join(', ')}${wrong && `  UNEXPLAINED ${wrong}`}`;
  }
  if (result.skipped !== undefined) return `${who}: skipped: ${result.skipped}`;
  const failed = result.failed > 0 ? `  FAILED ${result.failed}: ${result.failures.join(' | ')}` : '';
  return `${who}: p99 ${p99Text(result)}, held ${megabytes(result.heldGrowthBytes)} MB, lost ${lossText(result.losses)}, back in ${recoveryText(result)} s, ${result.repeated} repeated${failed}${wrong && `  UNEXPLAINED ${wrong}`}`;
}
