/* oxlint-disable unicorn/require-post-message-target-origin -- threads, not windows */
// A main thread with threads that count known amounts; what its page says after each step goes to standard output.
import { once } from 'node:events';
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads';
import { serveThreadSnapshots, threadSource } from '../../dist/aggregation/threads.js';
import { createCounting, totals } from './counting.mjs';

if (isMainThread) await main();
else thread();

async function main() {
  const own = createCounting();
  own.count(0, 1000);
  const early = await start('wait');
  const source = threadSource({ own: own.snapshot, timeLimitMs: 15_000 });
  const steps = {};
  const step = async (name) => (steps[name] = totals(await source()));

  const threads = [early, ...(await Promise.all([start('wait'), start('wait')]))];
  await Promise.all(threads.map((each, at) => tell(each, { count: 10 ** at })));
  await step('counted');

  await threads[1].terminate();
  await step('terminated');

  // Nothing asks it before it has nothing left to do.
  const short = new Worker(new URL(import.meta.url), { workerData: 'count 5000 and end' });
  await once(short, 'exit');
  await step('ended by itself');

  await tell(threads[2], { count: 20_000 });
  threads[2].postMessage({ stop: true });
  await once(threads[2], 'exit');
  await step('stopped');

  // Its parent is a thread that serves too, and says that it was terminated.
  const parent = await start('nest');
  await step('nested');
  await tell(parent, { end: true });
  await step('nested ended');

  // Those that are left are ended by nobody: they must not be kept alive by us, nor keep the process alive.
  for (const each of [threads[0], parent]) each.postMessage({ leave: true });
  await Promise.all([threads[0], parent].map((each) => once(each, 'exit')));
  await step('ended');
  process.stdout.write(JSON.stringify({ steps }));
}

async function tell(worker, message) {
  worker.postMessage(message);
  await once(worker, 'message');
}

async function start(role) {
  const worker = new Worker(new URL(import.meta.url), { workerData: role });
  await once(worker, 'message');
  return worker;
}

function thread() {
  const counting = createCounting();
  const stop = serveThreadSnapshots(counting.snapshot);
  if (workerData === 'count 5000 and end') {
    counting.count(threadId, 5000);
    return;
  }
  let child;
  parentPort.on('message', async (message) => {
    if ('count' in message) {
      counting.count(threadId, message.count);
      parentPort.postMessage('counted');
    } else if ('stop' in message) {
      await stop();
      process.exit();
    } else if ('leave' in message) parentPort.close();
    else if ('end' in message) {
      await child.terminate();
      parentPort.postMessage('ended');
    }
  });
  if (workerData === 'nest') {
    child = new Worker(new URL(import.meta.url), { workerData: 'wait' });
    child.once('message', () => {
      child.postMessage({ count: 100_000 });
      child.once('message', () => parentPort.postMessage('ready'));
    });
  } else parentPort.postMessage('ready');
}
