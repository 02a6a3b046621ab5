/* oxlint-disable no-await-in-loop -- one fault at a time */
/**
 * What does a fault of a backend, of the machine or of the process cost a service under load, and what is lost by it?
 *
 * `node test/chaos/run.ts [--minutes 15] [--fresh] [--short] [--blocks 5] [--seconds 0.6] [--rate 1000] [--only sightline] [row,row…]`
 *
 * Every row is a fresh process of the service, observed by Sightline or by a rival, under a steady load from another
 * process. Slices of load without the fault and with it follow on each other in blocks (A B B A); then what the backends
 * have received is compared with what the service made. Rows that were measured least often come first, Sightline's before the
 * others', and each is added to `chaos.json` when it is done; no new one begins when the time is over. So a run goes on
 * where the last one ended, and makes what it shows surer; with `--fresh` it begins anew, and on another machine or with
 * other slices its latencies do.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { keepCoresAwake } from '../load/cores-awake.ts';
import { machine, print } from '../load/figures.ts';
import { renewGenerated } from '../renew-generated.ts';
import { CHAOS_RESULTS, type ChaosResults, chaosTable, describeResult } from './chaos-table.ts';
import { endings } from './faults/endings.ts';
import { faults } from './faults/faults.ts';
import { startLoadProcess } from './load-process.ts';
import {
  type ChaosSettings,
  type EndingResult,
  type FaultResult,
  measureEnding,
  measureFault,
} from './measure.ts';
import { type RowResult, mergeRow, resultsUnder } from './merge-results.ts';
import { type ProbeResult, measureProbes } from './probes.ts';
import type { Telemetry } from './victim.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '15' },
    fresh: { type: 'boolean', default: false },
    /** Each once, in short slices; what it finds is kept nowhere. */
    short: { type: 'boolean', default: false },
    blocks: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.6' },
    rate: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const settings: ChaosSettings = values.short
  ? {
      blocks: 1,
      sliceSeconds: 0.5,
      settlingSeconds: 0.1,
      ratePerSecond: 200,
      warmUpSeconds: 0.5,
      endings: 1,
    }
  : {
      blocks: Number(values.blocks),
      sliceSeconds: Number(values.seconds),
      settlingSeconds: 0.2,
      ratePerSecond: Number(values.rate),
      // V8 compiles parts of the request path anew after some 10,000 requests and after 17,000, and has the core of the requests.
      warmUpSeconds: 15,
      endings: 1,
      isPinned: pinRest(),
      isAwake: keepCoresAwake(),
    };
/** Whose latency is judged: of rivals it is not. */
const judged: ReadonlySet<Telemetry> = new Set(['sightline', 'constant-page']);
const rivalSettings: ChaosSettings = { ...settings, blocks: 1 };

/** The service gets the first core, and this process and all that it starts the second, where there are two. */
function pinRest(): boolean {
  if (!existsSync('/usr/bin/taskset') || availableParallelism() < 2) return false;
  execFileSync('/usr/bin/taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' });
  return true;
}

/** Sightline first, so that a run that is cut short has the whole of it. */
const TELEMETRIES = [
  'sightline',
  'bare',
  'constant-page',
  'terminus',
  'lightship',
  'otel',
  'pino-loki',
] as const satisfies readonly Telemetry[];
const PROBED = ['sightline', 'terminus', 'lightship'] as const satisfies readonly Telemetry[];
const chosen = positionals.flatMap((each) => each.split(','));

interface Row {
  readonly name: string;
  readonly telemetry: Telemetry;
  measure(): Promise<FaultResult | EndingResult | ProbeResult>;
}

function rowsOf(telemetry: Telemetry): readonly Row[] {
  const own = judged.has(telemetry) ? settings : rivalSettings;
  const isOn = ({ on }: { readonly on: readonly Telemetry[] }): boolean => on.includes(telemetry);
  const isProbed = (PROBED as readonly Telemetry[]).includes(telemetry);
  return [
    ...faults.filter(isOn).map((fault) => ({
      name: fault.name,
      telemetry,
      measure: () => measureFault(fault, telemetry, load, own),
    })),
    ...endings.filter(isOn).map((ending) => ({
      name: ending.name,
      telemetry,
      measure: () => measureEnding(ending, telemetry, load, own),
    })),
    ...faults
      .filter(({ name }) => isProbed && name.startsWith('redis-'))
      .map((fault) => ({
        name: `probes-${fault.name}`,
        telemetry,
        measure: () => measureProbes(fault, telemetry, load, own),
      })),
  ];
}

const load = await startLoadProcess();
const allRows = TELEMETRIES.flatMap((telemetry) => rowsOf(telemetry));
const rows = allRows.filter(
  ({ name, telemetry }) =>
    (chosen.length === 0 || chosen.includes(name)) && (values.only ?? telemetry) === telemetry,
);
const keyOf = ({ name, telemetry }: Pick<Row, 'name' | 'telemetry'>): string => `${name} ${telemetry}`;
const before =
  !values.short && !values.fresh && existsSync(CHAOS_RESULTS)
    ? (JSON.parse(readFileSync(CHAOS_RESULTS, 'utf8')) as ChaosResults)
    : undefined;
const results = new Map<string, RowResult>(
  (before === undefined ? [] : resultsUnder(before, { machine: machine(), settings })).map((result) => [
    keyOf(result),
    result,
  ]),
);
const broken = new Map<string, number>();
const wrong: string[] = [];
const beganMs = performance.now();
const endsMs = beganMs + Number(values.minutes) * 60_000;

/** After each row, so that nothing is lost when the run is cut short. */
function written(): ChaosResults {
  const order = allRows.map(({ name }) => name);
  const file: ChaosResults = {
    machine: machine(),
    load: Math.round(loadavg()[1] ?? 0),
    measuredAt: new Date().toISOString().slice(0, 10),
    settings,
    results: [...results.values()].toSorted(
      (one, other) =>
        order.indexOf(one.name) - order.indexOf(other.name) ||
        TELEMETRIES.indexOf(one.telemetry) - TELEMETRIES.indexOf(other.telemetry),
    ),
  };
  // Thousands of pairs, each on a line of its own.
  const text = JSON.stringify(file, null, 1).replaceAll(/\[\s+(\S+),\s+(\S+)\s+\]/g, '[$1, $2]');
  if (!values.short) writeFileSync(CHAOS_RESULTS, `${text}\n`);
  return file;
}

/** What may not be, of Sightline: a request that failed, or a loss that was not counted. */
function isWrong(result: FaultResult | EndingResult | ProbeResult): boolean {
  if (result.telemetry !== 'sightline' || result.kind === 'probes') return false;
  if (result.kind === 'fault' && result.failed > 0) return true;
  const isUncountable = result.kind === 'ending' && result.isAbrupt;
  return !isUncountable && Object.values(result.losses).some(({ unexplained }) => unexplained !== 0);
}

function turns(row: Row): number {
  return (results.get(keyOf(row))?.runs ?? 0) + (broken.get(keyOf(row)) ?? 0);
}

while (performance.now() < endsMs) {
  const row = rows.toSorted((one, other) => turns(one) - turns(other))[0];
  if (row === undefined || (values.short && turns(row) > 0)) break;
  const key = keyOf(row);
  try {
    const result = await row.measure();
    results.set(key, mergeRow(results.get(key), result));
    if (isWrong(result)) wrong.push(key);
    written();
    print(`${((performance.now() - beganMs) / 1000).toFixed(0)} s  ${describeResult(result)}`);
  } catch (error) {
    // One that cannot be measured leaves the others their turn.
    broken.set(key, (broken.get(key) ?? 0) + 1);
    print(`${key}: not measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
await load.stop();

print(`\n${chaosTable(written())}`);
if (!values.short) renewGenerated();
const missing = rows.filter((row) => !results.has(keyOf(row)));
if (missing.length > 0) print(`\nnot yet measured: ${missing.map(keyOf).join(', ')}`);
if (wrong.length > 0) print(`\nwrong: ${wrong.join(', ')}`);
if (wrong.length > 0 || broken.size > 0) process.exitCode = 1;
