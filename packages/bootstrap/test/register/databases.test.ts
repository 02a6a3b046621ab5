import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS, runChild, runtimes } from '../signals/run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const preload = new URL('databases-preload.mjs', import.meta.url).href;

interface Told {
  /** Instrumentations whose spans are children of the span that was active. */
  readonly below: readonly string[];
  readonly modules: readonly string[];
  readonly active: readonly string[];
  readonly activeAtStart: readonly string[];
}

async function run(runtime: string, app: string, env: NodeJS.ProcessEnv = {}): Promise<Told> {
  const path = fileURLToPath(new URL(`databases/${app}`, import.meta.url));
  const flags = env['LOADER'] === 'thread' ? ['--disable-warning=DEP0205'] : [];
  const child = await runChild(runtime, [...flags, '--import', preload, path], { env });
  expect(child).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(child.stdout) as Told;
}

const programs = ['imports.mjs', 'imports-later.mjs', 'requires.cjs'];

describe.concurrent.each(runtimes)('instrumentations on $node', ({ path: runtime }) => {
  describe.concurrent.each(['the program', 'a thread'])('with the loader in %s', (place) => {
    const env = place === 'a thread' ? { LOADER: 'thread' } : {};
    it.for(programs)('put the spans of pg and ioredis below the active one in %s', async (app) => {
      expect(await run(runtime, app, env)).toEqual({
        below: ['ioredis', 'pg'],
        modules: ['ioredis instrumented', 'pg instrumented', 'pg-pool instrumented'],
        active: expect.arrayContaining(['ioredis', 'pg']) as unknown,
        activeAtStart: [],
      });
    });
  });
});

describe.concurrent('instrumentations', () => {
  it('leave out what is disabled', async () => {
    const told = await run(process.execPath, 'requires.cjs', { WITHOUT: 'pg,mysql2' });
    expect(told).toMatchObject({
      below: ['ioredis'],
      modules: ['ioredis instrumented'],
      active: ['ioredis'],
    });
  });

  it('patch a client that was loaded before them', async () => {
    const told = await run(process.execPath, 'requires.cjs', { LATE: 'ioredis' });
    expect(told.below).toEqual(['ioredis', 'pg']);
    expect(told.modules).toContain('ioredis late');
  });
});
