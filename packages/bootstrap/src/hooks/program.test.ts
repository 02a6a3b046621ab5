import { describe, expect, it, vi } from 'vitest';
import { isNodeSupported, runsService, warnNotObserved, whyNotObserved } from './program.ts';

describe('runsService', () => {
  it.each([
    '/app/server.js',
    '/app/node_modules/next/dist/server/lib/start-server.js',
    '/app/bin/www',
    '/app/packages/npm/server.js',
    '/app/yarn.js',
    '/usr/lib/node_modules/pm2/lib/ProcessContainerFork.js',
    '/usr/lib/node_modules/pm2/lib/ProcessContainer.js',
    '/app/node_modules/ts-node-dev/lib/wrap.js',
    '/app/node_modules/node-dev/lib/wrap.js',
    '/app/node_modules/@babel/node/lib/_babel-node',
    '/app/node_modules/ts-node/dist/bin.js',
    '/app/node_modules/fastify-cli/lib/watch/fork.js',
    undefined,
  ])('is true for %s', (script) => {
    expect(runsService({ isMainThread: true, script })).toBe(true);
  });

  it.each([
    '/usr/bin/npm',
    '/usr/share/nodejs/npm/bin/npm-cli.js',
    '/usr/lib/node_modules/npm/bin/npx-cli.js',
    '/usr/lib/node_modules/corepack/dist/pnpm.js',
    '/app/node_modules/.bin/nodemon',
    '/usr/lib/node_modules/pm2/lib/Daemon.js',
    '/app/node_modules/nodemon/bin/nodemon.js',
    '/app/node_modules/.pnpm/tsx@4.0.0/node_modules/tsx/dist/cli.mjs',
    '/app/node_modules/@nestjs/cli/bin/nest.js',
    '/root/.yarn/bin/yarn.js',
    String.raw`C:\app\node_modules\typescript\bin\tsc`,
    '/app/node_modules/jest-worker/build/workers/processChild.js',
    '/app/node_modules/tinypool/dist/entry/process.js',
    '/app/node_modules/next/dist/compiled/jest-worker/processChild.js',
    String.raw`C:\app\node_modules\next\dist\compiled\jest-worker\processChild.js`,
    '/app/node_modules/.bin/webpack',
    '/app/node_modules/prisma/build/index.js',
    '/app/node_modules/knex/bin/cli.js',
    '/app/node_modules/typeorm/cli.js',
    '/app/node_modules/mocha/bin/mocha.js',
    '/app/node_modules/cross-env/src/bin/cross-env.js',
    '/app/node_modules/ts-node-dev/lib/bin.js',
    '/app/node_modules/node-dev/bin/node-dev',
    '/app/node_modules/@babel/node/bin/babel-node.js',
    '/usr/lib/node_modules/forever/bin/monitor',
    '/app/.yarn/releases/yarn-4.9.1.cjs',
    '/root/.cache/node/corepack/v1/yarn/4.9.1/yarn.js',
  ])('is false for %s, which starts or builds the service', (script) => {
    expect(runsService({ isMainThread: true, script })).toBe(false);
  });

  it.each([
    ['/app/node_modules/next/dist/bin/next start -p 80', true],
    ['/app/node_modules/next/dist/bin/next', false],
    ['/app/node_modules/next/dist/bin/next dev', false],
    ['/app/node_modules/next/dist/bin/next build', false],
    ['/app/node_modules/fastify-cli/cli.js start app.js', true],
    ['/app/node_modules/fastify-cli/cli.js start --watch=false app.js', true],
    ['/app/node_modules/fastify-cli/cli.js start --watch app.js', false],
    ['/app/node_modules/fastify-cli/cli.js start -w app.js', false],
    ['/app/node_modules/fastify-cli/lib/watch/fork.js start -w app.js', true],
  ])('of %s is %s', (command, expected) => {
    const [script, ...args] = command.split(' ');
    expect(runsService({ isMainThread: true, script, args })).toBe(expected);
  });

  it.each([
    ['/app/worker.js', true],
    ['/app/node_modules/bullmq/dist/worker.js', true],
    ['/app/node_modules/thread-stream/lib/worker.js', false],
    ['/app/node_modules/pino/lib/worker.js', false],
    ['/app/node_modules/synckit/lib/index.js', false],
    // What tsx compiles with.
    ['/app/node_modules/esbuild/lib/main.js', false],
    ['/app/node_modules/next/dist/compiled/jest-worker/threadChild.js', false],
    ['/app/node_modules/.pnpm/tinypool@2.0.0/node_modules/tinypool/dist/entry/worker.js', false],
    ['/app/node_modules/@sightline/logger/dist/destinations/lane-thread.js', false],
  ])('of a thread of %s is %s', (script, expected) => {
    expect(runsService({ isMainThread: false, script })).toBe(expected);
  });

  it('is false for every thread of a process that it is false for', () => {
    expect(runsService({ isMainThread: false, script: '/app/worker.js', isBelowTool: true })).toBe(false);
  });
});

describe('isNodeSupported', () => {
  it.each(['22.15.0', '22.21.1', '23.0.0', '24.21.0', '26.0.0-nightly'])('is true for %s', (version) => {
    expect(isNodeSupported(version)).toBe(true);
  });

  it.each(['18.20.8', '20.20.2', '22.14.0'])('is false for %s', (version) => {
    expect(isNodeSupported(version)).toBe(false);
  });
});

describe('whyNotObserved', () => {
  it('says what helps: a preload, or another Node.js where none would help', () => {
    expect(whyNotObserved('24.21.0')).toMatchObject({ code: 'SIGHTLINE_NOT_STARTED' });
    const old = whyNotObserved('20.20.2');
    expect(old).toMatchObject({ code: 'SIGHTLINE_NODE_VERSION' });
    expect(old.message).toContain('Node.js 20.20.2');
    expect(old.message).not.toContain('--import');
  });
});

describe('warnNotObserved', () => {
  it('warns once of each', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const told = [whyNotObserved('20.20.2'), whyNotObserved('24.21.0'), whyNotObserved('20.20.2')];
    told.forEach(warnNotObserved);
    expect(warn.mock.calls.map(([, options]) => options)).toMatchObject([
      { code: 'SIGHTLINE_NODE_VERSION' },
      { code: 'SIGHTLINE_NOT_STARTED' },
    ]);
    warn.mockRestore();
    for (const { code } of told) Reflect.deleteProperty(globalThis, Symbol.for(`sightline.told.${code}`));
  });
});
