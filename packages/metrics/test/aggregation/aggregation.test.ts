import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const runtimes = [
  process.execPath,
  ...['node22', 'node26'].map((name) =>
    fileURLToPath(new URL(`../../../../test/runtimes/node_modules/${name}/bin/node`, import.meta.url)),
  ),
].filter((path) => existsSync(path));

/** Far longer than a child needs, on a busy machine too [ms]. */
const MAX_LIFE_MS = 60_000;

async function report(runtime: string, program: string, ...args: string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await run(runtime, [path, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout);
}

/** Every observation was 1.5, in the bucket between 1 and 2. */
function page(orders: number, kinds: number, busy: number, delay: number) {
  return { orders, kinds, counts: [0, orders, 0], sum: orders * 1.5, delay, busy };
}

describe.each(runtimes)('%s', (runtime) => {
  it.each(['json', 'advanced'])(
    'adds up what a cluster counts, exactly, while workers die (IPC by %s)',
    { timeout: MAX_LIFE_MS },
    async (serialization) => {
      expect(await report(runtime, 'cluster.mjs', serialization)).toEqual({
        steps: {
          // The primary counted 1000, its workers 1, 10 and 100.
          counted: page(1111, 5, 4, 3),
          killed: page(1111, 5, 3, 3),
          replaced: page(6111, 6, 4, 4),
          stopped: page(26_111, 6, 3, 4),
          ended: page(26_111, 6, 1, 0),
        },
        heard: expect.toSatisfy((answers: { app: number }[]) => {
          const counts = answers.map(({ app }) => app).toSorted((one, other) => one - other);
          return counts.join() === '1,10,100,5000,20000';
        }),
        listeners: 0,
      });
    },
  );

  it('adds up what threads count, exactly, while threads end', { timeout: MAX_LIFE_MS }, async () => {
    expect(await report(runtime, 'threads.mjs')).toEqual({
      steps: {
        counted: page(1111, 5, 4, 3),
        terminated: page(1111, 5, 3, 3),
        'ended by itself': page(6111, 6, 3, 3),
        stopped: page(26_111, 6, 2, 1),
        nested: page(126_111, 7, 3, 6),
        'nested ended': page(126_111, 7, 2, 1),
        ended: page(126_111, 7, 1, 0),
      },
    });
  });
});
