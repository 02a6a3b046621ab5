import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { Logger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';

/** Found by its key where a key is secret, and by its shape everywhere. */
const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
/** Found by its key or the word before it only. */
const WORD = 'hunter2';

interface Way {
  title: string;
  options?: LoggerOptions;
  log: (logger: Logger) => void;
}

/** Every way into a line. A value that says nothing of itself goes where a key or a word says it. */
const ways: readonly Way[] = [
  { title: 'a field', log: (log) => log.info({ password: WORD, note: SECRET }) },
  { title: 'a field beside a text', log: (log) => log.info({ password: WORD, note: SECRET }, 'text') },
  { title: 'nested fields', log: (log) => log.info({ a: { b: [{ apiKey: WORD }, SECRET] } }, 'text') },
  {
    title: 'raw headers of a request, as a field of the line',
    log: (log) => log.info({ rawHeaders: ['host', 'a', 'x-api-key', WORD, 'x-note', SECRET] }, 'text'),
  },
  {
    title: 'a value beside the field that names it',
    log: (log) => log.info({ name: 'DB_PASSWORD', value: WORD, note: SECRET }, 'text'),
  },
  {
    title: 'a key of JSON whose other fields say what it is',
    log: (log) => log.info({ kty: 'oct', k: WORD, note: SECRET }, 'text'),
  },
  {
    title: 'bindings that name each other',
    log: (log) => log.child({ name: 'auth', args: [WORD], note: SECRET }).info('text'),
  },
  ...['*.password', 'value', 'k', 'args'].map((path) => ({
    title: `fields that say what stands beside them, with pino's path ${path}`,
    options: { redact: [path] },
    log(log: Logger) {
      log.info({ name: 'DB_PASSWORD', value: WORD, note: SECRET }, 'text');
      log.info({ kty: 'oct', k: WORD, note: SECRET }, 'text');
      log.child({ name: 'auth', args: [WORD], note: SECRET }).info('text');
    },
  })),
  { title: 'a key', log: (log) => log.info({ [SECRET]: 1, a: { [SECRET]: 2 } }, 'text') },
  {
    title: 'a function as bindings',
    log: (log) => log.child(Object.assign(() => 1, { password: WORD }) as never).info('x'),
  },
  { title: 'bindings', log: (log) => log.child({ password: WORD, note: SECRET, [SECRET]: 1 }).info('x') },
  {
    title: 'bindings of a grandchild',
    log: (log) =>
      log
        .child({})
        .child({ a: { token: WORD, b: SECRET } })
        .info('x'),
  },
  {
    title: 'setBindings',
    log: (log) => {
      log.setBindings({ password: WORD, note: SECRET });
      log.child({}).info('x');
    },
  },
  {
    title: 'the base',
    options: { base: { password: WORD, a: { token: WORD }, note: SECRET } },
    log: (log) => log.info('x'),
  },
  {
    title: 'a serializer of the base',
    options: { base: { user: 1 }, serializers: { user: () => ({ password: WORD, note: SECRET }) } },
    log: (log) => log.info('x'),
  },
  { title: 'the name', options: { name: `shop ${SECRET}` }, log: (log) => log.info('x') },
  { title: 'the service', options: { service: `shop ${SECRET}` }, log: (log) => log.info('x') },
  {
    title: 'a mixin',
    options: { mixin: () => ({ password: WORD, note: SECRET }) },
    log: (log) => log.info({ a: 1 }, 'x'),
  },
  {
    title: 'mixinMergeStrategy',
    options: { mixin: () => ({}), mixinMergeStrategy: () => ({ password: WORD, note: SECRET }) },
    log: (log) => log.info('x'),
  },
  {
    title: 'formatters.log',
    options: { formatters: { log: () => ({ password: WORD, note: SECRET }) } },
    log: (log) => log.info({ a: 1 }, 'x'),
  },
  {
    title: 'formatters.bindings',
    options: { base: {}, formatters: { bindings: () => ({ password: WORD, note: SECRET }) } },
    log: (log) => {
      log.info('x');
      log.setBindings({ a: 1 });
      log.info('x');
    },
  },
  {
    title: 'formatters.level',
    options: { formatters: { level: (level) => ({ level, password: WORD, note: SECRET }) } },
    log: (log) => log.info('x'),
  },
  {
    title: 'formatters.bindings of a child',
    log: (log) =>
      log.child({ a: 1 }, { formatters: { bindings: () => ({ password: WORD, note: SECRET }) } }).info('x'),
  },
  {
    title: 'formatters.log of a child',
    log: (log) =>
      log.child({}, { formatters: { log: () => ({ password: WORD, note: SECRET }) } }).info({ a: 1 }, 'x'),
  },
  {
    title: 'formatters.level of a child',
    log: (log) =>
      log
        .child(
          {},
          { customLevels: { notice: 35 }, formatters: { level: () => ({ password: WORD, note: SECRET }) } },
        )
        .info('x'),
  },
  {
    title: 'a serializer',
    options: { serializers: { user: () => ({ password: WORD, note: SECRET }), a: () => SECRET } },
    log: (log) => log.info({ user: 1, a: 1 }, 'x'),
  },
  {
    title: 'a serializer that answers an error',
    options: { serializers: { user: () => new Error(SECRET) } },
    log: (log) => log.info({ user: 1 }, 'x'),
  },
  {
    title: 'a serializer that throws it',
    options: {
      serializers: {
        user: () => {
          throw new Error(`${SECRET} password=${WORD}`);
        },
      },
    },
    log: (log) => log.child({ user: 1 }).info({ user: 1 }, 'x'),
  },
  {
    title: "a serializer under a secret's key",
    options: { serializers: { password: (value) => `was ${value}` } },
    log: (log) => log.child({ password: WORD }).info({ password: WORD }, 'x'),
  },
  {
    title: 'a serializer of a child',
    log: (log) =>
      log
        .child({ user: 1 }, { serializers: { user: () => ({ password: WORD, note: SECRET }) } })
        .info({ user: 1 }),
  },
  {
    title: 'a serializer of the message',
    options: { serializers: { msg: (text) => `${text} ${SECRET} password=${WORD}` } },
    log: (log) => log.info('x'),
  },
  {
    title: 'a serializer of errors',
    options: { serializers: { err: pino.stdSerializers.err } },
    log: (log) => log.info(Object.assign(new Error(SECRET), { password: WORD })),
  },
  {
    title: 'the message',
    log: (log) => {
      log.info(`GET /?token=${WORD} ${SECRET}`);
      log.info({}, `password=${WORD} ${SECRET}`);
    },
  },
  {
    title: 'an object as the message',
    log: (log) => log.info({}, { password: WORD, note: SECRET } as never),
  },
  {
    title: 'an object as the message of several',
    log: (log) =>
      log.info(
        {},
        { password: WORD, note: SECRET } as never,
        ...([{ password: WORD }, { token: WORD }] as unknown as []),
      ),
  },
  {
    title: 'msgPrefix',
    options: { msgPrefix: `${SECRET} password=${WORD} ` },
    log: (log) => {
      log.info('x');
      log.info({ a: 1 }, 'x');
    },
  },
  {
    title: 'msgPrefix of a child',
    log: (log) => log.child({}, { msgPrefix: `password=${WORD} ${SECRET} ` }).info('x'),
  },
  ...['%s', '%j', '%o', '%O', '%d', 'no placeholder'].map((placeholder) => ({
    title: `an argument for ${placeholder}`,
    log: (log: Logger) => {
      const values: unknown[] = [
        SECRET,
        { password: WORD, note: SECRET },
        [SECRET],
        new Error(`${SECRET} password=${WORD}`),
        new Map([['token', WORD]]),
        { toString: () => SECRET, password: WORD },
      ];
      for (const value of values) {
        log.info(`text ${placeholder}`, value as never);
        log.info({ a: 1 }, `text ${placeholder} ${placeholder}`, value as never, value as never);
      }
    },
  })),
  ...[
    'password %s',
    'password: %s',
    'password=%s',
    'the apiKey "%s"',
    'token %j',
    'secret %o',
    'pin %d',
    'cookie\n%s',
  ].map((format) => ({
    title: `an argument after a secret's word, ${JSON.stringify(format)}`,
    log: (log: Logger) => {
      const values = [`${WORD} with more ${WORD}`, { a: WORD }, 4242_4243];
      for (const value of values)
        log.info(
          format,
          ...(Array.from({ length: format.split('%').length - 1 }, () => value) as unknown as []),
        );
    },
  })),
  {
    title: 'an argument after a sign that is no placeholder',
    log: (log) => log.info('100% of %s password %s', ...([1, 'x', WORD] as unknown as [])),
  },
  {
    title: 'an argument after a word in the prefix',
    options: { msgPrefix: '%s password ' },
    log: (log) => log.info('%s', ...(['x', WORD] as unknown as [])),
  },
  {
    title: 'the source of a function',
    log: (log) =>
      log.info(
        '%s %o',
        (() => 'ghp_abcdefghijklmnopqrstuvwxyz0123456789 hunter2') as never,
        (() => 1) as never,
      ),
  },
  ...['err', 'error', 'reason', 'password', 'alone', 'argument', 'cause', 'aggregate'].map((place) => ({
    title: `an error: ${place}`,
    log: (log: Logger) => {
      const inner = Object.assign(new Error(`message ${SECRET} password=${WORD}`), {
        password: WORD,
        config: { headers: { authorization: `Basic ${WORD}` }, note: SECRET },
      });
      const error =
        place === 'cause'
          ? new Error('outer', { cause: inner })
          : place === 'aggregate'
            ? new AggregateError([inner], SECRET)
            : inner;
      if (['alone', 'cause', 'aggregate'].includes(place)) log.error(error);
      else if (place === 'argument')
        log.error('failed: %s %o %j', error as never, error as never, error as never);
      else {
        log.error({ [place]: error });
        log.child({ [place]: error }).error('x');
      }
    },
  })),
  {
    title: 'a request and its response',
    log: (log) => {
      const headers = { authorization: `Bearer ${WORD}`, cookie: `sid=${WORD}`, 'x-api-key': WORD };
      log.info({ method: 'GET', headers, socket: {}, url: `/?access_token=${WORD}`, query: { token: WORD } });
      log.info({ setHeader() {}, getHeaders: () => ({ 'set-cookie': [`sid=${WORD}`] }) });
      log.info({ req: { headers, rawHeaders: ['Cookie', WORD] } });
    },
  },
  {
    title: 'an audit record',
    log: (log) =>
      log.child({ password: WORD }).audit('user.update', {
        actor: { type: 'user', id: SECRET },
        resource: { type: 'user', id: '7' },
        outcome: 'success',
        reason: `password=${WORD}`,
        changes: { password: { from: WORD, to: WORD }, note: { from: SECRET, to: { token: WORD } } },
      }),
  },
  {
    title: 'an audit record that is wrong',
    log: (log) => log.audit(`x ${SECRET}`, { password: WORD, [SECRET]: 1, actor: SECRET } as never),
  },
  {
    title: 'hooks.logMethod',
    options: {
      hooks: {
        logMethod(_args, method) {
          method.apply(this, [{ password: WORD }, 'password %s', WORD] as never);
        },
      },
    },
    log: (log) => log.info('x'),
  },
  {
    title: 'what a hook throws',
    options: {
      mixin: () => {
        throw new Error(`${SECRET} password=${WORD}`);
      },
    },
    log: (log) => log.info({ password: WORD }, SECRET),
  },
  {
    title: 'nestedKey',
    options: { nestedKey: 'payload' },
    log: (log) => log.info({ password: WORD, note: SECRET }),
  },
  {
    title: 'keys of one’s own',
    options: { redact: { keys: ['badge'] } },
    log: (log) => log.child({ badgeNumber: WORD }).info({ badge: WORD }, 'badge %s', WORD as never),
  },
];

describe('a secret', () => {
  const warnings = isolateLoggers();

  it.each(ways)('in $title reaches no line and no warning', ({ options, log }) => {
    const { stream, text, lines } = captureLines();
    log(createLogger(options, stream));
    expect(lines().length).toBeGreaterThan(0);
    for (const written of [text(), warnings.join('\n')]) {
      expect(written).not.toContain(WORD);
      expect(written).not.toContain('ghp_');
      expect(written).not.toContain('42424243');
    }
  });

  describe('named by a path of pino', () => {
    const value = {
      user: { note: WORD, name: 'ada' },
      list: [{ note: WORD }],
      top: WORD,
      deep: { x: { note: WORD } },
      msg: WORD,
    };
    const paths = ['user.note', 'list[*].note', 'top', 'msg', '*.x.note'];
    it.each<{ title: string; redact: LoggerOptions['redact'] }>([
      { title: 'a list', redact: paths },
      { title: 'an object with more', redact: { paths, keys: ['badge'], marker: '***' } },
    ])('is censored in fields, bindings, messages and arguments ($title)', ({ redact }) => {
      const { stream, text, lines } = captureLines();
      const log = createLogger(
        { redact: redact!, base: value, mixin: () => value, serializers: { made: () => value.user } },
        stream,
      );
      log.info(value);
      log.info(value, WORD);
      log.info({ a: 1 }, WORD);
      log.info('%j %o %s', value as never, value as never, value as never);
      log
        .child(value)
        .child(value, { msgPrefix: 'p ' })
        .info(value, '%j', value as never);
      log.setBindings(value);
      log.info('x');
      expect(text()).not.toContain(WORD);
      expect(lines()[0]).toMatchObject({ user: { name: 'ada' }, deep: { x: {} } });
    });

    it('stays censored in a child, whatever the child adds or takes away, and the child’s own holds for its bindings', () => {
      const { stream, text, last } = captureLines();
      const root = createLogger({ redact: ['a.b'] }, stream);
      const fields = { a: { b: WORD }, c: { d: WORD }, e: { f: 'shown' } };
      const adding = root.child({ c: { d: WORD }, top: WORD }, { redact: ['c.d', 'top'] });
      adding.info(fields);
      expect(last()).toMatchObject({ e: { f: 'shown' } });
      for (const redact of [
        [],
        { paths: [] },
        ['e.f'],
        { paths: ['e.f'], censor: (inner: unknown) => inner, remove: false },
        undefined,
      ]) {
        const child = adding.child({ c: { d: WORD } }, redact === undefined ? {} : { redact });
        child.info(fields, '%j', fields as never);
        child.child(fields).info(fields);
      }
      root.child({}, { redact: [] }).info({ a: { b: WORD } });
      expect(text()).not.toContain(WORD);
      root.child({}).info({ c: { d: 'not a matter of the parent' } });
      expect(last()).toMatchObject({ c: { d: 'not a matter of the parent' } });
    });

    it('is what pino’s censor and remove make of it, also in a child', () => {
      const written = (redact: LoggerOptions['redact']): object[] => {
        const { stream, lines } = captureLines();
        const log = createLogger({ redact: redact!, base: null, timestamp: false }, stream);
        log.info({ a: { b: 1, token: 'x' }, c: 2 });
        log.child({ d: 3 }, { redact: ['d'] }).info({ a: { b: 1 } });
        return lines();
      };
      const named = ['a.b', 'a.token', 'c'];
      expect(written({ paths: named, censor: '-' })).toEqual([
        { level: 'info', a: { b: '-', token: '-' }, c: '-' },
        { level: 'info', d: '-', a: { b: '-' } },
      ]);
      expect(written({ paths: named, remove: true })).toEqual([
        { level: 'info', a: {} },
        { level: 'info', a: {} },
      ]);
      const censor = (inner: unknown, path: string[]): string => `${path.join('.')} was ${String(inner)}`;
      expect(written({ paths: named, censor })[0]).toEqual({
        level: 'info',
        a: { b: 'a.b was 1', token: 'a.token was [REDACTED]' },
        c: 'c was 2',
      });
      const throwing = (): never => {
        throw new Error('x');
      };
      expect(written({ paths: named, censor: throwing })[0]).toMatchObject({ a: { b: '[REDACTED]' } });
    });

    it('is censored in errors by the path of the error', () => {
      const { stream, text, last } = captureLines();
      createLogger({ redact: ['err.note'] }, stream).error(
        Object.assign(new Error('x'), { note: WORD, other: 1 }),
      );
      expect(text()).not.toContain(WORD);
      expect(last()).toMatchObject({ err: { type: 'Error', other: 1 } });
    });
  });
});
