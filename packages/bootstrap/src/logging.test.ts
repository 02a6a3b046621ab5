import { describe, expect, it } from 'vitest';
import { loadConfig } from './config/config.ts';
import type { StartOptions } from './config/options.ts';
import { createServiceLogger } from './logging.ts';

function written(options: StartOptions, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines: string[] = [];
  const config = loadConfig({ logs: { exporters: [], ...options.logs } }, { env: {} });
  const resource = {
    'service.name': 'shop',
    'service.version': '2.0.0',
    'deployment.environment.name': 'test',
  };
  const redact = { keys: ['badgeNumber'], marker: '[GONE]' };
  const push = {
    write: (line: string) => void lines.push(line),
    flush: (callback?: () => void) => callback?.(),
    flushSync: () => {},
    close: () => Promise.resolve(),
    stats: () => ({ queued: 0, sent: 0, dropped: 0, retried: 0, bytes: 0 }),
  };
  createServiceLogger(config, resource, redact, push).info(value, 'said');
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
});
