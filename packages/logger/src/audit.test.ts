import { describe, expect, it, vi } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import type { AuditRecord } from './audit.ts';
import { createLogger } from './create-logger.ts';
import type { Destination } from './destinations/destination.ts';
import { multi } from './destinations/multi.ts';
import { needsMetadataGsym } from './pino-internals.ts';

const record: AuditRecord = {
  actor: { type: 'user', id: '7', name: 'Ada' },
  resource: { type: 'invoice', id: 'I-9' },
  outcome: 'success',
  changes: { total: { from: 1, to: 2 } },
  reason: 'ticket 12',
};

function destination() {
  const { stream, lines } = captureLines();
  const stats = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  const made: Destination = {
    ...stream,
    flushSync() {},
    flush: (done) => done?.(),
    close: async () => {},
    stats: () => stats,
  };
  return { made, lines };
}

describe('logger.audit', () => {
  const warnings = isolateLoggers();

  it('writes who did what to what, marked, with the bindings of the logger it is called on', () => {
    const { stream, lines } = captureLines();
    const log = createLogger(
      { base: { app: 'shop' }, timestamp: () => ',"time":1', messageKey: 'message' },
      stream,
    );
    const expected = {
      level: 'info',
      time: 1,
      app: 'shop',
      audit: true,
      action: 'invoice.delete',
      ...record,
      message: 'invoice.delete',
    };
    log.audit('invoice.delete', record);
    log.child({ request_id: 'r' }).audit('invoice.delete', record);
    const { audit } = log;
    audit('invoice.delete', record);
    expect(lines()).toEqual([expected, { ...expected, request_id: 'r' }, expected]);
    expect(Object.keys(lines()[0] ?? {})).toEqual([
      'level',
      'time',
      'app',
      'audit',
      'action',
      'actor',
      'resource',
      'outcome',
      'changes',
      'reason',
      'message',
    ]);
    expect(warnings).toEqual([]);
  });

  it.each([
    { level: 'silent' },
    { enabled: false },
    { level: 'fatal', levels: { billing: 'silent' } },
    { customLevels: { only: 5 }, useOnlyCustomLevels: true, level: 'only' },
    { transport: undefined, formatters: { level: (_label: string, number: number) => ({ level: number }) } },
  ])('is held back by no level: %j', (options) => {
    const { stream, lines } = captureLines();
    const log = createLogger(options as never, stream);
    log.audit('invoice.delete', record);
    log.child({ module: 'billing' }, { level: 'silent' }).audit('invoice.delete', record);
    expect(lines()).toMatchObject([{ audit: true }, { audit: true, module: 'billing' }]);
    expect(lines()[0]).toHaveProperty('level');
  });

  it('reaches every branch of several destinations, whatever their levels', () => {
    const [all, errors, inner] = [destination(), destination(), destination()];
    const nested = multi([{ destination: inner.made, level: 'fatal' }]);
    const log = createLogger({}, [all.made, { destination: errors.made, level: 'error' }, nested]);
    log.info('before');
    log.audit('invoice.delete', record);
    log.info('after');
    expect(all.lines().map(({ msg }) => msg)).toEqual(['before', 'invoice.delete', 'after']);
    expect([errors, inner].map(({ lines }) => lines().map(({ msg }) => msg))).toEqual([
      ['invoice.delete'],
      ['invoice.delete'],
    ]);
  });

  it('goes to a destination of its own and leaves the other alone', () => {
    const [main, audit] = [captureLines(), captureLines()];
    const own = Object.freeze({ ...audit.stream });
    const log = createLogger({ audit: own }, main.stream);
    log.info('line');
    log.audit('invoice.delete', record);
    expect([main.lines().length, audit.lines().length]).toEqual([1, 1]);
    expect(audit.last()).toMatchObject({ audit: true, action: 'invoice.delete' });
    expect(log.stats().lost).toBe(0);
  });

  it('tells a stream that asks about this line, not about the one before', () => {
    const stream: Record<string | symbol, unknown> = { [needsMetadataGsym]: true, write() {} };
    const log = createLogger({}, stream as never);
    log.info('before');
    log.audit('invoice.delete', record);
    expect(stream).toMatchObject({
      lastLevel: Infinity,
      lastMsg: 'invoice.delete',
      lastObj: { audit: true },
    });
    const plain = { write() {} };
    createLogger({}, plain).audit('invoice.delete', record);
    expect(Object.keys(plain)).toEqual(['write']);
  });

  describe('with a record that is wrong', () => {
    const wrong = {
      actor: { type: 'user', id: '' },
      outcome: 'maybe',
      extra: 1,
      changes: { total: 5 },
      audit: false,
      action: 'mine',
    };

    it('strictly throws one error that lists every problem, and writes nothing', () => {
      vi.stubEnv('SIGHTLINE_STRICT', 'true');
      const { stream, text } = captureLines();
      const log = createLogger({}, stream);
      let thrown: unknown;
      try {
        log.audit('Not An Action', wrong as never);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'SIGHTLINE_AUDIT' });
      for (const part of [
        'action',
        'actor.id',
        'resource is missing',
        'outcome is "maybe"',
        'extra is not an option',
        'changes.total',
      ])
        expect(String(thrown)).toContain(part);
      expect(text()).toBe('');
    });

    it('otherwise writes what there is with audit_problem, and warns once', () => {
      const { stream, lines } = captureLines();
      const log = createLogger({}, stream);
      log.audit('Not An Action', wrong as never);
      log.audit('invoice.delete', {} as never);
      log.audit(undefined as never, undefined as never);
      expect(lines()).toMatchObject([
        {
          audit: true,
          action: 'Not An Action',
          actor: { id: '' },
          extra: 1,
          audit_problem: expect.stringContaining('outcome is "maybe"'),
        },
        { audit: true, action: 'invoice.delete', audit_problem: expect.stringContaining('actor is missing') },
        { audit: true, msg: 'audit', audit_problem: expect.stringContaining('SIGHTLINE_AUDIT') },
      ]);
      expect(warnings).toHaveLength(1);
    });

    it.each([
      {
        title: 'a getter',
        actor: {
          get type() {
            return 'user';
          },
          id: '7',
        },
      },
      { title: 'a proxy', actor: new Proxy({}, {}) },
      { title: 'a list', actor: ['user', '7'] },
      { title: 'a function', actor: () => 'user' },
    ])('takes $title for no actor, without asking it', ({ actor }) => {
      const { stream, last } = captureLines();
      createLogger({}, stream).audit('invoice.delete', { ...record, actor } as never);
      expect(last()).toMatchObject({ audit: true, audit_problem: expect.stringContaining('actor') });
    });
  });

  it.each(['invoice.delete', 'login', 'user.mfa-enrol', 'a.b_c.d2'])('takes the action %s', (action) => {
    vi.stubEnv('SIGHTLINE_STRICT', 'true');
    const { stream, last } = captureLines();
    createLogger({}, stream).audit(action, record);
    expect(last()).toMatchObject({ action });
  });

  it.each(['Invoice.delete', 'a..b', '.a', 'a b', '', 7])('strictly refuses the action %j', (action) => {
    vi.stubEnv('SIGHTLINE_STRICT', 'true');
    const { stream } = captureLines();
    expect(() => createLogger({}, stream).audit(action as string, record)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_AUDIT' }),
    );
  });
});
