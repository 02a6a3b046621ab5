import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../create-logger.ts';
import type { Destination, DestinationKind } from './destination.ts';
import { multi, statsByKind } from './multi.ts';

function recorder(overrides: Partial<Destination> = {}) {
  const lines: string[] = [];
  const deadlines: (number | undefined)[] = [];
  const destination: Destination = {
    write: (text) => void lines.push(text),
    flushSync: (deadlineMs) => void deadlines.push(deadlineMs),
    flush: (callback) => callback?.(),
    close: () => Promise.resolve(),
    stats: () => ({ queued: 0, sent: lines.length, dropped: 0, bytes: 0, retried: 0 }),
    ...overrides,
  };
  return { destination, lines, deadlines };
}

function broken() {
  const fail = (): never => {
    throw new Error('broken');
  };
  return recorder({
    write: fail,
    flush: fail,
    flushSync: fail,
    close: () => Promise.reject(new Error('broken')),
  });
}

describe('multi', () => {
  it('gives each branch the lines of its level and above', () => {
    const all = recorder();
    const info = recorder();
    const errors = recorder();
    const log = pino(
      { level: 'trace' },
      multi([
        { destination: errors.destination, level: 'error' },
        all.destination,
        { destination: info.destination, level: 30 },
      ]),
    );
    log.debug('d');
    log.info('i');
    log.error('e');
    expect([all.lines.length, info.lines.length, errors.lines.length]).toEqual([3, 2, 1]);
  });

  it('knows the levels of the logger by their names', () => {
    const notices = recorder();
    const log = createLogger({ customLevels: { notice: 35 } }, [
      { destination: notices.destination, level: 'notice' },
    ]);
    log.info('i');
    log.notice('n');
    log.warn('w');
    expect(notices.lines).toHaveLength(2);
  });

  it('gives a nested one the level too', () => {
    const errors = recorder();
    const log = pino({}, multi([multi([{ destination: errors.destination, level: 'error' }])]));
    log.info('i');
    log.error('e');
    expect(errors.lines).toHaveLength(1);
  });

  it('writes, flushes and closes the others when one throws, and counts what that one did not take', async () => {
    const good = recorder();
    const both = multi([broken().destination, good.destination]);
    both.write('a\n');
    both.flushSync();
    const failure = await new Promise<Error | undefined>((resolve) => both.flush(resolve));
    await both.close();
    expect(good.lines).toEqual(['a\n']);
    expect(good.deadlines).toEqual([0, undefined]);
    expect(failure?.message).toBe('broken');
    expect(both.branchStats().map(({ sent, dropped }) => ({ sent, dropped }))).toEqual([
      { sent: 0, dropped: 1 },
      { sent: 1, dropped: 0 },
    ]);
    expect(both.stats()).toMatchObject({ sent: 1, dropped: 1 });
  });

  it('adds up what destinations of one kind did, and keeps the kinds apart', () => {
    const of = (kind?: DestinationKind): Destination => ({ ...recorder().destination, kind });
    const both = multi([of('stdout'), of('file'), of('file'), of()]);
    both.write('a\n');
    const sent = (stats: ReturnType<typeof statsByKind>): [string, number][] =>
      Object.entries(stats).map(([kind, did]) => [kind, did.sent]);
    expect(sent(statsByKind(both))).toEqual([
      ['stdout', 1],
      ['file', 2],
      ['other', 1],
    ]);
    expect(sent(statsByKind(of('loki')))).toEqual([['loki', 0]]);
  });

  it('hands the lines to all before it waits for the first', () => {
    const order: string[] = [];
    const slow = (name: string) =>
      recorder({
        flushSync: (deadlineMs) => void order.push(`${name} ${deadlineMs === 0 ? 'hand' : 'wait'}`),
      });
    multi([slow('a').destination, slow('b').destination]).flushSync(1000);
    expect(order).toEqual(['a hand', 'b hand', 'a wait', 'b wait']);
  });

  it('refuses a level that pino does not know', () => {
    expect(() => multi([{ destination: recorder().destination, level: 'loud' }])).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it('says that a flush failed also where what was thrown is no error', async () => {
    const odd = recorder({
      flush() {
        // oxlint-disable-next-line no-throw-literal -- what an app's own destination may do
        throw 'words';
      },
    });
    const failure = await new Promise<Error | undefined>((resolve) =>
      multi([odd.destination]).flush(resolve),
    );
    expect(failure?.message).toBe('words');
  });

  it('calls back when there is no branch at all', async () => {
    expect(await new Promise((resolve) => multi([]).flush(resolve))).toBeUndefined();
  });
});
