import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const child = fileURLToPath(new URL('watched-thing-case.ts', import.meta.url));

/** CPU time of a call, on the thread that makes it [µs]. */
function run(subject: string, watchedBy: string, calls: number): number {
  const flags = ['--conditions=@sightline/source', child, subject, watchedBy, `${calls}`];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

/**
 * Prints what watching each of these adds: every run is a fresh process, and the order turns round each round.
 *
 * @param subjects names of cases in `watched-thing-case.ts`
 */
export function compareWatched(subjects: readonly string[]): void {
  const rounds = Number(process.argv[2] ?? 5);
  const calls = Number(process.argv[3] ?? 200_000);
  print(`${machine()}, ${rounds} rounds of ${calls} calls\n`);
  print(
    '| subject | unwatched, µs of CPU a call | watched | added, median of rounds | ratio | rounds, added |',
  );
  print('| --- | --- | --- | --- | --- | --- |');
  for (const subject of subjects) {
    const results: { unwatched: number; watched: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const inOrder = round % 2 === 0;
      const first = run(subject, inOrder ? 'nobody' : 'ours', calls);
      const second = run(subject, inOrder ? 'ours' : 'nobody', calls);
      results.push(inOrder ? { unwatched: first, watched: second } : { unwatched: second, watched: first });
    }
    const unwatched = median(results.map((each) => each.unwatched));
    const watched = median(results.map((each) => each.watched));
    const added = results.map((each) => each.watched - each.unwatched);
    print(
      `| ${subject} | ${unwatched.toFixed(2)} | ${watched.toFixed(2)} | ${median(added).toFixed(2)} | ${(watched / unwatched).toFixed(2)} | ${added.map((each) => each.toFixed(2)).join(', ')} |`,
    );
  }
}
