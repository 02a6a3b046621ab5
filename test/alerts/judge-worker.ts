/** Says of changed rules whether a test notices them: of each one that it is sent the number of. */
import { parentPort } from 'node:worker_threads';
import { allMutants } from './mutants.ts';
import { createReplay } from './replay.ts';
import { prometheusGroups, readTests } from './rule-files.ts';

const mutants = allMutants(prometheusGroups());
// What runs for the fewest evaluations first: most changes are noticed there.
const replays = readTests()
  .map((file) => createReplay(file))
  .toSorted((left, right) => left.evaluations - right.evaluations);

async function judge(index: number): Promise<boolean | undefined> {
  const { rule, mutated } = mutants[index]!;
  let noticed: boolean | undefined;
  for (const replay of replays) {
    // oxlint-disable-next-line no-await-in-loop -- the first file that notices is enough
    const found = await replay.notices(rule, mutated);
    if (found === true) return true;
    noticed ??= found;
  }
  return noticed;
}

parentPort?.on('message', (index: number) => {
  judge(index).then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    (noticed) => parentPort?.postMessage({ noticed }),
    (error: unknown) => {
      throw error;
    },
  );
});
