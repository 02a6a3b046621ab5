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

async function report(runtime: string, app: string): Promise<unknown> {
  const preload = new URL('recorded.mjs', import.meta.url).href;
  const path = fileURLToPath(new URL(app, import.meta.url));
  const { stdout } = await run(runtime, ['--import', preload, path], {
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout);
}

const answered = { records: ['GET 200 -'], spans: 1, passedOn: 1 };

describe.each(runtimes)('calls on %s', (runtime) => {
  it(
    'make one span and one record each, however an ES module imports the client',
    { timeout: MAX_LIFE_MS },
    async () => {
      expect(await report(runtime, 'app.mjs')).toEqual({
        made: {
          default: answered,
          named: answered,
          namespace: answered,
          'headers in an array': answered,
          expectation: answered,
          refused: { records: ['GET - ECONNREFUSED'], spans: 1, passedOn: 0 },
          'broken off': { records: ['GET 200 ECONNRESET'], spans: 1, passedOn: 1 },
          fetch: answered,
          'fetch, redirected': { records: ['GET 302 -', 'GET 200 -'], spans: 2, passedOn: 2 },
          'fetch, refused': { records: ['GET - ECONNREFUSED'], spans: 1, passedOn: 0 },
          'fetch, aborted': { records: ['GET - TimeoutError'], spans: 1, passedOn: 1 },
          'undici.request': answered,
          'undici.fetch': answered,
        },
        active: 0,
        problems: [],
      });
    },
  );

  it('make one span and one record each in CommonJS', { timeout: MAX_LIFE_MS }, async () => {
    expect(await report(runtime, 'app.cjs')).toEqual({
      made: {
        property: answered,
        destructured: answered,
        fetch: answered,
        'undici.request': answered,
        'undici.fetch': answered,
        WebSocket: { records: ['GET 101 -'], spans: 1, passedOn: 1 },
      },
      active: 0,
      problems: [],
    });
  });
});
