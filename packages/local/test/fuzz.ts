/**
 * Sends broken requests to every way in and every question, for as long as it is told, and looks that the stack goes on.
 *
 * `node --conditions=@sightline/source packages/local/test/fuzz.ts [seconds] [seed]`
 */
import { startLocal } from '@sightline/local';
import { fuzz } from './fuzz-requests.ts';

const seconds = Number(process.argv[2] ?? 600);
const seed = Number(process.argv[3] ?? 1);
const stack = await startLocal({ port: 0 });
const before = process.memoryUsage().heapUsed;
const { requests, statuses, problems } = await fuzz(stack.url, {
  seed,
  endMs: performance.now() + seconds * 1000,
});
globalThis.gc?.();
const grown = Math.round((process.memoryUsage().heapUsed - before) / 1e6);
process.stdout.write(`${requests} requests in ${seconds} s, seed ${seed}: ${JSON.stringify(statuses)}\n`);
process.stdout.write(
  `heap grew by ${grown} MB; ${problems.length} problems\n${problems.slice(0, 10).join('\n')}\n`,
);
await stack.close();
process.exitCode = problems.length === 0 ? 0 : 1;
