// Two workers behind one port. The one that is told to crash has a last flush that lasts until something comes on standard input.
import cluster from 'node:cluster';
import { readSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { ownLifecycle } from '../../dist/lifecycle/lifecycle.js';

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  const ports = await Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.once('listening', ({ port }) => resolve(port)))),
  );
  process.on('message', (order) => {
    if (order === 'crash') workers[0].send(order);
    // What the worker has said before is heard in the same turn of the loop.
    else setImmediate(() => process.send({ port: ports[0] }));
  });
  workers[0].once('exit', (code) => {
    process.send({ code });
    for (const worker of workers) worker.kill('SIGKILL');
    process.disconnect();
  });
  process.send({ port: ports[0] });
} else {
  ownLifecycle({
    flush: async () => {},
    flushSync() {
      writeSync(1, 'flushing\n');
      readSync(0, Buffer.alloc(1));
    },
  });
  process.on('message', () => {
    throw new Error('boom');
  });
  createServer((_request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
}
