/**
 * What does watching a call cost, beyond what the library takes itself, and against opossum-prometheus?
 *
 * `node --conditions=@sightline/source packages/resilience/bench/watched-call.bench.ts [rounds] [calls] [library]`
 *
 * Every run is a fresh process that makes calls one after the other in a sampled span; the order of the cases turns round
 * each round. `nobody` is the library alone.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const CASES: readonly (readonly [library: string, watchedBy: readonly string[]])[] = [
  ['opossum', ['nobody', 'opossum-prometheus', 'ours']],
  ['opossum, open', ['nobody', 'opossum-prometheus', 'ours']],
  ['opossum, failing', ['nobody', 'opossum-prometheus', 'ours']],
  ['opossum, failing, a span each', ['nobody', 'opossum-prometheus', 'ours']],
  ['cockatiel', ['nobody', 'ours']],
  ['cockatiel, isolated', ['nobody', 'ours']],
  ['cockatiel, failing', ['nobody', 'ours']],
  ['cockatiel, failing, a span each', ['nobody', 'ours']],
  ['cockatiel, four policies', ['nobody', 'ours']],
];

const child = fileURLToPath(new URL('watched-call-case.ts', import.meta.url));

/** CPU time of a call, on the thread that makes it [µs]. */
function run(library: string, watchedBy: string, calls: number): number {
  const flags = ['--conditions=@sightline/source', child, library, watchedBy, `${calls}`];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

const rounds = Number(process.argv[2] ?? 5);
const calls = Number(process.argv[3] ?? 200_000);
const only = process.argv[4];
print(`${machine()}, ${rounds} rounds of ${calls} calls\n`);
print('| library | watched by | µs of CPU a call, median | added, median of rounds | of nobody | rounds |');
print('| --- | --- | --- | --- | --- | --- |');
for (const [library, watchedBy] of CASES.filter(([name]) => only === undefined || name === only)) {
  const results = new Map<string, number[]>(watchedBy.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? watchedBy : watchedBy.toReversed())
      results.get(each)?.push(run(library, each, calls));
  }
  const base = results.get('nobody') ?? [];
  for (const [each, values] of results) {
    const added = median(values.map((value, round) => value - (base[round] ?? Number.NaN)));
    const ratio = (median(values) / median(base)).toFixed(2);
    const raw = values.map((value) => value.toFixed(2)).join(' ');
    print(
      `| ${library} | ${each} | ${median(values).toFixed(2)} | ${added.toFixed(2)} | ${ratio} | ${raw} |`,
    );
  }
}
