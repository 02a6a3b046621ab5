// A thread answers; the process has the page.
import { createServer } from 'node:http';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

if (isMainThread) {
  const server = createServer((_request, response) => response.end());
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (threadPort) => {
    process.on('message', () => process.send({ threadPort }));
    server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  });
} else {
  const server = createServer((_request, response) => response.end());
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}
