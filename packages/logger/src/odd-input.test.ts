import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureLines, isolateLoggers } from './captured-lines.fixture.ts';
import { type Logger, createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';
import { openDestination } from './open-destination.ts';
import type { Destination } from './destinations/destination.ts';

function written(log: (logger: Logger) => void, options: LoggerOptions = {}) {
  const { stream, last } = captureLines();
  log(createLogger(options, stream));
  return last();
}

class Order {
  readonly number = 1;
}

describe('a line', () => {
  const warnings = isolateLoggers();

  it.each([
    { title: 'a class as %s', args: ['made %s', Order], msg: 'made [Function: Order]' },
    {
      title: 'a function without a name as %s',
      args: ['made %s', () => 1],
      msg: 'made [Function: <anonymous>]',
    },
    { title: 'a symbol as %s', args: ['made %s', Symbol('s')], msg: 'made Symbol(s)' },
    { title: 'a date as %d', args: ['at %d', new Date(1000)], msg: 'at 1000' },
    { title: 'a percent sign that stands for itself', args: ['100%% of %s', 'it'], msg: '100% of it' },
    {
      title: 'a secret behind its name, in a format too long to be remembered',
      args: [`${'x'.repeat(5000)} password=%s`, 'hunter2'],
      msg: expect.stringMatching(/^x+ password=(?!hunter2)/),
    },
  ])('says $title', ({ args, msg }) => {
    expect(written((logger) => void Reflect.apply(logger.info, logger, args))['msg']).toEqual(msg);
  });

  it('is written the same after more formats than are remembered', () => {
    const { stream, last } = captureLines();
    const logger = createLogger({}, stream);
    for (let at = 0; at < 3000; at += 1) logger.info(`format ${at} password=%s`, 'hunter2');
    expect(last()['msg']).not.toContain('hunter2');
    logger.info('format 0 of %s', 'it');
    expect(last()['msg']).toBe('format 0 of it');
  });

  it('has what is there where pino’s own redaction is used with a value that has no JSON', () => {
    const line = written((logger) => logger.info({ a: { b: 1 }, gone: undefined, fn: () => 1 }, 'm'), {
      redact: { paths: ['a.b'] },
    });
    expect(line).toMatchObject({ msg: 'm', a: { b: expect.not.stringContaining('1') } });
    expect(line).not.toHaveProperty('gone');
  });

  it('names what a hook threw, also where that is no error or has no words', () => {
    for (const thrown of ['words', Object.assign(new Error('x'), { message: 7, name: {} })]) {
      written((logger) => logger.info('m'), {
        mixin: () => {
          throw thrown;
        },
      });
    }
    expect(warnings[0]).toContain('mixin threw something that is no error');
    expect(warnings[1]).toContain('mixin threw Error: ');
  });
});

describe('setLevel', () => {
  isolateLoggers();

  it('refuses options that it does not know, names them, and leaves the level', () => {
    const logger = createLogger({}, captureLines().stream);
    expect(() => logger.setLevel('debug', { ttl: 5, 'a-very-long-name-of-an-option': 1 } as never)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_LOGGER_MODULE_LEVEL',
        problem: 'setLevel knows no ttl, a-very-long-name-of-',
      }),
    );
    expect(logger.level).toBe('info');
  });

  it('leaves a child that does not know the level as it is', () => {
    const logger = createLogger({ customLevels: { notice: 35 } }, captureLines().stream);
    const child = logger.child({ module: 'db' }, { customLevels: { loud: 55 }, level: 'loud' } as never);
    const other = logger.child({ module: 'db' });
    logger.setLevel('notice', { module: 'db' });
    expect([child.level, other.level]).toEqual(['loud', 'notice']);
  });
});

describe('openDestination', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function ours() {
    const calls: unknown[] = [];
    const destination = {
      write: (text: string) => void calls.push(text),
      flush: (callback?: () => void) => {
        calls.push('flush');
        callback?.();
      },
      flushSync: (ms?: number) => void calls.push(['flushSync', ms]),
      close: () => Promise.resolve(),
      stats: () => ({ queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 }),
    } as unknown as Destination;
    return { destination, calls };
  }

  it('hands one of ours over without a wait at a fatal line, and passes a flush on', () => {
    const { destination, calls } = ours();
    const logger = pino({}, openDestination(destination, undefined).stream);
    logger.fatal('over');
    expect(calls).toEqual([expect.stringContaining('over'), ['flushSync', 0]]);
    let flushed = false;
    logger.flush(() => (flushed = true));
    expect([calls.at(-1), flushed]).toEqual(['flush', true]);
  });

  it('has no level of its own where the destination asks for none, and the destination’s where it does', () => {
    const plain = openDestination(ours().destination, undefined).stream;
    plain.lastLevel = 30;
    expect(plain.lastLevel).toBe(0);
    const { stream } = openDestination(
      [{ level: 'warn', destination: ours().destination }] as never,
      undefined,
    );
    stream.lastLevel = 40;
    expect(stream.lastLevel).toBe(40);
  });

  it('makes the transport that is named where there is no destination', () => {
    const made = {} as never;
    const transport = vi.spyOn(pino, 'transport').mockReturnValue(made);
    expect(openDestination(undefined, { target: 'pino/file' })).toEqual({ ours: undefined, stream: made });
    expect(transport).toHaveBeenCalledExactlyOnceWith({ target: 'pino/file' });
    openDestination(undefined, { target: 'pino/file' }, { notice: 35 });
    expect(transport).toHaveBeenLastCalledWith({ target: 'pino/file', levels: { notice: 35 } });
  });
});
