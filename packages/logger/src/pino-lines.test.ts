import fc from 'fast-check';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { pino } from 'pino';
import type { ChildLoggerOptions, Logger as PinoLogger, LoggerOptions as PinoOptions } from 'pino';
import { describe, expect, it } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';
import {
  type Use,
  byName,
  ourLines,
  pinoLines,
  timestamp,
  useStrictEnvironment,
  usualCalls,
} from './pino-lines.fixture.ts';

/*
 * Lines are pino's own, field for field and in order. What differs on purpose, here or in the tests of the parts:
 * - the level stands by its name, and the base has no pid and hostname;
 * - errors are data: `cause` and `errors` are chains instead of parts of message and stack, with a fingerprint, under any
 *   key, and they come from any realm;
 * - a getter is named, a proxy is not touched; maps, sets, big integers and symbols are shown, buffers by their length;
 * - objects for `%s` are JSON, functions are named;
 * - a child's `redact` adds to its parent's paths, and `censor` is the marker;
 * - what the app calls `time`, `level` or `msg` stands beside what the line calls so, as `app_time` and the like;
 * - a field takes the place of the binding of its name, and a binding that of its parent's: pino writes both;
 * - an error behind a text that has no place for it is the line's, where pino leaves it out;
 * - what throws (mixin, serializers, formatters, hooks, streams) costs its own part at most.
 */

useStrictEnvironment();

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
});
