import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inParallel } from './promtool.ts';

/** What came of a changed rule; `unread` when no test asks for anything that it reaches. */
export type Verdict = 'noticed' | 'survived' | 'unread';

function verdictOf(noticed: boolean | undefined): Verdict {
  if (noticed === undefined) return 'unread';
  return noticed ? 'noticed' : 'survived';
}

/**
 * Judges changed rules with the tests of `alerts/tests`, in threads.
 *
 * @param indexes the places of mutants in `allMutants`
 * @param options.width threads
 * @param options.deadlineMs after which no more are begun
 * @param onVerdict is told of each one at once
 * @returns by the places of those that were begun
 */
export async function judgeMutants(
  indexes: readonly number[],
  { width, deadlineMs }: { readonly width: number; readonly deadlineMs: number },
  onVerdict?: (index: number, verdict: Verdict) => void,
): Promise<ReadonlyMap<number, Verdict>> {
  const startMs = performance.now();
  const verdicts = new Map<number, Verdict>();
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
        const [{ noticed }] = (await once(worker, 'message')) as [{ noticed: boolean | undefined }];
        idle.push(worker);
        const verdict = verdictOf(noticed);
        verdicts.set(index, verdict);
        onVerdict?.(index, verdict);
      },
      () => performance.now() - startMs > deadlineMs,
    );
  } finally {
    await Promise.all(all.map((worker) => worker.terminate()));
  }
  return verdicts;
}
