import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { register } from '../e2e/service.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS, runChild, runtimes } from '../signals/run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const imported = ['--import', register];
const required = ['--require', fileURLToPath(register)];

type Line = Readonly<Record<string, unknown>>;

async function run(runtime: string, program: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const child = await runChild(runtime, [...flags, path], {
    env: {
      LOG_LEVEL: 'info',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      ...env,
    },
  });
  const lines = child.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return { ...child, lines };
}

/** The kind of a span of a server, and the status of one that failed, in OTLP. */
const SERVER = 2;
const ERROR = 2;

const isStart = ({ msg }: Line): boolean => String(msg).startsWith('sightline ');
const isRequest = (line: Line): boolean => line['http_route'] !== undefined;

describe.concurrent.each(runtimes)('register on $node', ({ path: runtime }) => {
  it.for([
    { how: '--import, ES modules', program: 'service.mjs', flags: imported },
    { how: '--import, CommonJS', program: 'service.cjs', flags: imported },
    { how: '--require, ES modules', program: 'service.mjs', flags: required },
    { how: '--require, CommonJS', program: 'service.cjs', flags: required },
    { how: 'both', program: 'service.mjs', flags: [...imported, ...required] },
  ])(
    'observes a service that nobody prepared, and says so in one line ($how)',
    async ({ program, flags }) => {
      const { code, stderr, lines, stdout } = await run(runtime, program, flags);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(lines.filter(isRequest)).toMatchObject([
        { http_route: '/api/:tenant/orders/:id', http_response_status_code: 200, service: 'shop' },
      ]);
      const starts = lines.filter(isStart);
      expect(starts).toHaveLength(1);
      expect(starts[0]?.['msg']).toMatch(/traces → nowhere, logs → stdout, .*express 5\.\d+\.\d+/);
      expect(stdout).not.toContain('hunter2');
    },
  );

  it('lets SIGTERM end the process', async () => {
    const child = await run(runtime, 'sigterm.mjs', imported);
    expect(child).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
  });

  it('gets the last line of a crash out', async () => {
    const child = await run(runtime, 'crash.mjs', imported);
    expect(child).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: boom') as unknown });
    expect(child.lines).toContainEqual(expect.objectContaining({ level: 'fatal' }));
    expect(child.stdout).toContain('boom');
  });
});

describe.concurrent('register', () => {
  it('runs in a program that NODE_OPTIONS preloads it for, and stays off in npm and in a thread of a tool', async () => {
    const env = { NODE_OPTIONS: `--import ${register}` };
    const [service, npm, thread] = await Promise.all([
      // On a busy machine it lives long enough for the line of the start.
      run(process.execPath, 'quiet.mjs', [], { ...env, LOG_LEVEL: 'warn' }),
      run(process.execPath, 'bin/npm-cli.js', [], env),
      run(process.execPath, 'bin/eslint.js', [], env),
    ]);
    expect([service.lines, npm.lines, thread.lines]).toEqual([
      [{ runs: true }],
      [{ runs: false }],
      [{ runs: false }],
    ]);
  });

  it('does nothing but log with OTEL_SDK_DISABLED=true', async () => {
    const child = await run(process.execPath, 'service.mjs', imported, { OTEL_SDK_DISABLED: 'true' });
    expect(child).toMatchObject({ code: 0, stderr: '', lines: [] });
  });

  it('opens no port and takes no signals in a worker thread', async () => {
    const child = await run(process.execPath, 'thread.mjs', imported);
    expect(child).toMatchObject({ code: 0, stderr: '' });
    expect(child.lines).toContainEqual({ thread: true, servers: [], signals: 0 });
  });
});

describe.concurrent.each(runtimes)('the last spans on $node', ({ path: runtime }) => {
  it.for([
    { program: 'service.mjs', end: { code: 0, signal: null } },
    { program: 'service-sigterm.mjs', end: { code: null, signal: 'SIGTERM' } },
    { program: 'service-exit.mjs', end: { code: 3, signal: null } },
  ])('arrive at the collector when $program ends', async ({ program, end }) => {
    const { child, servers } = await runWithCollector(runtime, program);
    expect(child).toMatchObject(end);
    expect(servers.map(({ name }) => name)).toEqual(['GET /api/:tenant/orders/:id']);
  });

  it('arrive with the error and the trace of the last line when a request crashes the process', async () => {
    const { child, servers } = await runWithCollector(runtime, 'service-crash.mjs');
    expect(child.code).toBe(1);
    expect(servers).toMatchObject([{ status: { code: ERROR } }]);
    expect(servers[0]?.events[0]?.attributes).toMatchObject({ 'exception.message': 'boom' });
    expect(child.lines).toContainEqual(
      expect.objectContaining({ level: 'fatal', trace_id: servers[0]?.traceId }),
    );
  });
});

async function runWithCollector(runtime: string, program: string) {
  const collector = await startOtlpReceiver();
  try {
    const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const child = await run(runtime, program, imported, env);
    return { child, servers: collector.spans().filter(({ kind }) => kind === SERVER) };
  } finally {
    await collector.close();
  }
}

describe.concurrent('a collector that hangs', () => {
  it('does not keep the process from dying by SIGTERM', async () => {
    const collector = await startOtlpReceiver();
    collector.answerWith({ misbehave: 'silent' });
    try {
      const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
      const child = await run(process.execPath, 'started-sigterm.mjs', [], env);
      expect(child).toMatchObject({ code: null, signal: 'SIGTERM' });
    } finally {
      await collector.close();
    }
  });
});
