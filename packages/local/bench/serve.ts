/** The embedded stack in a process of its own: it says where it listens, and what it takes whenever it is asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startLocal } from '@sightline/local';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const stack = await startLocal({
  port: 0,
  ...(process.env['DATA_DIR'] !== undefined && { dataDir: process.env['DATA_DIR'] }),
});
process.send?.({ url: stack.url });

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const longestBlockMs = delay.max / 1e6;
  globalThis.gc?.();
  process.send?.({
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    longestBlockMs,
    self: stack.self(),
  });
  delay.reset();
});
process.on('disconnect', () => process.exit());
