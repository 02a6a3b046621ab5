import { describe, expect, it, vi } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { Logger } from './create-logger.ts';
import type { Line } from './captured-lines.fixture.ts';
import type { LoggerOptions } from './options.ts';

function boom(): never {
  throw new Error('boom');
}

/** A proxy that throws whatever it is asked. */
function hostileProxy(): object {
  const traps = new Proxy({}, { get: () => boom });
  return new Proxy({ a: 1 }, traps);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function deep(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = { next: value };
  return value;
}

const getters = {
  get a(): never {
    return boom();
  },
  get msg(): never {
    return boom();
  },
  get err(): never {
    return boom();
  },
  get method(): never {
    return boom();
  },
  get headers(): never {
    return boom();
  },
  get setHeader(): never {
    return boom();
  },
  b: 1,
};

/** Values that throw when they are touched, each with what a line can still say of it. */
const hostile: readonly { title: string; value: () => unknown; shown: unknown }[] = [
  {
    title: 'getters that throw',
    value: () => getters,
    shown: expect.objectContaining({ a: '[Getter]', err: '[Getter]', b: 1 }),
  },
  {
    title: 'a getter of a class that throws',
    value: () =>
      new (class {
        own = 1;
        get headers() {
          return boom();
        }
      })(),
    shown: { own: 1 },
  },
  { title: 'a proxy that throws', value: hostileProxy, shown: '[Proxy]' },
  { title: 'a revoked proxy', value: revoked, shown: '[Proxy]' },
  {
    title: 'a proxy as the prototype',
    value: () => Object.create(hostileProxy(), { b: { value: 1, enumerable: true } }),
    shown: '[Proxy]',
  },
  { title: 'a toJSON that throws', value: () => ({ toJSON: boom, b: 1 }), shown: { b: 1 } },
  {
    title: 'a toString that throws',
    value: () => ({ toString: boom, [Symbol.toPrimitive]: boom, b: 1 }),
    shown: { b: 1 },
  },
  {
    title: 'a function that is a proxy',
    value: () => new Proxy(boom, new Proxy({}, { get: () => boom })),
    shown: undefined,
  },
  { title: 'a symbol', value: () => Symbol('s'), shown: 'Symbol(s)' },
  { title: 'a big integer', value: () => 12n, shown: '12' },
  {
    title: 'a cycle',
    value: () => {
      const a: Record<string, unknown> = {};
      a['a'] = a;
      return a;
    },
    shown: { a: '[Circular]' },
  },
  {
    title: '100,000 levels',
    value: () => deep(100_000),
    shown: expect.objectContaining({ next: expect.anything() }),
  },
  {
    title: 'an object without a prototype',
    value: () => Object.assign(Object.create(null), { b: 1 }),
    shown: { b: 1 },
  },
  {
    title: 'an error whose getters throw',
    value: () =>
      Object.defineProperties(new Error('x'), {
        message: { get: boom },
        name: { get: boom },
        stack: { get: boom },
        headers: { get: boom },
        method: { get: boom },
      }),
    shown: expect.objectContaining({ type: 'Error' }),
  },
];

const ERROR = new Error('broke');

const PLAIN: LoggerOptions = {};
const MIXIN: LoggerOptions = { mixin: () => ({ mixed: 1 }) };
const PREFIX: LoggerOptions = { msgPrefix: 'p ' };
const NESTED: LoggerOptions = { nestedKey: 'n' };
const PATHS: LoggerOptions = { redact: ['x.y', '*.z', 'b.c'] };

const loggers = new Map<LoggerOptions, { log: Logger; captured: ReturnType<typeof captureLines> }>();

/** Loggers with the same options are made once. */
function loggerWith(options: LoggerOptions) {
  const known = loggers.get(options);
  if (known !== undefined) return known;
  const captured = captureLines();
  const log = createLogger({ timestamp: false, base: null, ...options }, captured.stream);
  loggers.set(options, { log, captured });
  return { log, captured };
}

describe('a log call', () => {
  const warnings = isolateLoggers();

  /** Calls one way, and answers the only line that it wrote. */
  function lineOf(call: (log: Logger) => void, options: LoggerOptions = PLAIN): Line {
    const { log, captured } = loggerWith(options);
    const before = captured.count();
    call(log);
    expect(captured.count()).toBe(before + 1);
    return captured.last();
  }

  describe.each(hostile)('with $title', ({ value, shown }) => {
    it('writes what else is there, and does not throw, with it as a field', () => {
      const fields = shown === undefined ? {} : { field: shown };
      expect(lineOf((log) => log.info({ field: value(), id: 7 }, 'text'))).toEqual({
        level: 'info',
        ...fields,
        id: 7,
        msg: 'text',
      });
      expect(lineOf((log) => log.info({ field: value(), id: 7 }))).toEqual({
        level: 'info',
        ...fields,
        id: 7,
      });
      expect(lineOf((log) => log.info({ list: [value(), 8] }, 'text %s', 'x'))).toMatchObject({
        list: expect.arrayContaining([8]),
        msg: 'text x',
      });
      expect(lineOf((log) => log.info({ field: value(), id: 7 }, 'text'), MIXIN)).toEqual({
        level: 'info',
        mixed: 1,
        ...fields,
        id: 7,
        msg: 'text',
      });
      expect(lineOf((log) => log.info({ field: value(), id: 7 }, 'text'), PATHS)).toEqual({
        level: 'info',
        ...fields,
        id: 7,
        msg: 'text',
      });
    });

    it('writes the line, and does not throw, with it as the first argument', () => {
      for (const options of [PLAIN, MIXIN, PREFIX, NESTED, PATHS]) {
        expect(lineOf((log) => log.info(value()), options)).toMatchObject({ level: 'info' });
        const prefix = options.msgPrefix ?? '';
        const first = value();
        const isObject = typeof first === 'object';
        expect(lineOf((log) => log.info(value(), 'text'), options)).toMatchObject(
          isObject ? { msg: `${prefix}text` } : {},
        );
        expect(lineOf((log) => log.info(value(), 'text %s', 'x'), options)).toMatchObject(
          isObject ? { msg: `${prefix}text x` } : {},
        );
      }
    });

    it('writes the line, and does not throw, with it as the second argument or for a placeholder', () => {
      for (const options of [PLAIN, PREFIX, PATHS]) {
        expect(lineOf((log) => log.info({ id: 7 }, value() as never), options)).toMatchObject({ id: 7 });
        expect(
          lineOf(
            (log) => log.info({ id: 7 }, value() as never, ...([value(), 'x'] as unknown as [])),
            options,
          ),
        ).toMatchObject({ id: 7 });
        for (const format of ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', 'none', 'password %s']) {
          expect(lineOf((log) => log.info(`text ${format}`, value() as never), options)).toMatchObject({
            msg: expect.stringContaining('text '),
          });
          expect(
            lineOf((log) => log.info({ id: 7 }, `text ${format}`, value() as never), options),
          ).toMatchObject({ id: 7, msg: expect.stringContaining('text ') });
        }
      }
    });

    it('makes a child, binds, and does not throw, with it as a binding or as bindings', () => {
      const fields = shown === undefined ? {} : { field: shown };
      expect(lineOf((log) => log.child({ field: value(), id: 7 }).info('text'))).toEqual({
        level: 'info',
        ...fields,
        id: 7,
        msg: 'text',
      });
      expect(lineOf((log) => log.child(value() as never).info('text'))).toMatchObject({ msg: 'text' });
      expect(
        lineOf((log) => {
          const child = log.child({});
          child.setBindings({ field: value(), id: 7 });
          child.setBindings(value() as never);
          child.info('text');
        }),
      ).toMatchObject({ ...fields, id: 7, msg: 'text' });
      expect(lineOf((log) => log.child({ module: value() }).info('text'))).toMatchObject({ msg: 'text' });
    });

    it('writes an audit record, and does not throw, with it anywhere in it', () => {
      const record = {
        actor: { type: 'user', id: '7' },
        resource: { type: 'user', id: '8' },
        outcome: 'success' as const,
      };
      expect(
        lineOf((log) =>
          log.audit('user.update', { ...record, changes: { field: { from: value(), to: 1 } } }),
        ),
      ).toMatchObject({ audit: true, action: 'user.update', ...record });
      for (const each of [
        { ...record, actor: value() },
        { ...record, extra: value() },
        { ...record, changes: value() },
        value(),
      ]) {
        expect(lineOf((log) => log.audit('user.update', each as never))).toMatchObject({
          audit: true,
          action: 'user.update',
        });
      }
      expect(lineOf((log) => log.audit(value() as never, record))).toMatchObject({ audit: true, ...record });
    });

    it('goes on when what the app hooked in throws at it, or answers it', () => {
      for (const each of [boom, value as () => never]) {
        const options: LoggerOptions[] = [
          { mixin: each },
          { mixin: () => ({}), mixinMergeStrategy: each },
          { formatters: { log: each } },
          { formatters: { level: each } },
          { base: {}, formatters: { bindings: each } },
          { serializers: { field: each, msg: each, err: each } },
          { timestamp: each },
          { onChild: each },
        ];
        for (const given of options) {
          expect(
            lineOf(
              (log) =>
                log
                  .child({ bound: 1 }, { formatters: { bindings: (inner) => inner } })
                  .info({ field: 1, id: 7 }, 'text'),
              given,
            ),
          ).toMatchObject({ bound: 1 });
          expect(
            lineOf(
              (log) =>
                log
                  .child({ bound: 1 }, { formatters: { bindings: each, log: each } })
                  .info({ id: 7 }, 'text'),
              given,
            ),
          ).toBeTypeOf('object');
        }
      }
    });
  });

  it.each<{ title: string; options: LoggerOptions; line: object; warning: string }>([
    {
      title: 'mixin',
      options: { mixin: boom },
      line: { mixin: '[the mixin threw]', id: 7, field: 1, msg: 'text' },
      warning: 'mixin threw Error: boom',
    },
    {
      title: 'mixinMergeStrategy',
      options: { mixin: () => ({ mixed: 1 }), mixinMergeStrategy: boom },
      line: { mixed: 1, id: 7, field: 1, msg: 'text' },
      warning: 'mixinMergeStrategy threw',
    },
    {
      title: 'formatters.log',
      options: { formatters: { log: boom } },
      line: { id: 7, field: 1, msg: 'text' },
      warning: 'formatters.log threw',
    },
    {
      title: 'a serializer',
      options: { serializers: { field: boom } },
      line: { id: 7, field: '[the serializer threw]', msg: 'text' },
      warning: 'serializers.field threw',
    },
    {
      title: 'timestamp',
      options: { timestamp: boom },
      line: { time: expect.any(Number), id: 7, field: 1, msg: 'text' },
      warning: 'timestamp threw',
    },
    {
      title: 'hooks.logMethod',
      options: { hooks: { logMethod: boom } },
      line: { id: 7, field: 1, msg: 'text' },
      warning: 'hooks.logMethod threw',
    },
  ])('costs the part of $title when that throws, and warns once', ({ options, line, warning }) => {
    const { stream, lines } = captureLines();
    const log = createLogger({ timestamp: false, base: null, ...options }, stream);
    log.info({ id: 7, field: 1 }, 'text');
    log.info({ id: 7, field: 1 }, 'text');
    expect(lines()).toEqual([
      { level: 'info', ...line },
      { level: 'info', ...line },
    ]);
    expect(warnings).toEqual([expect.stringContaining(`createLogger: ${warning}`)]);
  });

  it('does not repeat a line when hooks.logMethod throws after it has logged', () => {
    const line = lineOf((log) => log.info('text'), {
      hooks: {
        logMethod(args, method) {
          method.apply(this, args);
          boom();
        },
      },
    });
    expect(line).toEqual({ level: 'info', msg: 'text' });
  });

  it.each(['level', 'audit', 'mixin', 'metadata'] as const)(
    'counts a line and warns once when the stream throws (%s)',
    (way) => {
      const write = vi.fn<() => never>(boom);
      const stream = Object.freeze({
        write,
        ...(way === 'metadata' && { [Symbol.for('pino.metadata')]: true }),
      });
      const log = createLogger(way === 'mixin' ? { mixin: () => ({}) } : {}, stream);
      const use = (): void =>
        way === 'audit'
          ? log.audit('a.b', {
              actor: { type: 't', id: '1' },
              resource: { type: 't', id: '1' },
              outcome: 'denied',
            })
          : log.error(new Error('x'), 'text');
      use();
      use();
      expect(log.stats().lost).toBe(2);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('SIGHTLINE_DESTINATION');
    },
  );

  it('keeps a line back when hooks.streamWrite throws, for what that was to take out', () => {
    const { stream, text } = captureLines();
    const log = createLogger({ hooks: { streamWrite: boom } }, stream);
    log.info('text');
    expect([text(), log.stats().lost, warnings.length]).toEqual(['', 1, 1]);
  });

  it('outlives a stream that logs to the same logger, and a serializer that does', () => {
    let depth = 0;
    const log: Logger = createLogger(
      {},
      {
        write: () => {
          depth += 1;
          log.info({ depth }, 'again');
        },
      },
    );
    expect(() => log.info('text')).not.toThrow();
    expect(depth).toBeGreaterThan(10);
  });

  it('cuts a text of 8 Mi characters, in a field and in the message', () => {
    const huge = 'x y '.repeat(2 * 1024 * 1024);
    const line = lineOf((log) => log.info({ huge }, huge));
    expect(line['huge']).toMatch(/\[truncated: 7340032 more\]$/);
    expect(line['msg']).toMatch(/\[truncated: 7340032 more\]$/);
  });

  it('runs no getter and no trap of what it is given', () => {
    const touched = vi.fn<(...args: unknown[]) => undefined>();
    const traps = new Proxy(
      {},
      {
        get:
          () =>
          (...args: unknown[]) =>
            touched(...args),
      },
    );
    const keys = [
      'a',
      'msg',
      'err',
      'method',
      'headers',
      'socket',
      'setHeader',
      'trace_id',
      'module',
      'toJSON',
    ];
    const value = Object.defineProperties(
      {},
      Object.fromEntries(keys.map((key) => [key, { get: () => touched(key), enumerable: true }])),
    );
    const { stream, lines } = captureLines();
    for (const options of [{}, { mixin: () => ({}) }, { msgPrefix: 'p' }]) {
      const log = createLogger(options, stream);
      for (const each of [value, new Proxy({}, traps)]) {
        log.info(each);
        log.info(each, 'text');
        log.info(each, 'text %s', 'x');
        log.info({ each }, 'text %j', each as never);
        log.child(each).info({ each });
        log.audit('a.b', each as never);
      }
    }
    expect(lines()).toHaveLength(36);
    expect(touched).not.toHaveBeenCalled();
  });

  it('names getters and proxies in errors and remembers no long format', () => {
    const line = lineOf((log) =>
      log.error(
        Object.defineProperty(new Error('x'), 'detail', { get: boom, enumerable: true }),
        'x'.repeat(2000),
      ),
    );
    expect(line).toMatchObject({ err: { detail: '[Getter]' }, msg: 'x'.repeat(2000) });
  });

  it.each<{ title: string; args: readonly unknown[]; line: object; options?: LoggerOptions }>([
    { title: 'a text', args: ['failed:', ERROR], line: { err: { message: 'broke' }, msg: 'failed:' } },
    {
      title: 'a text whose places are taken',
      args: ['failed %s, 100%% %d', 'a', 1, 'b', ERROR],
      line: { err: { message: 'broke' }, msg: 'failed a, 100% 1' },
    },
    {
      title: 'fields and a text',
      args: [{ a: 1 }, 'failed', ERROR],
      line: { a: 1, err: { message: 'broke' }, msg: 'failed' },
    },
    { title: 'nothing and a text', args: [null, 'failed', ERROR], line: { err: { message: 'broke' } } },
    {
      title: 'a % that is no place for it',
      args: ['100% failed after %d ms', 1, ERROR],
      line: { err: { message: 'broke' }, msg: '100% failed after NaN ms' },
    },
    {
      title: 'a text, under another key and behind a prefix',
      args: ['failed', ERROR],
      line: { error: { message: 'broke' }, msg: 'p failed' },
      options: { errorKey: 'error', msgPrefix: 'p ' },
    },
  ])(
    'has an error as its own that stands behind $title, which pino leaves out',
    ({ args, line, options }) => {
      expect(lineOf((log) => log.error(...(args as [string])), options)).toMatchObject(line);
    },
  );

  it('keeps an error where it has a place, and the one that is there already', () => {
    const written = (...args: unknown[]): Line => lineOf((log) => log.error(...(args as [string])));
    expect(written('failed %s', ERROR)).toEqual({ level: 'error', msg: 'failed Error: broke' });
    expect(written(new Error('first'), 'failed', ERROR)).toMatchObject({ err: { message: 'first' } });
    expect(written({ err: 'own' }, 'failed', ERROR)).toEqual({ level: 'error', err: 'own', msg: 'failed' });
    expect(written({ headers: {} }, 'failed', ERROR)).not.toHaveProperty('err');
    expect(written('failed', 'no error', { a: 1 })).toEqual({ level: 'error', msg: 'failed' });
  });

  it('says of five texts which have arguments that are not in the line, of each once', () => {
    const { log, captured } = loggerWith({});
    const told = (): string[] => warnings.filter((warning) => warning.includes('SIGHTLINE_LOG_ARGUMENTS'));
    const call = (...args: unknown[]): void => void Reflect.apply(log.info, log, args);
    for (const args of [
      ['a %s', 'x'],
      ['a', undefined, null],
      ['a', ERROR],
      [{ a: 1 }, 'a'],
      ['%d%%', 1],
    ])
      call(...args);
    expect(told()).toEqual([]);
    call('token=hunter2 placed', { a: 1 });
    call('token=hunter2 placed', { a: 2 });
    expect(told()).toEqual([expect.stringContaining('the text "token=[REDACTED] placed" had arguments')]);
    expect(captured.last()).toEqual({ level: 'info', msg: 'token=[REDACTED] placed' });
    call({ a: 1 }, 'b %s', 'x', { b: 2 });
    // What of a secret is left before the cut is not shown.
    call(`${'c'.repeat(60)} db://app:hunter2${'x'.repeat(9)}@host`, ERROR, 'd');
    expect(told().at(-1)).not.toContain('hunter2');
    for (let at = 0; at < 9; at += 1) call(`order ${at}`, { a: 1 });
    expect(told()).toHaveLength(5);
  });

  it('looks at no more of a text full of % than there are arguments', () => {
    const { log, captured } = loggerWith(PLAIN);
    const before = process.cpuUsage();
    Reflect.apply(log.info, log, ['%41'.repeat(600_000), 'x']);
    // A look at each of them is seconds.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    expect(captured.last()['msg']).toMatch(/^%41%41/);
    const message = (...args: unknown[]): unknown =>
      lineOf(() => void Reflect.apply(log.info, log, args)).msg;
    expect([message('%s %s', 'a'), message('%s %s', 'a', 'b')]).toEqual(['a %s', 'a b']);
  });

  it('leaves a number behind a word that counts, and nothing else', () => {
    const message = (format: string, value: never): unknown => lineOf((log) => log.info(format, value)).msg;
    expect(message('used tokens: %d', 512 as never)).toBe('used tokens: 512');
    expect(message('tokens per second %s', 45.2 as never)).toBe('tokens per second 45.2');
    expect(message('tokens: %s', 'abcd' as never)).toBe('tokens: [REDACTED]');
    expect(message('token %s', 512 as never)).toBe('token [REDACTED]');
  });
});
