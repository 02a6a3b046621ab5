import fc from 'fast-check';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { pino } from 'pino';
import type { ChildLoggerOptions, Logger as PinoLogger, LoggerOptions as PinoOptions } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLines, captureWarnings } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';
import { needsMetadataGsym } from './pino-internals.ts';

/*
 * Lines are pino's own, field for field and in order. What differs on purpose, here or in the tests of the parts:
 * - the level stands by its name, and the base has no pid and hostname;
 * - errors are data: `cause` and `errors` are chains instead of parts of message and stack, with a fingerprint, under any
 *   key, and they come from any realm;
 * - a getter is named, a proxy is not touched; maps, sets, big integers and symbols are shown, buffers by their length;
 * - objects for `%s` are JSON, functions are named;
 * - a child's `redact` adds to its parent's paths, and `censor` is the marker;
 * - what the app calls `time`, `level` or `msg` stands beside what the line calls so, as `app_time` and the like;
 * - what throws (mixin, serializers, formatters, hooks, streams) costs its own part at most.
 */

beforeEach(() => {
  vi.stubEnv('LOG_LEVEL', undefined);
  vi.stubEnv('SIGHTLINE_STRICT', 'true');
  vi.stubEnv('OTEL_SERVICE_NAME', undefined);
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const timestamp = (): string => ',"time":1700000000000';
const byName = { level: (label: string): object => ({ level: label }) };

/** pino's logger, its methods without the types that check arguments against the format. */
type LooseLogger = Omit<PinoLogger, 'info' | 'child'> & {
  info(...args: unknown[]): void;
  notice?(...args: unknown[]): void;
  child(bindings: object, settings?: ChildLoggerOptions<string>): LooseLogger;
};
type Use = (logger: LooseLogger) => void;

/** What pino writes, given the options that make our defaults its own. */
function pinoLines(given: PinoOptions, use: Use): string {
  const { stream, text } = captureLines();
  const base = given.base === undefined ? {} : given.base;
  use(
    pino(
      { timestamp, ...given, base, formatters: { ...byName, ...given.formatters } },
      stream,
    ) as LooseLogger,
  );
  return text();
}

function ourLines(given: LoggerOptions, use: Use): string {
  const { stream, text } = captureLines();
  use(createLogger({ timestamp, ...given }, stream));
  return text();
}

/** Calls that every option meets. */
function usualCalls(log: LooseLogger): void {
  log.info('text');
  log.info('');
  log.warn({ a: 1 }, 'object and text');
  log.info({ a: { b: [1, 'x', null, { c: true }] }, s: 'q"\\\n\u2028é' });
  log.error({}, 'nothing but text');
  log.info({ msg: 'own message' });
  const request = log.child({ requestId: 'r-1', n: 1.5, list: [1, 2], none: null, skipped: undefined });
  request.info({ a: 1 }, 'child');
  request.child({ deep: { er: true } }).info('grandchild');
  request.setBindings({ later: 'x' });
  request.info('bound');
  log.info('%s has %d of %i, %j %o %O %% %f', 'ada', 3, 2.7, { a: 1 }, [1], 'o', 1.25);
  log.info({ a: 1 }, 'object, %s', 'text');
  log.info('no arguments for %s');
  log.info('more arguments', 'than', 'placeholders');
  log.debug('not written');
}

const options: readonly (PinoOptions & LoggerOptions & { title: string })[] = [
  { title: 'none' },
  { title: 'base null', base: null },
  { title: 'base null and a name', base: null, name: 'shop' },
  { title: 'a base', base: { app: 'shop', nested: { a: 1 }, level: 'skipped' } },
  { title: 'a name', name: 'shop' },
  { title: 'a name in the base', base: { name: 'base' }, name: 'shop' },
  { title: 'messageKey', messageKey: 'message' },
  { title: 'errorKey', errorKey: 'error' },
  { title: 'nestedKey', nestedKey: 'pay"load' },
  { title: 'msgPrefix', msgPrefix: '[http] ' },
  { title: 'msgPrefix with a placeholder', msgPrefix: '%s: ' },
  { title: 'crlf', crlf: true },
  { title: 'no timestamp', timestamp: false },
  { title: 'a timestamp of its own', timestamp: () => ',"at":"now"' },
  { title: 'level debug', level: 'debug' },
  { title: 'level in capitals', level: 'WARN' },
  { title: 'level silent for all but children', level: 'warn' },
  { title: 'customLevels', customLevels: { notice: 35 }, level: 'notice' },
  { title: 'levelComparison', levelComparison: 'DESC' },
  { title: 'levelComparison by a function', levelComparison: (level, least) => level >= least },
  { title: 'a serializer', serializers: { a: (value) => ({ was: value }), requestId: () => 'id' } },
  { title: 'a serializer for the message', serializers: { msg: (text: string) => text.toUpperCase() } },
  { title: 'a serializer that drops', serializers: { a: () => undefined } },
  { title: 'formatters.log', formatters: { log: (object) => ({ wrapped: object }) } },
  { title: 'formatters.bindings', base: { a: 1 }, formatters: { bindings: (given) => ({ ...given, b: 2 }) } },
  { title: 'formatters.level', formatters: { level: (label, number) => ({ severity: label, number }) } },
  { title: 'a mixin', mixin: () => ({ mixed: 1, a: 'beaten by the object' }) },
  { title: 'a mixin that asks', mixin: (object, asked) => ({ keys: Object.keys(object), asked }) },
  {
    title: 'mixinMergeStrategy',
    mixin: () => ({ a: 'wins', mixed: 1 }),
    mixinMergeStrategy: (object: object, mixed: object) => ({ ...object, ...mixed }),
  },
  {
    title: 'hooks.logMethod',
    hooks: {
      logMethod(args, method) {
        method.apply(this, [{ hooked: true }, String(args[0])] as never);
      },
    },
  },
  {
    title: 'hooks.logMethod that swaps',
    hooks: {
      logMethod(args, method) {
        if (args.length !== 2) return method.apply(this, args);
        const [first, second] = args as unknown[];
        return method.apply(this, [second, first] as never);
      },
    },
  },
  { title: 'hooks.streamWrite', hooks: { streamWrite: (line) => line.replace('text', 'TEXT') } },
  { title: 'redact', redact: ['a.b', 'later'] },
];

describe('createLogger', () => {
  describe('writes what pino writes', () => {
    it.each(options)('with $title', ({ title: _title, ...given }) => {
      const { redact, ...rest } = given;
      const censored = redact && { redact: { paths: redact as string[], censor: '[REDACTED]' } };
      const ours = ourLines({ ...rest, ...(redact && { redact }) }, usualCalls);
      expect(ours).toBe(pinoLines({ ...rest, ...censored }, usualCalls));
      expect(ours).not.toBe('');
    });

    it.each<{ title: string; call: Use }>([
      { title: 'null', call: (log) => log.info(null) },
      { title: 'undefined', call: (log) => log.info(undefined) },
      { title: 'nothing', call: (log) => log.info() },
      { title: 'a number', call: (log) => log.info(7) },
      { title: 'NaN in an object', call: (log) => log.info({ a: Number.NaN, b: -0, c: 1e21, d: Infinity }) },
      { title: 'a boolean', call: (log) => log.info(true) },
      { title: 'null and a text', call: (log) => log.info(null, 'text') },
      { title: 'null and a format', call: (log) => log.info(null, 'text %s', 'x') },
      { title: 'undefined and a format', call: (log) => log.info(undefined, 'text %s', 'x') },
      { title: 'a number and a text', call: (log) => log.info(7, 'text') },
      { title: 'a function', call: (log) => log.info(() => 1) },
      { title: 'an object as the message', call: (log) => log.info({ a: 1 }, { b: 2 }) },
      { title: 'a number as the message', call: (log) => log.info({ a: 1 }, 7) },
      { title: 'NaN as the message', call: (log) => log.info({ a: 1 }, Number.NaN) },
      { title: 'null as the message', call: (log) => log.info({ a: 1 }, null) },
      {
        title: 'objects as all arguments',
        call: (log) => log.info({ a: 1 }, { b: 2 }, { c: 3 }, 4),
      },
      { title: 'an array', call: (log) => log.info([1, { a: 2 }]) },
      {
        title: 'functions and undefined in an object',
        call: (log) => log.info({ f() {}, u: undefined, a: 1 }),
      },
      {
        title: 'an object without a prototype',
        call: (log) => log.info(Object.assign(Object.create(null), { a: 1 })),
      },
      {
        title: 'a class',
        call: (log) =>
          log.info(
            new (class {
              own = 1;
              get inherited() {
                return 1;
              }
            })(),
          ),
      },
      {
        title: 'dates and toJSON inside',
        call: (log) => log.info({ at: new Date(0), j: { toJSON: () => 'j' }, url: new URL('http://x/y') }),
      },
      { title: 'toJSON outside', call: (log) => log.info({ toJSON: () => 'j', a: 1 }) },
      {
        title: 'names of Object.prototype',
        call: (log) => log.info({ constructor: 1, toString: 'x', hasOwnProperty: 2, valueOf: 3 }),
      },
      {
        title: 'a cycle',
        call: (log) => {
          const a: Record<string, unknown> = { b: 1 };
          a['self'] = { a };
          log.info({ a });
        },
      },
      {
        title: 'null and undefined for placeholders',
        call: (log) => log.info('%s %d %j %o %i|%s', null, null, null, undefined, undefined, 'x'),
      },
      {
        title: 'letters that are no placeholders',
        call: (log) => log.info('100% %c %x %s%', 'a', 'b', 'c', 'd'),
      },
      { title: 'two percent signs', call: (log) => log.info('%%s %%%s%', 'a', 'b') },
      { title: 'a big integer and a boolean for %d', call: (log) => log.info('%d %s %d', 12n, true, false) },
      { title: 'fatal', call: (log) => log.fatal({ a: 1 }, 'fatal') },
      { title: 'a message among the fields', call: (log) => log.info({ a: 1, msg: 'm' }) },
      {
        title: 'a child that is bound over its parent',
        call: (log) => log.child({ a: 1 }).child({ a: 2 }).info({ a: 3 }),
      },
    ])('for $title', ({ call }) => {
      const all: readonly PinoOptions[] = [
        {},
        { mixin: () => ({ mixed: 1 }) },
        { base: { b: 1 }, nestedKey: 'n' },
      ];
      expect(all.map((given) => ourLines(given as LoggerOptions, call))).toEqual(
        all.map((given) => pinoLines(given, call)),
      );
    });

    const childOptions: readonly { title: string; settings: ChildLoggerOptions<string> }[] = [
      { title: 'no options', settings: {} },
      { title: 'serializers', settings: { serializers: { id: (id) => `#${id}`, a: () => 'serialized' } } },
      { title: 'a level', settings: { level: 'debug' } },
      { title: 'the level silent', settings: { level: 'silent' } },
      { title: 'msgPrefix', settings: { msgPrefix: 'child ' } },
      { title: 'customLevels', settings: { customLevels: { notice: 35 }, level: 'notice' } },
      {
        title: 'formatters.bindings',
        settings: { formatters: { bindings: (given) => ({ ...given, by: 'child' }) } },
      },
      { title: 'formatters.log', settings: { formatters: { log: (object) => ({ child: object }) } } },
      {
        title: 'formatters.level',
        settings: { formatters: { level: (label) => ({ lvl: label }) }, customLevels: { notice: 35 } },
      },
      { title: 'redact', settings: { redact: { paths: ['id', 'a.b', '*.c'], censor: '[REDACTED]' } } },
    ];
    it.each(childOptions)('with a child with $title', ({ settings }) => {
      const use: Use = (log) => {
        const child = log.child({ id: 7, constructor: 'x', a: { b: 1 } }, settings);
        for (const each of [
          child,
          child.child({ grand: 1 }),
          child.child({ id: 8 }, { msgPrefix: 'grand ' }),
        ]) {
          each.info({ a: { b: 2 }, x: { c: 3 } }, 'info');
          each.debug('debug');
          each.notice?.('notice');
        }
        child.setBindings({ set: 1 });
        child.info('set');
        log.info({ a: { b: 1 } }, 'parent');
      };
      const root: PinoOptions = {
        msgPrefix: 'root ',
        serializers: { id: () => 'root' },
        base: { app: 1 },
        formatters: { bindings: (given) => ({ ...given, by: 'root' }) },
      };
      expect(ourLines({}, use)).toBe(pinoLines({}, use));
      expect(ourLines(root as LoggerOptions, use)).toBe(pinoLines(root, use));
    });

    it('for arbitrary JSON objects, as fields, as bindings and inside', { timeout: 60_000 }, () => {
      const word = fc.stringMatching(/^f[ghjlmq]{0,6}$/);
      const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((each) => !/[0-9@=:]/.test(each));
      const leaf = fc.oneof(
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.double({ noDefaultInfinity: true, max: 1e11, min: -1e11 }),
      );
      const { tree } = fc.letrec((tie) => ({
        tree: fc.oneof(
          { depthSize: 'small' },
          leaf,
          fc.array(tie('tree'), { maxLength: 4 }),
          fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
        ),
      }));
      const logged = { ours: captureLines(), theirs: captureLines() };
      const loggers: PinoLogger[] = [
        createLogger({ timestamp }, logged.ours.stream),
        pino({ timestamp, base: {}, formatters: byName }, logged.theirs.stream),
      ];
      fc.assert(
        fc.property(
          fc.dictionary(word, tree, { maxKeys: 6, noNullPrototype: true }),
          text,
          (object, message) => {
            for (const logger of loggers) {
              logger.info(object, message);
              logger.info(object);
              logger.child(object).info({ inside: object });
            }
            expect(logged.ours.lines().slice(-3)).toEqual(logged.theirs.lines().slice(-3));
          },
        ),
        { numRuns: 40 },
      );
    });

    it('for requests and responses of node:http', () => {
      const request = new IncomingMessage(new Socket());
      Object.assign(request, { method: 'GET', url: '/orders?page=2' });
      request.headers['user-agent'] = 'test';
      const response = new ServerResponse(request);
      response.setHeader('content-type', 'text/plain');
      const bySerializers = { serializers: pino.stdSerializers };
      const all: Use = (log) => {
        log.info(request);
        log.info(request, 'a request');
        log.info(response, 'a response, %s', 'ended');
        log.info({ headers: { a: 1 }, method: 'GET' }, 'no request');
        log.info({ setHeader: 'no function' }, 'no response');
        log.child({ req: request }, bySerializers).info({ res: response }, 'by serializers');
      };
      expect(ourLines({}, all)).toBe(pinoLines({}, all));
    });
  });

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
