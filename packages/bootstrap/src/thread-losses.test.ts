import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchThreadLosses } from './thread-losses.ts';

const module = JSON.stringify(new URL('thread-losses.ts', import.meta.url).href);

/** A thread that says it has so many spans to send. */
async function thread(spans: number, then: string): Promise<Worker> {
  const worker = new Worker(
    `import(${module}).then(({ tellWaitingSpans }) => {
      tellWaitingSpans()(${spans});
      require('node:worker_threads').parentPort.postMessage('said');
      ${then}
    });`,
    { eval: true, execArgv: ['--conditions=@sightline/source', '--disable-warning=ExperimentalWarning'] },
  );
  await once(worker, 'message');
  return worker;
}

describe('watchThreadLosses', () => {
  it('counts what a thread had to send when it was terminated, and nothing of one that has sent all', async () => {
    const lost: number[] = [];
    onTestFinished(watchThreadLosses((spans) => lost.push(spans)));
    const [busy, idle] = await Promise.all([thread(7, 'setInterval(() => {}, 1e6);'), thread(0, '')]);
    await Promise.all([busy.terminate(), idle.terminate()]);
    expect(lost).toEqual([7]);
  });
});
