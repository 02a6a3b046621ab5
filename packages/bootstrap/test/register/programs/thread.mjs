// A worker thread of the service, and what is listening in it.
import { Worker, isMainThread } from 'node:worker_threads';
import { writeSync } from 'node:fs';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once('error', (error) => writeSync(2, `${error.stack}\n`));
} else {
  const servers = process.getActiveResourcesInfo().filter((each) => each === 'TCPServerWrap');
  writeSync(1, `${JSON.stringify({ thread: true, servers, signals: process.listenerCount('SIGTERM') })}\n`);
}
