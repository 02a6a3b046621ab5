/* oxlint-disable no-await-in-loop -- one fault at a time */
/**
 * What does a fault of a backend, of the machine or of the process cost a service under load, and what is lost by it?
 *
 * `node test/chaos/run.ts [--short] [--pairs 3] [--seconds 1.5] [--rate 200] [--only sightline] [--add] [fault,fault…]`
 *
 * Every row is a fresh process of the service, observed by Sightline or by a rival, under a steady load from another
 * process. Slices of load without the fault and with it follow on each other (A B A B); then what the backends have
 * received is compared with what the service made. `chaos.json` holds what came of it when all were tried; `--add` puts
 * the rows that were chosen into it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { machine, print } from '../load/figures.ts';
import { CHAOS_RESULTS, type ChaosResults, chaosTable, describeResult } from './chaos-table.ts';
import { endings, faults } from './faults.ts';
import { startLoadProcess } from './load-process.ts';
import {
  type ChaosSettings,
  type EndingResult,
  type FaultResult,
  measureEnding,
  measureFault,
} from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1.5' },
    rate: { type: 'string', default: '200' },
    only: { type: 'string' },
    add: { type: 'boolean', default: false },
  },
});
const settings: ChaosSettings = values.short
  ? { pairs: 1, sliceSeconds: 0.5, ratePerSecond: 200, warmUpSeconds: 0.5, endings: 1 }
  : {
      pairs: Number(values.pairs),
      sliceSeconds: Number(values.seconds),
      ratePerSecond: Number(values.rate),
      warmUpSeconds: 1,
      endings: 3,
    };
/** Sightline first, so that a run that is cut short has the whole of it. */
const TELEMETRIES = ['sightline', 'bare', 'otel', 'pino-loki'] as const;
const chosen = positionals.flatMap((each) => each.split(','));
const isChosen = ({ name }: { readonly name: string }): boolean =>
  chosen.length === 0 || chosen.includes(name);
const isOn = (telemetry: string): boolean => values.only === undefined || values.only === telemetry;

const load = await startLoadProcess();
const results: (FaultResult | EndingResult)[] = [];
const beganMs = performance.now();
let broken = 0;
/** One that cannot be measured leaves the others their turn. */
async function tell(measuring: Promise<FaultResult | EndingResult>): Promise<void> {
  try {
    told(await measuring);
  } catch (error) {
    broken++;
    print(`not measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

const isWhole = chosen.length === 0 && values.only === undefined && !values.short;

/** After each row, so that nothing is lost when the run is cut short; with `--add` in place of the same rows of before. */
function written(): ChaosResults {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- it says what a row is, here alone
  const isSame = (one: FaultResult | EndingResult, other: FaultResult | EndingResult): boolean =>
    one.name === other.name && one.telemetry === other.telemetry;
  const before: readonly (FaultResult | EndingResult)[] =
    values.add && existsSync(CHAOS_RESULTS)
      ? (JSON.parse(readFileSync(CHAOS_RESULTS, 'utf8')) as ChaosResults).results
      : [];
  const kept = before.filter((result) => !results.some((own) => isSame(own, result)));
  const order = [...faults, ...endings].map(({ name }) => name);
  const all = [...kept, ...results].toSorted(
    (one, other) =>
      order.indexOf(one.name) - order.indexOf(other.name) ||
      TELEMETRIES.indexOf(one.telemetry) - TELEMETRIES.indexOf(other.telemetry),
  );
  const file = {
    machine: machine(),
    load: Math.round(loadavg()[1] ?? 0),
    measuredAt: new Date().toISOString().slice(0, 10),
    settings,
    results: all,
  };
  if (values.add || isWhole) writeFileSync(CHAOS_RESULTS, `${JSON.stringify(file, null, 1)}\n`);
  return file;
}

function told(result: FaultResult | EndingResult): void {
  results.push(result);
  written();
  print(`${((performance.now() - beganMs) / 1000).toFixed(0)} s  ${describeResult(result)}`);
}

for (const telemetry of TELEMETRIES) {
  if (!isOn(telemetry)) continue;
  for (const fault of faults.filter(isChosen)) {
    if (fault.on.includes(telemetry)) await tell(measureFault(fault, telemetry, load, settings));
  }
  for (const ending of endings.filter(isChosen)) {
    if (ending.on.includes(telemetry)) await tell(measureEnding(ending, telemetry, load, settings));
  }
}
await load.stop();

print(`\n${chaosTable(written())}`);
const isWrong = results.some(
  (result) =>
    result.telemetry === 'sightline' &&
    ((result.kind === 'fault' && result.failed > 0) ||
      (!(result.kind === 'ending' && result.isAbrupt) &&
        Object.values(result.losses).some(({ unexplained }) => unexplained !== 0))),
);
if (isWrong || broken > 0) process.exitCode = 1;
