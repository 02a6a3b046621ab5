/**
 * What does a line cost the thread that logs it, with one line an event-loop turn and with twenty?
 *
 * `node --conditions=@sightline/source packages/logger/bench/destinations.bench.ts [rounds]`
 *
 * Every run is a fresh process, and the order of the cases turns round each round. The cost is the CPU time of the main
 * thread (`process.threadCpuUsage`), pino's own work and the turn of the event loop in it; `baseline` is pino that
 * writes nowhere. The first group writes to the null device, the second through a thread to a file.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino, { type DestinationStream } from 'pino';
import type * as fileDestination from '../src/destinations/file.ts';
import type * as stdoutDestination from '../src/destinations/stdout.ts';
import { machine, median, print } from './figures.ts';

const source = (path: string): string => new URL(`../src/destinations/${path}`, import.meta.url).href;
// By URL: the compiled bench lies elsewhere, and neither is exported by the package under this name.
const { file } = (await import(source('file.ts'))) as typeof fileDestination;
const { stdout } = (await import(source('stdout.ts'))) as typeof stdoutDestination;

const WARM_UP_TURNS = 5_000;
const LINES = 200_000;
const CASES = [
  'baseline',
  'pino.destination, sync',
  'ours: stdout()',
  'pino.transport, pino/file',
  'ours: file()',
] as const;
type Case = (typeof CASES)[number];

function destination(name: Case, path: string): DestinationStream {
  switch (name) {
    case 'baseline':
      return { write: () => undefined };
    case 'pino.destination, sync':
      return pino.destination({ dest: devNull, sync: true });
    case 'ours: stdout()':
      return stdout({ fd: openSync(devNull, 'w') });
    case 'pino.transport, pino/file':
      return pino.transport({ target: 'pino/file', options: { destination: path } });
    default:
      return file({ path, maxBytes: 0 });
  }
}

/** The child: logs, measures itself, says so. */
async function log(name: Case, linesATurn: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'destinations-bench-'));
  const stream = destination(name, join(folder, 'app.log'));
  const logger = pino({ base: { service: 'shop' } }, stream);
  let count = 0;
  const turns = async (number: number): Promise<void> => {
    for (let turn = 0; turn < number; turn += 1) {
      for (let each = 0; each < linesATurn; each += 1) {
        count += 1;
        logger.info({ n: count, trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' }, 'request completed');
      }
      // oxlint-disable-next-line no-await-in-loop -- the turn is the point
      await new Promise(setImmediate);
    }
  };
  await turns(WARM_UP_TURNS);
  const start = process.threadCpuUsage();
  await turns(LINES / linesATurn);
  const { user, system } = process.threadCpuUsage(start);
  process.send?.((user + system) / LINES);
  process.disconnect();
  process.on('exit', () => rmSync(folder, { recursive: true }));
}

async function run(name: Case, linesATurn: number): Promise<number> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ['log', name, String(linesATurn)]);
  const exited = once(child, 'exit');
  const [microsecondsALine] = (await once(child, 'message')) as [number];
  await exited;
  return microsecondsALine;
}

async function compare(rounds: number): Promise<void> {
  print(machine());
  print(`${LINES} lines a run, ${rounds} rounds`);
  for (const linesATurn of [1, 20]) {
    const results = new Map<Case, number[]>(CASES.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const name of round % 2 === 0 ? CASES : CASES.toReversed()) {
        // oxlint-disable-next-line no-await-in-loop -- two at a time would measure each other
        results.get(name)?.push(await run(name, linesATurn));
      }
    }
    print(`\n${linesATurn} lines a turn`);
    for (const [name, costs] of results) {
      const raw = costs.map((cost) => cost.toFixed(2)).join(' ');
      print(`  ${name.padEnd(26)} ${median(costs).toFixed(2)} µs a line (${raw})`);
    }
  }
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'log') await log(rest[0] as Case, Number(rest[1]));
else await compare(Number(role ?? 3));
