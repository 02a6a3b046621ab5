/** Says of changed rules whether a test notices them: of each one that it is sent the number of. */
import { parentPort } from 'node:worker_threads';
import { durationMs } from '@sightline/query/promql';
import type { Judgement } from './judge.ts';
import { allMutants } from './mutants.ts';
import { createReplay } from './replay.ts';
import { type TestFile, prometheusGroups, readTests } from './rule-files.ts';

const mutants = allMutants(prometheusGroups());
// The quick ones first: most changes are noticed there.
const replays = readTests()
  .toSorted((left, right) => evaluationsOf(left) - evaluationsOf(right))
  .map((file) => ({ name: file.name, replay: createReplay(file) }));

function minutes(duration: string): number {
  return (durationMs(duration) ?? 0) / 60_000;
}

/** How often all its tests together evaluate the rules. */
function evaluationsOf({ tests, evaluation_interval: every }: TestFile): number {
  const last = tests.map(({ promql_expr_test: checks }) =>
    Math.max(0, ...checks.map(({ eval_time: time }) => minutes(time))),
  );
  return last.reduce((sum, each) => sum + each / minutes(every), 0);
}

/** How many changes of a rule each file has noticed: the one that noticed most is asked first. */
const noticed = new Map<string, number>();

async function judge(index: number): Promise<Judgement> {
  const { rule, mutated } = mutants[index]!;
  const keyOf = (name: string): string => `${rule.alert ?? rule.record} ${rule.labels?.['slo']} ${name}`;
  const hits = (name: string): number => noticed.get(keyOf(name)) ?? 0;
  let canTell = false;
  for (const { name, replay } of replays.toSorted((left, right) => hits(right.name) - hits(left.name))) {
    // oxlint-disable-next-line no-await-in-loop -- the first file that notices is enough
    const found = await replay.notices(rule, mutated);
    canTell ||= found !== undefined;
    if (!found) continue;
    noticed.set(keyOf(name), hits(name) + 1);
    return { verdict: 'noticed', by: name, test: found.name };
  }
  return { verdict: canTell ? 'survived' : 'unread' };
}

parentPort?.on('message', (index: number) => {
  judge(index).then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    (judgement) => parentPort?.postMessage(judgement),
    (error: unknown) => {
      throw error;
    },
  );
});
