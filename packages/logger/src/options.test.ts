import { describe, expect, it, vi } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';

const wrong = {
  servce: 'shop',
  service: '',
  level: 'wran',
  levels: { db: 'loud' },
  redact: { paths: ['a['], censor: 'x', keys: ['x'] },
  audit: {},
  serializers: { err: 'no function' },
  hooks: { logMethod: 1 },
  formatters: { log: 1 },
  mixin: {},
  levelComparison: 'UP',
  customLevels: { audit: 35, text: 'x' },
  useOnlyCustomLevels: 'yes',
  timestamp: 5,
  depthLimit: 0,
  nestedKey: '',
};

describe('the options of createLogger', () => {
  const warnings = isolateLoggers();
  const { stream, last } = captureLines();

  it('give one warning that lists every problem, and the logger works with the defaults', () => {
    const log = createLogger(wrong as never, stream);
    expect(warnings).toHaveLength(1);
    for (const key of Object.keys(wrong)) expect(warnings[0]).toContain(key);
    expect(warnings[0]).toContain('did you mean "service"?');
    expect(warnings[0]).toContain('did you mean "warn"?');
    log.info({ a: 1 }, 'works');
    log.error(new Error('x'));
    expect([log.level, last()]).toMatchObject([
      'info',
      { level: 'error', msg: 'x', err: { fingerprint: expect.any(String) } },
    ]);
  });

  it('strictly give the same as an error', () => {
    vi.stubEnv('SIGHTLINE_STRICT', 'true');
    let thrown: unknown;
    try {
      createLogger(wrong as never, stream);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'SIGHTLINE_OPTIONS' });
    for (const key of Object.keys(wrong)) expect(String(thrown)).toContain(key);
    expect(warnings).toEqual([]);
  });

  it.each([
    { given: { useOnlyCustomLevels: true }, named: 'useOnlyCustomLevels' },
    { given: { useOnlyCustomLevels: true, customLevels: {} }, named: 'useOnlyCustomLevels' },
    { given: { customLevels: { child: 35 } }, named: 'customLevels' },
    { given: { redact: ['a', 'b['] }, named: 'redact' },
    { given: { redact: [''] }, named: 'redact' },
    { given: { redact: { censored: '***', paths: ['a'] } }, named: 'redact.censored' },
    { given: { base: 'x' }, named: 'base' },
    { given: { transport: 'x' }, named: 'transport' },
    { given: { onChild: 1, mixinMergeStrategy: 1 }, named: 'onChild' },
  ])('start with a warning rather than throw for $given', ({ given, named }) => {
    createLogger(given as never, stream).info({ a: 'x' }, 'works');
    expect(warnings).toEqual([expect.stringContaining(named)]);
    expect(last()).toMatchObject({ level: 'info', msg: 'works' });
  });

  it('keep the paths of redact beside a key that is wrong', () => {
    createLogger({ redact: { paths: ['note'], censored: '***' } } as never, stream).info({ note: 'x' });
    expect(last()).toMatchObject({ note: '[REDACTED]' });
  });

  it.each([[null], ['text'], [7], [[]]])('cannot be %j, which is told as every wrong option is', (given) => {
    expect(() => createLogger(given as never, stream)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it('show no text of a wrong value', () => {
    createLogger(
      { service: 7, name: { password: 'hunter2' }, redact: { marker: 'hunter2'.repeat(20) } } as never,
      stream,
    );
    expect(warnings[0]).not.toContain('hunter2');
  });
});
