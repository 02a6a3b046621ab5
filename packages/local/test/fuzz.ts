/**
 * Sends broken requests to every way in and every question, for as long as it is told, and looks that the stack goes on.
 *
 * `node --conditions=@sightline/source packages/local/test/fuzz.ts [seconds] [seed]`
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startLocal } from '@sightline/local';
import { fuzz } from './fuzz-requests.ts';

const seconds = Number(process.argv[2] ?? 600);
const seed = Number(process.argv[3] ?? 1);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in use once nothing more can be let go [MB]. */
function memory(): string {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return `heap ${Math.round(heapUsed / 1e6)} MB, resident ${Math.round(rss / 1e6)} MB`;
}

const stack = await startLocal({ port: 0 });
const endMs = performance.now() + seconds * 1000;
let requests = 0;
const statuses: Record<number, number> = {};
const problems: string[] = [];
process.stdout.write(`before: ${memory()}\n`);
for (let round = 1; performance.now() < endMs; round += 1) {
  // oxlint-disable-next-line no-await-in-loop -- one tenth after the other
  const found = await fuzz(stack.url, {
    seed: seed + round,
    endMs: Math.min(endMs, performance.now() + seconds * 100),
  });
  requests += found.requests;
  problems.push(...found.problems);
  for (const [status, count] of Object.entries(found.statuses))
    statuses[Number(status)] = (statuses[Number(status)] ?? 0) + count;
  const { series, logs, traces } = stack.self().kept;
  process.stdout.write(
    `after ${requests} requests: ${memory()}; kept ${series.series} series, ${logs.lines} lines, ${traces.spans} spans\n`,
  );
}
process.stdout.write(`${requests} requests in ${seconds} s, seed ${seed}: ${JSON.stringify(statuses)}\n`);
process.stdout.write(`${problems.length} problems\n${problems.slice(0, 10).join('\n')}\n`);
await stack.close();
process.exitCode = problems.length === 0 ? 0 : 1;
