/**
 * What do 1,000 probes a second cost against 20 slow checks?
 *
 * `node --conditions=@sightline/source packages/health/bench/probe.bench.ts [rounds] [seconds]`
 *
 * Every run is a fresh process with one case, and the order of the cases turns round each round. All checks are critical,
 * take 300 ms each and answer for a second. A call is the time in which a probe holds the event loop until it has its
 * answer or begins to wait; the loop's time per probe is everything, with what sends the probes and the checks themselves.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const CASES = ['nothing', 'all at each probe', 'on demand', 'in the background'] as const;
type Case = (typeof CASES)[number];

interface Run {
  readonly probes: number;
  readonly failed: number;
  readonly runsPerPeriod: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly loopMsPerProbe: number;
  readonly longestTurnMs: number;
  readonly heapGrowthBytes: number;
}

const child = fileURLToPath(new URL('probe-case.ts', import.meta.url));
const rounds = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 3);

function run(name: Case): Run {
  const flags = ['--expose-gc', '--conditions=@sightline/source', child, name, `${seconds}`];
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Run;
}

const results = new Map<Case, Run[]>(CASES.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? CASES : CASES.toReversed()) results.get(name)?.push(run(name));
}

print(`${machine()}, ${rounds} rounds of ${seconds} s\n`);
print(
  '| case | probes | not 200 | runs of a check each period | call p50, ms | call p99, ms | call max, ms | loop per probe, ms | longest turn, ms | heap growth, KB |',
);
print('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const [name, runs] of results) {
  const of = (key: keyof Run, digits: number): string =>
    median(runs.map((each) => each[key])).toFixed(digits);
  print(
    `| ${name} | ${of('probes', 0)} | ${of('failed', 0)} | ${of('runsPerPeriod', 2)} | ${of('p50Ms', 4)} | ${of('p99Ms', 4)} | ${of('maxMs', 2)} | ${of('loopMsPerProbe', 4)} | ${of('longestTurnMs', 1)} | ${(median(runs.map((each) => each.heapGrowthBytes)) / 1000).toFixed(0)} |`,
  );
}
