import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { captureLines, captureWarnings } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';
import { needsMetadataGsym } from './pino-internals.ts';
import {
  type Use,
  ourLines,
  pinoLines,
  timestamp,
  useStrictEnvironment,
  usualCalls,
} from './pino-lines.fixture.ts';

useStrictEnvironment();

describe('createLogger', () => {
  it('keeps a key __proto__ also beside a mixin, and escapes half a surrogate pair', () => {
    const { stream, text } = captureLines();
    const log = createLogger({ base: null, timestamp: false, mixin: () => ({ mixed: 1 }) }, stream);
    log.info(JSON.parse('{"__proto__":{"a":1},"b":{"__proto__":2}}'), '\ud800');
    expect(text()).toBe(
      '{"level":"info","mixed":1,"__proto__":{"a":1},"b":{"__proto__":2},"msg":"\\ud800"}\n',
    );
  });

  describe('for errors', () => {
    it.each<{ title: string; call: (log: PinoLogger, error: Error) => void; msg: string | undefined }>([
      { title: 'alone', call: (log, error) => log.error(error), msg: 'broke' },
      { title: 'with a text', call: (log, error) => log.error(error, 'told'), msg: 'told' },
      { title: 'with a format', call: (log, error) => log.error(error, 'told %s', 'x'), msg: 'told x' },
      { title: 'under err', call: (log, error) => log.error({ err: error }), msg: 'broke' },
      {
        title: 'under err with a text',
        call: (log, error) => log.error({ err: error }, 'told'),
        msg: 'told',
      },
    ])('writes type, message, stack, fingerprint and own fields: $title', ({ call, msg }) => {
      const { stream, last } = captureLines();
      const error = Object.assign(new TypeError('broke', { cause: new RangeError('why') }), {
        code: 'E_BROKE',
        status: 502,
      });
      call(createLogger({}, stream), error);
      expect(last()).toMatchObject({
        level: 'error',
        msg,
        err: {
          type: 'TypeError',
          message: 'broke',
          stack: error.stack,
          code: 'E_BROKE',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          status: 502,
          cause: { type: 'RangeError', message: 'why' },
        },
      });
    });

    it("has pino's type, message and stack of an error without a cause", () => {
      const error = Object.assign(new TypeError('broke'), { code: 'E' });
      const pick = (line: string): unknown => {
        const { err, msg } = JSON.parse(line) as {
          err: { type: string; message: string; stack: string };
          msg: string;
        };
        return [msg, err.type, err.message, err.stack];
      };
      expect(pick(ourLines({}, (log) => log.error(error)))).toEqual(
        pick(pinoLines({}, (log) => log.error(error))),
      );
    });

    it('writes them under errorKey, under any other key and in bindings', () => {
      const { stream, last } = captureLines();
      const log = createLogger({ errorKey: 'error' }, stream);
      log.error(new Error('first'));
      expect(last()).toMatchObject({ error: { message: 'first' }, msg: 'first' });
      log.child({ reason: new Error('bound') }).error({ other: new Error('second') });
      expect(last()).toMatchObject({
        reason: { message: 'bound' },
        other: { message: 'second', type: 'Error' },
      });
    });

    it("leaves an err serializer of the app's its way, and takes the marker for a secret's name", () => {
      const { stream, last } = captureLines();
      const log = createLogger({ serializers: { err: (error: Error) => ({ only: error.message }) } }, stream);
      log.error({ err: new Error('x'), secret: new Error('y') });
      expect(last()).toMatchObject({ err: { only: 'x' }, secret: '[REDACTED]' });
    });

    it('writes values that are no errors under err as they are', () => {
      const { stream, lines } = captureLines();
      const log = createLogger({ base: null, timestamp: false }, stream);
      log.info({ err: 'text' });
      log.info({ err: { message: 'like an error' } });
      log.info({ err: null });
      expect(lines()).toEqual([
        { level: 'info', err: 'text' },
        { level: 'info', err: { message: 'like an error' }, msg: 'like an error' },
        { level: 'info', err: null },
      ]);
    });
  });

  describe('is a pino logger', () => {
    it('has its bindings, prefix, levels and version', () => {
      const { stream } = captureLines();
      const log = createLogger({ base: { a: 1 }, msgPrefix: 'p ' }, stream);
      expect(log.bindings()).toEqual({ a: 1 });
      expect(log.child({ b: [2] }).bindings()).toEqual({ a: 1, b: [2] });
      expect(log.msgPrefix).toBe('p ');
      expect(log.version).toBe(pino.version);
      expect(log.levels).toEqual(pino({}, stream).levels);
      expect([log.level, log.levelVal, log.isLevelEnabled('debug'), log.isLevelEnabled('error')]).toEqual([
        'info',
        30,
        false,
        true,
      ]);
      expect(Object.prototype.toString.call(log)).toBe('[object Pino]');
    });

    it('tells of level changes as pino does', () => {
      const heard = (log: PinoLogger): unknown[] => {
        const events: unknown[] = [];
        log.on('level-change', (...event: unknown[]) => events.push(event.slice(0, 4)));
        log.level = 'debug';
        log.level = 'silent';
        log.child({}, { level: 'trace' });
        return events;
      };
      const { stream } = captureLines();
      expect(heard(createLogger({}, stream))).toEqual(heard(pino({}, stream)));
    });

    it('flushes the stream and calls back', () => {
      const flushed = vi.fn<(callback?: () => void) => void>((callback?: () => void) => callback?.());
      const done = vi.fn<() => void>();
      const log = createLogger({}, Object.assign({ write() {} }, { flush: flushed }));
      log.flush(done);
      log.flush();
      expect([flushed.mock.calls.length, done.mock.calls.length]).toEqual([2, 1]);
      createLogger({}, { write() {} }).flush(done);
      expect(done).toHaveBeenCalledTimes(2);
    });

    it('calls onChild once, when bindings and levels are set', () => {
      const seen: unknown[] = [];
      const { stream } = captureLines();
      const log = createLogger(
        { levels: { db: 'warn' }, onChild: (child) => seen.push([child.bindings(), child.level]) },
        stream,
      );
      log.child({ module: 'db' }).child({ a: 1 }, { level: 'error' });
      expect(seen).toEqual([
        [{ module: 'db' }, 'warn'],
        [{ module: 'db', a: 1 }, 'error'],
      ]);
      log.onChild = () => seen.push('other');
      log.child({});
      expect(seen.at(-1)).toBe('other');
    });

    it('calls flushSync after a fatal line, and outlives one that throws', () => {
      const flushSync = vi.fn<() => void>(() => {
        throw new Error('no');
      });
      const { stream, lines } = captureLines();
      createLogger({}, Object.assign(stream, { flushSync })).fatal('end');
      expect(flushSync).toHaveBeenCalledOnce();
      expect(lines()).toMatchObject([{ level: 'fatal', msg: 'end' }]);
    });

    it.each(['ordinary', 'mixin'] as const)('tells a stream that asks about the line (%s)', (way) => {
      const seen = (make: (stream: never, options: object) => PinoLogger): unknown => {
        const stream: Record<string | symbol, unknown> = { [needsMetadataGsym]: true, write() {} };
        const log = make(
          stream as never,
          way === 'mixin' ? { mixin: () => ({ mixed: 1 }), timestamp } : { timestamp },
        );
        const child = log.child({ b: 1 });
        child.warn({ a: 1 }, 'text');
        const { lastLevel, lastObj, lastMsg, lastTime, lastLogger } = stream;
        return { lastLevel, lastObj, lastMsg, lastTime, isChild: lastLogger === child };
      };
      const ours = seen((stream, given) => createLogger(given, stream));
      expect(ours).toEqual(seen((stream, given) => pino(given, stream)));
      expect(ours).toMatchObject({
        lastLevel: 40,
        lastMsg: 'text',
        lastTime: '1700000000000',
        isChild: true,
      });
    });

    it("writes through pino's multistream by level", () => {
      const all = captureLines();
      const errors = captureLines();
      const log = createLogger(
        {},
        pino.multistream([{ stream: all.stream }, { stream: errors.stream, level: 'error' }]),
      );
      log.info({ a: 1 }, 'one');
      log.error({ a: 2 }, 'two');
      expect(all.lines().map(({ msg }) => msg)).toEqual(['one', 'two']);
      expect(errors.lines().map(({ msg }) => msg)).toEqual(['two']);
    });

    it('writes nothing when silent or not enabled, modules included', () => {
      const { stream, text } = captureLines();
      for (const given of [{ level: 'silent' }, { enabled: false, levels: { db: 'debug' } }]) {
        const log = createLogger(given, stream);
        usualCalls(log);
        log.child({ module: 'db' }).fatal('no');
        log.silent('no');
      }
      expect(text()).toBe('');
    });

    it("refuses a child of nothing in pino's words", () => {
      const { stream } = captureLines();
      expect(() => createLogger({}, stream).child(undefined as never)).toThrow(
        'missing bindings for child Pino',
      );
    });
  });

  it('does not carry fields from one line to the next when the mixin always answers the same object', () => {
    const shared = { mixed: 1 };
    const { stream, last } = captureLines();
    const log = createLogger({ mixin: () => shared, timestamp: false }, stream);
    log.info({ a: 1 }, 'one');
    log.info('two');
    expect(last()).toEqual({ level: 'info', mixed: 1, msg: 'two' });
    expect(shared).toEqual({ mixed: 1 });
  });

  it.each<{ title: string; given: LoggerOptions; use: Use; line: string }>([
    {
      title: 'beside those of the line',
      given: {},
      use: (log) => log.info({ time: 1, a: 2, level: 'x', msg: 'm' }, 'text'),
      line: '"level":"info","time":1700000000000,"app_time":1,"a":2,"app_level":"x","app_msg":"m","msg":"text"',
    },
    {
      title: 'as they are where the line has none such',
      given: { timestamp: false, formatters: { level: () => ({ severity: 1 }) } },
      use: (log) => log.child({ time: 1 }).info({ level: 'x', msg: 'm' }),
      line: '"severity":1,"time":1,"level":"x","msg":"m"',
    },
    {
      title: 'by the key that messages have',
      given: { messageKey: 'message' },
      use: (log) => log.info({ msg: 'm', message: 'n' }, 'text'),
      line: '"level":"info","time":1700000000000,"msg":"m","app_message":"n","message":"text"',
    },
    {
      title: 'as they are where they stand apart',
      given: { nestedKey: 'n' },
      use: (log) => log.info({ time: 1, level: 'x', msg: 'm' }, 'text'),
      line: '"level":"info","time":1700000000000,"n":{"time":1,"level":"x","msg":"m"},"msg":"text"',
    },
    {
      title: 'also where the app has the other name as well',
      given: {},
      use: (log) => log.info({ time: 1, app_time: 2 }),
      line: '"level":"info","time":1700000000000,"app_app_time":1,"app_time":2',
    },
    {
      title: 'of bindings',
      given: { base: { time: 1, msg: 'm' } },
      use: (log) => log.child({ message: 2, level: 'info' }).info('text'),
      line: '"level":"info","time":1700000000000,"app_time":1,"app_msg":"m","message":2,"msg":"text"',
    },
    {
      title: 'with what is to be done with them under their own name',
      given: { redact: ['time'], serializers: { level: () => 'serialized' } },
      use: (log) =>
        log.info({
          time: 1,
          level: 2,
          get msg() {
            return 3;
          },
        }),
      line: '"level":"info","time":1700000000000,"app_time":"[REDACTED]","app_level":"serialized","msg":"[Getter]"',
    },
  ])('keeps fields that are called time, level or msg, $title', ({ given, use, line }) => {
    expect(ourLines(given, use)).toBe(`{${line}}\n`);
  });

  it('takes options that are there and undefined for options that are not', () => {
    const { stream, last } = captureLines();
    const given = {
      messageKey: undefined,
      errorKey: undefined,
      timestamp: undefined,
      base: undefined,
      level: undefined,
      customLevels: undefined,
    };
    createLogger(given as never, stream).info('text');
    expect(last()).toEqual({ level: 'info', time: expect.any(Number), msg: 'text' });
  });

  it('changes neither the options nor what is logged', () => {
    const { stream } = captureLines();
    const given = {
      base: { a: { password: 'hunter2' } },
      redact: ['x.y'],
      serializers: {},
      customLevels: { notice: 35 },
    };
    const logged = { x: { y: 1 }, password: 'hunter2' };
    const before = structuredClone([given, logged]);
    createLogger(given, stream).info(logged, 'text');
    expect([given, logged]).toEqual(before);
    expect(Object.isFrozen(given.base)).toBe(false);
  });

  it('counts what was censored', () => {
    const { stream } = captureLines();
    const log = createLogger({}, stream);
    log.info({ password: 'hunter2' }, 'GET /?token=abcdef');
    expect(log.stats()).toMatchObject({ redacted: { key: 1 }, destination: undefined, lost: 0 });
  });

  it('counts how often a rule of its own failed, from 0 on', () => {
    const find = (): never => {
      throw new Error('no');
    };
    const log = createLogger(
      { redact: { rules: [{ name: 'badge', anchors: ['emp-'], find }] } },
      captureLines().stream,
    );
    expect(log.stats().redactionFailures).toEqual({ badge: 0 });
    log.info('EMP-1 and EMP-2');
    expect(log.stats().redactionFailures).toEqual({ badge: 2 });
  });

  it('closes its destination and that of audit records', async () => {
    const destination = () => ({
      write() {},
      flushSync() {},
      flush() {},
      close: vi.fn<() => Promise<void>>(async () => {}),
      stats: () => ({ queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 }),
    });
    const [main, audit] = [destination(), destination()];
    const log = createLogger({ audit }, main);
    expect(log.stats().destination).toEqual(main.stats());
    await log.close();
    expect([main.close.mock.calls.length, audit.close.mock.calls.length]).toEqual([1, 1]);
  });

  it.each([null, 7, {}, 'out.log'])(
    'says that %j is no destination, and writes to standard output',
    (destination) => {
      const warnings = captureWarnings();
      expect(() => createLogger({}, destination as never)).toThrow(
        expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
      );
      vi.stubEnv('SIGHTLINE_STRICT', 'false');
      const log = createLogger({}, destination as never);
      expect(warnings).toEqual([expect.stringContaining('the destination takes no lines')]);
      expect(log.stats().destination).toBeDefined();
      return log.close();
    },
  );

  it('knows its custom levels by type, and so do its children', () => {
    const { stream, last } = captureLines();
    const log = createLogger({ customLevels: { notice: 35 } }, stream);
    log.notice('x');
    expect(last()).toMatchObject({ level: 'notice', msg: 'x' });
    log.child({ a: 1 }, { customLevels: { alarm: 55 } }).alarm('y');
    expect(last()).toMatchObject({ level: 'alarm', a: 1, msg: 'y' });
    // @ts-expect-error -- no such level
    expect(() => createLogger({}, stream).notice('z')).toThrow(TypeError);
  });
});
