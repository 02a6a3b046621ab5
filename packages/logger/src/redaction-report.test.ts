import { createRedactor } from '@sightline/redact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';

const START_MS = 1_793_000_000_000;
const MINUTE_MS = 60_000;

isolateLoggers();
afterEach(() => void vi.useRealTimers());

function at(minutes: number): void {
  vi.useFakeTimers({ now: START_MS + minutes * MINUTE_MS, toFake: ['Date'] });
}

/** Its own lines among all. */
function reports(lines: readonly Readonly<Record<string, unknown>>[]) {
  return lines.filter((line) => 'redacted_values' in line);
}

describe('the logger', () => {
  it('says once a minute what it has censored, by rule, before the line that is written then', () => {
    const captured = captureLines();
    at(0);
    const log = createLogger({ service: 'shop' }, captured.stream);
    log.info({ password: 'hunter2', token: 'x' }, 'one');
    at(0.9);
    log.child({ module: 'db' }).info({ password: 'hunter2' }, 'two');
    at(1);
    log.info('three');
    at(2);
    log.info({ password: 'hunter2' }, 'four');
    at(3);
    log.info('five');
    expect(captured.lines().map(({ msg }) => msg)).toEqual([
      'one',
      'two',
      '3 values were censored since the last line of this kind',
      'three',
      'four',
      'one value was censored since the last line of this kind',
      'five',
    ]);
    const [first] = reports(captured.lines());
    expect(first).toEqual({
      level: 'info',
      time: START_MS + MINUTE_MS,
      service: 'shop',
      redacted_values: 3,
      redacted_rules: [{ rule: 'key', values: 3 }],
      msg: expect.any(String),
    });
  });

  it('says it at every level but silent, and whatever writes the time', () => {
    for (const [options, expected] of [
      [{ level: 'error' }, 1],
      [{ level: 'silent' }, 0],
      [{ timestamp: () => ',"at":1' }, 1],
      [{ timestamp: false }, 1],
    ] as const) {
      const captured = captureLines();
      at(0);
      const log = createLogger({ ...options }, captured.stream);
      const write = (): void =>
        log.audit('invoice.delete', {
          actor: { type: 'user', id: '7' },
          resource: { type: 'invoice', id: '1' },
          outcome: 'success',
          reason: 'password: hunter2',
        });
      write();
      at(1);
      write();
      expect(reports(captured.lines())).toHaveLength(expected);
    }
  });

  it('says nothing while somebody reads the counts, nor what they held, and goes on when nobody does', () => {
    const captured = captureLines();
    at(0);
    const log = createLogger({}, captured.stream);
    log.info({ password: 'hunter2' });
    at(1);
    log.stats();
    log.info({ password: 'hunter2' });
    at(5.9);
    log.info({ password: 'hunter2' });
    expect(reports(captured.lines())).toEqual([]);
    at(7);
    log.info('read no more');
    expect(reports(captured.lines())).toEqual([expect.objectContaining({ redacted_values: 1 })]);
  });

  it('goes on within a minute when the clock was set back', () => {
    const captured = captureLines();
    at(0);
    const log = createLogger({}, captured.stream);
    log.info({ password: 'hunter2' });
    at(-600);
    log.info('set back');
    expect(reports(captured.lines())).toHaveLength(1);
  });

  it('censors nothing of what it says', () => {
    const redactor = createRedactor();
    const rules = Object.keys(redactor.counts()).concat('github-token', 'key', 'password', 'bearer-token');
    const fields = { redacted_values: 3, redacted_rules: rules.map((rule) => ({ rule, values: 1 })) };
    expect(redactor.value(fields)).toEqual(fields);
  });
});
