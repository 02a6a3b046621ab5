import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type ChildResult, MAX_LIFE_MS, runChild, runtimes } from '../signals/run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const preload = new URL('hooks-preload.mjs', import.meta.url).href;

async function run(runtime: string, app: string, env: NodeJS.ProcessEnv = {}, flags: string[] = []) {
  const path = fileURLToPath(new URL(`apps/${app}`, import.meta.url));
  // Node.js 22 says of a TypeScript program that running it is experimental; the loader's thread is deprecated in 26.
  const quiet = [
    ...(app.endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : []),
    ...(env['LOADER'] === 'thread' ? ['--disable-warning=DEP0205'] : []),
  ];
  const child = await runChild(runtime, [...quiet, '--import', preload, ...flags, path], { env });
  return { ...child, told: toldBy(child) };
}

function toldBy({ stdout }: ChildResult): unknown {
  return stdout === '' ? undefined : JSON.parse(stdout);
}

const many = ['hono', 'koa', 'pg', 'ioredis', 'prom-client'];
const programs = [
  { app: 'default-import.mjs', loads: ['express'] },
  { app: 'named-import.mjs', loads: ['express'] },
  { app: 'dynamic-import.mjs', loads: ['express'] },
  { app: 'require.cjs', loads: ['express'] },
  { app: 'create-require.mjs', loads: ['express'] },
  { app: 'import-and-require.mjs', loads: ['express'] },
  { app: 'typescript.ts', loads: ['express'] },
  { app: 'many.mjs', loads: many },
  { app: 'many.cjs', loads: [...many, 'hono/tiny'] },
];

describe.concurrent.each(runtimes)('hookModules on $node', ({ path: runtime }) => {
  describe.concurrent.each(['the program', 'a thread'])('with its loader in %s', (place) => {
    const env = place === 'a thread' ? { LOADER: 'thread' } : {};
    it.for(programs)('sees each copy once in $app, without a warning', async ({ app, loads }) => {
      const { code, stderr, told } = await run(runtime, app, env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(told).toEqual(expect.arrayContaining(loads.map((name) => `${name} instrumented`)));
      expect(told).toHaveLength(loads.length);
    });
  });
});

describe.concurrent('hookModules', () => {
  it.for([
    { fail: 'version', told: 'express unsupported known are versions >=99' },
    { fail: 'load', told: 'express failed no luck' },
    { fail: 'before', told: 'express failed no luck' },
    { fail: 'shape', told: 'express failed it does not look as expected' },
  ])('tells why a module cannot be instrumented ($fail), and the program runs', async ({ fail, told }) => {
    const apps = ['default-import.mjs', 'require.cjs'];
    const children = await Promise.all(apps.map((app) => run(process.execPath, app, { FAIL: fail })));
    expect(children).toMatchObject(apps.map(() => ({ code: 0, stderr: '', told: [told] })));
  });

  it.for(['default-import.mjs', 'require.cjs'])(
    'takes a module that was loaded before, and tells that it is late (%s)',
    async (app) => {
      const child = await run(process.execPath, app, { LATE: 'express' });
      expect(child).toMatchObject({ code: 0, stderr: '', told: ['express late'] });
    },
  );

  it('tells nothing of what it only notices', async () => {
    const child = await run(process.execPath, 'noticed.mjs', { NOTICE: '@hono/node-server' });
    expect(child).toMatchObject({ code: 0, stderr: '', told: ['@hono/node-server'] });
  });
});
