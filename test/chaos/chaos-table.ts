import { median } from '../load/figures.ts';
import { table } from '../markdown.ts';
import type { ChaosSettings, EndingResult, FaultResult, Loss, Pairs } from './measure.ts';
import type { RowResult } from './merge-results.ts';
import { isUnder, pairedShift } from './paired-shift.ts';
import type { ProbeResult } from './probes.ts';

/** Everything of one run, as it stands in the file. */
export interface ChaosResults {
  readonly machine: string;
  /** Of the machine meanwhile, mean of five minutes: above its cores, latencies are those of waiting for one. */
  readonly load: number;
  readonly measuredAt: string;
  readonly settings: ChaosSettings;
  readonly results: readonly RowResult[];
}

/** Where the figures come from. */
export const CHAOS_RESULTS = new URL('chaos.json', import.meta.url);

/** Who observes, as a reader knows them. */
export const NAMES = {
  sightline: '**Sightline**',
  otel: 'OTel SDK 3',
  'pino-loki': 'pino-loki 3',
  bare: 'nobody',
  'constant-page': 'nobody; a bare server answers with a text',
  terminus: '@godaddy/terminus 4',
  lightship: 'lightship 9',
} as const;

const columns = [
  'fault',
  'observed by',
  'requests failed',
  'p99 shift of tenths of a second (95 % of it)',
  'under 5 %',
  'of whole slices (95 % of it)',
  'memory held, MB',
  'lost of what was made',
  'lost, not counted',
  'first arrival after it, s',
] as const;

/** Who observes what comes last: the same fault stands together. */
function rowsBy<Result extends RowResult>(
  of: readonly Result[],
  row: (result: Result) => readonly string[],
): readonly (readonly string[])[] {
  return [...Map.groupBy(of, ({ name }) => name).values()].flatMap((same) => same.map(row));
}

/** By so much the 99th percentile may be shifted. */
const SHIFT_BOUND_RATIO = 0.05;

/**
 * Four tables: faults with the process alive, those of a kind together, ends of the process, and probes without what they
 * ask for.
 */
export function chaosTable({ machine, measuredAt, load, results, settings }: ChaosResults): string {
  const tried = results
    .filter((result) => result.kind === 'fault')
    .filter(({ skipped }) => skipped === undefined);
  const ends = results.filter((result) => result.kind === 'ending');
  const probes = results
    .filter((result) => result.kind === 'probes')
    .filter(({ skipped }) => skipped === undefined);
  return [
    `${measuredAt}, ${machine}, at a load of ${load}: pairs of slices of ${settings.sliceSeconds} s at ${settings.ratePerSecond} requests a second.`,
    '',
    table(columns, rowsBy(tried, faultRow)),
    '',
    'All faults of a kind together, of **Sightline**; without those that the service alone was measured under, too, for they are its own:',
    '',
    table(
      [
        'faults of',
        'how many',
        'pairs of slices',
        'left out',
        'p99 of a tenth of a second without, ms',
        'with it, ms',
        'shift (95 % of it)',
        'under 5 %',
        'p99 of a whole slice without, ms',
        'with it, ms',
        'shift (95 % of it)',
      ],
      kindRows(tried),
    ),
    '',
    'The process ends at random moments under the same load:',
    '',
    table(
      [
        'end',
        'looked after by',
        'times',
        'requests answered',
        'cut off',
        'spans lost',
        'lines lost',
        'counted',
      ],
      rowsBy(ends, endingRow),
    ),
    '',
    'The Redis that readiness asks for, by `PING`, has a fault for 4 s; probes are asked every 200 ms, and wait for 1 s as the kubelet does:',
    '',
    table(
      [
        'Redis',
        'probes of',
        'liveness: well, not well, no answer',
        'readiness: well, not well, no answer',
        'readiness tells after, s',
        'is well again after, s',
        'requests failed',
      ],
      rowsBy(probes, probeRow),
    ),
  ].join('\n');
}

function faultRow(result: FaultResult): readonly string[] {
  const losses = Object.values(result.losses);
  return [
    `${result.group}: ${result.title}`,
    NAMES[result.telemetry],
    `${result.failed} of ${result.requests}`,
    shiftText(result.tenthP99Ms),
    verdictText(result),
    shiftText(result.p99Ms),
    megabytes(result.heldGrowthBytes),
    lossText(result.losses),
    unexplainedText(losses),
    recoveryText(result),
  ];
}

/** Whether it is no fault, and shows by how much the measure shifts latencies by itself. */
export function isControl({ group }: Pick<FaultResult, 'group'>): boolean {
  return group === 'nothing';
}

/** Without the faults of the service's own. */
export function ofSightline(tried: readonly FaultResult[]): readonly FaultResult[] {
  const ofService = new Set(tried.filter(({ telemetry }) => telemetry === 'bare').map(({ name }) => name));
  return tried.filter(
    ({ name, telemetry, group }) =>
      telemetry === 'sightline' && (isControl({ group }) || !ofService.has(name)),
  );
}

/** What one fault with some pairs cannot tell, all of its kind may. */
function kindRows(tried: readonly FaultResult[]): readonly (readonly string[])[] {
  const own = ofSightline(tried);
  const all = own.filter((result) => !isControl(result));
  return [...Map.groupBy(own, ({ group }) => group), ['all but nothing', all] as const].map(([kind, of]) =>
    kindRow(kind, of),
  );
}

function kindRow(kind: string, of: readonly FaultResult[]): readonly string[] {
  const p99Ms = of.flatMap((each) => each.p99Ms);
  const tenthP99Ms = of.flatMap((each) => each.tenthP99Ms);
  return [
    kind,
    `${of.length}`,
    `${tenthP99Ms.length}`,
    `${of.reduce((sum, { stolenPairs }) => sum + stolenPairs, 0)}`,
    ...shiftCells(tenthP99Ms),
    verdictText({ p99Ms, tenthP99Ms, telemetry: 'sightline' }),
    ...shiftCells(p99Ms),
  ];
}

function medianText(values: readonly number[]): string {
  return values.length === 0 ? '' : median(values).toFixed(2);
}

function endingRow(result: EndingResult): readonly string[] {
  const { spans, lines } = result.losses;
  return [
    result.title,
    NAMES[result.telemetry],
    `${result.ends}`,
    `${result.answered}`,
    `${result.unanswered}`,
    spans === undefined ? '' : `${spans.lost}`,
    lines === undefined ? '' : `${lines.lost}`,
    result.telemetry !== 'sightline' || result.isAbrupt
      ? 'no'
      : `${Object.values(result.losses).reduce((sum, { counted = 0 }) => sum + counted, 0)}`,
  ];
}

type Latencies = Pick<FaultResult, 'p99Ms' | 'tenthP99Ms' | 'telemetry'>;

/** Medians without and with the fault, and the shift. */
export function shiftCells(pairs: Pairs): readonly [without: string, withIt: string, shift: string] {
  return [
    medianText(pairs.map(([without]) => without)),
    medianText(pairs.map(([, withIt]) => withIt)),
    shiftText(pairs),
  ];
}

/** By how much the p99 with the fault is above that of its neighbour without, and how sure that is. */
function shiftText(pairs: Pairs): string {
  if (pairs.length === 0) return '';
  const { ratio, range } = pairedShift(pairs);
  return `${percent(ratio)}${range === undefined ? '' : ` (${percent(range[0])} to ${percent(range[1])})`}`;
}

/** `no` as soon as one of both says so; `yes` only by what can tell it with these pairs. */
function verdictText({ p99Ms, tenthP99Ms, telemetry }: Latencies): string {
  if (telemetry !== 'sightline' || tenthP99Ms.length === 0) return '';
  const [isTenthBelow, isSliceBelow] = [tenthP99Ms, p99Ms].map((pairs) =>
    isUnder(SHIFT_BOUND_RATIO, pairedShift(pairs)),
  );
  if (isTenthBelow === false || isSliceBelow === false) return 'no';
  return isTenthBelow === true ? 'yes' : 'cannot be told';
}

function answersText({ ok, notOk, late }: ProbeResult['live']): string {
  return `${ok}, ${notOk}, ${late}`;
}

function secondsText(ms: number | null): string {
  return ms === null ? 'never' : (ms / 1000).toFixed(1);
}

function probeRow({
  title,
  telemetry,
  live,
  ready,
  toldMs,
  backMs,
  requests,
  failed,
}: ProbeResult): readonly string[] {
  return [
    title,
    NAMES[telemetry],
    answersText(live),
    answersText(ready),
    secondsText(toldMs),
    toldMs === null ? '' : secondsText(backMs),
    `${failed} of ${requests}`,
  ];
}

function percent(ratio: number): string {
  const percents = Math.round(ratio * 100);
  // Not -0.
  return `${percents > 0 ? '+' : ''}${percents || 0} %`;
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
export function describeResult(result: FaultResult | EndingResult | ProbeResult): string {
  const who = `${result.name} (${result.telemetry})`;
  if (result.kind === 'probes') return `${who}: ${result.skipped ?? probeRow(result).slice(2).join(' | ')}`;
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
  return `${who}: p99 ${shiftText(result.tenthP99Ms)}, of slices ${shiftText(result.p99Ms)}, held ${megabytes(result.heldGrowthBytes)} MB, lost ${lossText(result.losses)}, back in ${recoveryText(result)} s, ${result.repeated} repeated${failed}${wrong && `  UNEXPLAINED ${wrong}`}`;
}
