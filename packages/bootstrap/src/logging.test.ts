import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadConfig } from './config/config.ts';
import type { StartOptions } from './config/options.ts';
import { createServiceLogger } from './logging.ts';

/** A push that keeps the lines. */
const pushTo = (lines: string[]) => ({
  write: (line: string) => void lines.push(line),
  flush: (callback?: () => void) => callback?.(),
  flushSync: () => {},
  close: () => Promise.resolve(),
  stats: () => ({ queued: 0, sent: 0, dropped: 0, retried: 0, bytes: 0 }),
});

function written(options: StartOptions, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines: string[] = [];
  const config = loadConfig({ logs: { exporters: [], ...options.logs } }, { env: {} });
  const resource = {
    'service.name': 'shop',
    'service.version': '2.0.0',
    'deployment.environment.name': 'test',
  };
  const redact = { keys: ['badgeNumber'], marker: '[GONE]' };
  createServiceLogger(config, resource, redact, pushTo(lines)).info(value, 'said');
  return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
}

describe('createServiceLogger', () => {
  it('says what the service is', () => {
    expect(written({}, {})).toMatchObject({
      service: 'shop',
      version: '2.0.0',
      environment: 'test',
      msg: 'said',
    });
  });

  it.each([
    { what: 'nothing', redact: undefined },
    { what: 'keys', redact: { keys: ['seat'] } },
    { what: 'paths', redact: ['seat'] },
    { what: 'both', redact: { keys: ['other'], paths: ['seat'] } },
  ])('censors what plug-ins and options ask for beside $what of its own', ({ redact }) => {
    const line = written({ logs: { logger: { ...(redact && { redact }) } } }, { badgeNumber: 7, seat: 'A1' });
    expect(line).toMatchObject({ badgeNumber: '[GONE]', seat: redact ? '[GONE]' : 'A1' });
  });

  it('leaves out what the service does not say of itself', () => {
    const lines: string[] = [];
    const config = loadConfig({ logs: { exporters: [] } }, { env: {} });
    createServiceLogger(config, { 'service.name': 'shop' }, {}, pushTo(lines)).info('said');
    const line = JSON.parse(lines[0] ?? '{}') as object;
    expect(line).toMatchObject({ service: 'shop' });
    expect(line).not.toHaveProperty('version');
  });

  it.each([
    { exporters: ['stdout'], pushes: false, own: true },
    { exporters: ['stdout'], pushes: true, own: true },
    { exporters: [], pushes: true, own: true },
    { exporters: [], pushes: false, own: false },
  ] as const)(
    'ends $exporters, and a push: $pushes, when it is closed',
    async ({ exporters, pushes, own }) => {
      const push = { ...pushTo([]), close: vi.fn<() => Promise<void>>(() => Promise.resolve()) };
      const config = loadConfig({ logs: { exporters: [...exporters] } }, { env: {} });
      const logger = createServiceLogger(config, {}, {}, pushes ? push : undefined);
      expect(logger.stats().destination !== undefined).toBe(own);
      await logger.close();
      expect(push.close).toHaveBeenCalledTimes(pushes ? 1 : 0);
    },
  );

  it('writes to what the service names as well, from its level on', async () => {
    const [all, bad, pushed]: [string[], string[], string[]] = [[], [], []];
    const closed = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const destinations = [pushTo(all), { destination: { ...pushTo(bad), close: closed }, level: 'warn' }];
    const config = loadConfig({ logs: { exporters: [], destinations } }, { env: {} });
    expect(config.problems).toEqual([]);
    const logger = createServiceLogger(config, {}, {}, pushTo(pushed));
    logger.info('said');
    logger.warn('warned');
    const messages = (lines: readonly string[]): unknown[] =>
      lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
    expect([all, bad, pushed].map(messages)).toEqual([['said', 'warned'], ['warned'], ['said', 'warned']]);
    await logger.close();
    expect(closed).toHaveBeenCalledOnce();
  });

  it('tells of a destination that takes no lines, and of a level that pino does not know', () => {
    const problems = (destinations: unknown): string =>
      loadConfig(
        { logs: { destinations: destinations as [] } },
        { env: {}, onProblem: () => {} },
      ).problems.join();
    expect(problems([{ write() {} }])).toContain('logs.destinations[0]');
    expect(problems([{ destination: pushTo([]), level: 'loud' }])).toContain('{ destination, level }');
    expect(problems([pushTo([])])).toBe('');
  });

  it.each([
    { env: {}, logs: {}, without: undefined },
    { env: { OTEL_LOGS_EXPORTER: 'otlp' }, logs: {}, without: 'OTLP' },
    {
      env: {},
      logs: { exporters: ['stdout'] as const, destinations: [pushTo([])] },
      without: 'stdout, logs.destinations',
    },
  ])('tells what gets no lines beside a transport: $without', ({ env, logs, without }) => {
    const options = { logs: { ...logs, logger: { transport: { target: 'pino/file' } } } };
    const config = loadConfig(options, { env, onProblem: () => {} });
    expect(config.problems.join()).toBe(
      without === undefined
        ? ''
        : `logs.logger.transport takes all lines, and ${without} would get none. Expected: a transport of pino, or what Sightline writes to. Fix: leave the transport out and name file() or loki() in logs.destinations, or leave the others out.`,
    );
    expect(config.logs).toMatchObject({ stdout: false, push: false });
  });

  it.each([
    { env: {}, pretty: 'auto' },
    { env: { SIGHTLINE_LOG_FORMAT: 'json' }, pretty: false },
    { env: { SIGHTLINE_LOG_FORMAT: 'pretty' }, pretty: true },
    { env: { SIGHTLINE_LOG_FORMAT: 'pretty' }, format: 'json' as const, pretty: false },
  ])('writes JSON or text for people as $env and $format say', ({ env, format, pretty }) => {
    const config = loadConfig({ logs: { ...(format && { format }) } }, { env });
    expect(config.logs.pretty).toBe(pretty);
  });

  it('leaves lines to a transport of the service', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sightline-logging-')), 'lines');
    onTestFinished(() => rmSync(dirname(file), { recursive: true }));
    const transport = { target: 'pino/file', options: { destination: file } };
    const config = loadConfig({ logs: { logger: { transport } } }, { env: {} });
    const lines: string[] = [];
    const logger = createServiceLogger(config, { 'service.name': 'shop' }, {}, pushTo(lines));
    logger.info('said');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('"msg":"said"'), 20_000);
    await logger.close();
    expect(lines).toEqual([]);
  }, 60_000);
});
