import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inParallel } from './promtool.ts';

/** What came of a changed rule; `unread` when no test asks for anything that it reaches. */
export type Judgement =
  | { readonly verdict: 'survived' | 'unread' }
  | {
      readonly verdict: 'noticed';
      /** The file of tests, such as `latency.yml`, and the name of the test. */
      readonly by: string;
      readonly test: string;
    };

/**
 * Judges changed rules with the tests of `alerts/tests`, in threads.
 *
 * @param indexes the places of mutants in `allMutants`
 * @param options.width threads
 * @param options.deadlineMs after which no more are begun
 * @returns by the places of those that were begun
 */
export async function judgeMutants(
  indexes: readonly number[],
  { width, deadlineMs }: { readonly width: number; readonly deadlineMs: number },
): Promise<ReadonlyMap<number, Judgement>> {
  const startMs = performance.now();
  const verdicts = new Map<number, Judgement>();
  const idle = Array.from({ length: width }, () => new Worker(new URL('judge-worker.ts', import.meta.url)));
  const all = [...idle];
  try {
    await inParallel(
      indexes,
      width,
      async (index) => {
        const worker = idle.pop()!;
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(index);
        const [judgement] = (await once(worker, 'message')) as [Judgement];
        idle.push(worker);
        verdicts.set(index, judgement);
      },
      () => performance.now() - startMs > deadlineMs,
    );
  } finally {
    await Promise.all(all.map((worker) => worker.terminate()));
  }
  return verdicts;
}
