import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS, runChild } from '../signals/run-child.ts';
import { register } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

type Line = Readonly<Record<string, unknown>>;

async function run(
  program: string,
  env: NodeJS.ProcessEnv = {},
  { flags = [], args = [] }: { readonly flags?: readonly string[]; readonly args?: readonly string[] } = {},
) {
  const path = fileURLToPath(new URL(`apps/services/${program}`, import.meta.url));
  const child = await runChild(process.execPath, [...flags, path, ...args], {
    env: { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  const lines = child.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return { ...child, lines };
}

const preloaded = { flags: ['--import', register] };

/** Tells of options that came too late. */
const ignored = ({ code }: Line): boolean => code === 'SIGHTLINE_OPTIONS';

describe.concurrent('start', () => {
  it('gives the same instance twice, with the options of the first', async () => {
    const { stderr, lines } = await run('start-twice.mjs');
    expect(stderr).toBe('');
    expect(lines).toContainEqual({ same: true, ofRegister: null, enabled: true, name: 'first' });
    // Those of the first hold, and were not told of when it was called with them once more.
    expect(lines.filter(ignored)).toHaveLength(1);
  });

  it('gives the instance that --import has started', async () => {
    const { stderr, lines } = await run('start-twice.mjs', { OTEL_SERVICE_NAME: 'preloaded' }, preloaded);
    expect(stderr).toBe('');
    expect(lines).toContainEqual({ same: true, ofRegister: true, enabled: true, name: 'preloaded' });
    expect(lines.filter(ignored)).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: expect.stringContaining('start() was called with service') as unknown,
      }),
    ]);
  });

  it('takes over from an instance that was used before anything was started, which warns once', async () => {
    const { code, stderr, lines } = await run('not-started.mjs');
    expect(code).toBe(0);
    expect(stderr.match(/SIGHTLINE_NOT_STARTED/g)).toHaveLength(2);
    expect(stderr.match(/\[SIGHTLINE_NOT_STARTED\]/g)).toHaveLength(1);
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['before', 'after']));
    expect(lines).toContainEqual({ before: false, after: true });
  });
});

describe.concurrent('shutdown', () => {
  it('ends observing within its deadline although no backend answers, and the service goes on', async () => {
    const collector = await startOtlpReceiver();
    collector.answerWith({ misbehave: 'silent' });
    try {
      const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
      const { code, stderr, lines } = await run('shutdown.mjs', env, preloaded);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(lines.filter(({ http_response_status_code: status }) => status === 200)).toHaveLength(1);
      expect(lines).toContainEqual(expect.objectContaining({ msg: 'before' }));
      expect(lines).toContainEqual({ status: 200, address: null, signals: 0, crashes: 0 });
    } finally {
      await collector.close();
    }
  });
});

describe.concurrent('start after a shutdown', () => {
  it('makes an instance anew, which has all that the first one had', async () => {
    const collector = await startOtlpReceiver();
    try {
      const env = {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_SERVICE_NAME: 'preloaded',
      };
      const { code, stderr, lines } = await run('restart.mjs', env, preloaded);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const on = { enabled: true, registered: [true, true, true, true], orders: 200, live: 200 };
      expect(lines).toContainEqual({
        anew: true,
        twice: true,
        first: false,
        states: [
          { ...on, name: 'preloaded' },
          { enabled: false, registered: [false, false, false, false], ready: 503 },
          { ...on, name: 'second' },
        ],
      });
      const requests = lines.filter(({ http_route: route }) => route === '/orders/:id');
      expect(requests.map(({ service }) => service)).toEqual(['preloaded', 'second']);
      // Of express, which was loaded before the second one, and of the server that listened.
      expect(lines.filter(({ code: told }) => told === 'SIGHTLINE_LOADED_LATE')).toEqual([]);
      expect(collector.spans().filter(({ name }) => name === 'GET /orders/:id')).toHaveLength(2);
    } finally {
      await collector.close();
    }
  });
});

describe.concurrent('OTEL_SDK_DISABLED=true', () => {
  const off = { OTEL_SDK_DISABLED: 'true' };

  it('leaves the process as it is without Sightline, to its end', async () => {
    const [without, disabled, enabled] = await Promise.all([
      run('facts.mjs'),
      run('facts.mjs', off, preloaded),
      run('facts.mjs', {}, preloaded),
    ]);
    expect(disabled).toMatchObject({ code: 0, stderr: '', lines: without.lines });
    expect(disabled.lines).toHaveLength(1);
    expect(enabled.lines.find(({ patched }) => patched)).not.toEqual(without.lines[0]);
  });

  it('still has a logger, which censors and loses no line', async () => {
    const { code, stderr, lines } = await run('facts.mjs', off, { ...preloaded, args: ['log'] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines[1]).toMatchObject({ msg: 'still here', password: '[REDACTED]' });
  });
});

describe.concurrent('SIGHTLINE_STRICT', () => {
  const wrong = {
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_EXPORTER_PROMETHEUS_PORT: 'http',
  };

  it('true refuses to start and names every wrong value at once', async () => {
    const { code, stderr, lines } = await run('facts.mjs', { ...wrong, SIGHTLINE_STRICT: 'true' }, preloaded);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(stderr).toContain('SIGHTLINE_OPTIONS');
    for (const name of Object.keys(wrong)) expect(stderr).toContain(name);
  });

  it('unset starts, and the report names every wrong value in its one line', async () => {
    const env = { ...wrong, OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', SIGHTLINE_ADMIN_DISABLED: 'true' };
    const { code, stderr, lines } = await run('start-twice.mjs', env, preloaded);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = lines.filter((line) => line['level'] === 'warn' && !ignored(line));
    expect(told).toHaveLength(1);
    for (const name of Object.keys(wrong)) expect(told[0]?.['msg']).toContain(name);
  });
});
