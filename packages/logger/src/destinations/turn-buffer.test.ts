import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_TURN_LENGTH, createTurnBuffer, type TurnClock } from './turn-buffer.ts';

/** By the global ones, as they are at each call. */
const clock: TurnClock = {
  atTurnEnd: (callback) => setImmediate(callback),
  after: (callback, delayMs) => setTimeout(callback, delayMs),
  nowMs: () => performance.now(),
};
const noRest = (): number => 0;

describe('createTurnBuffer', () => {
  const taken: string[] = [];
  beforeEach(() => {
    taken.length = 0;
    vi.useFakeTimers({ toFake: ['setImmediate'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('hands on the lines of one turn in one piece, when the turn ends', () => {
    const turn = createTurnBuffer((text) => taken.push(text), noRest, clock);
    turn.write('a\n');
    turn.write('b\n');
    expect(taken).toEqual([]);
    expect(turn.pendingLines()).toBe(2);
    vi.runAllTimers();
    expect(taken).toEqual(['a\nb\n']);
    turn.write('c\n');
    vi.runAllTimers();
    expect(taken).toEqual(['a\nb\n', 'c\n']);
  });

  it('never holds more than 64 Ki characters and one line, however long the turn', () => {
    const turn = createTurnBuffer((text) => taken.push(text), noRest, clock);
    const line = `${'x'.repeat(1023)}\n`;
    for (let written = 0; written < 200; written += 1) turn.write(line);
    expect(taken.length).toBeGreaterThan(2);
    for (const text of taken) expect(text.length).toBeLessThanOrEqual(MAX_TURN_LENGTH + line.length);
    vi.runAllTimers();
    expect(taken.join('')).toBe(line.repeat(200));
  });

  it('hands over once and nothing more when asked within the turn', () => {
    const turn = createTurnBuffer((text) => taken.push(text), noRest, clock);
    turn.write('a\n');
    turn.handOver();
    vi.runAllTimers();
    expect(taken).toEqual(['a\n']);
  });

  it('holds nothing back once writes go through', () => {
    const turn = createTurnBuffer((text) => taken.push(text), noRest, clock);
    turn.writeThrough();
    turn.write('a\n');
    expect(taken).toEqual(['a\n']);
  });

  it('keeps the order when a write happens while it hands over', () => {
    const turn = createTurnBuffer(
      (text) => {
        taken.push(text);
        if (text === 'a\n') turn.write('b\n');
      },
      noRest,
      clock,
    );
    turn.write('a\n');
    turn.handOver();
    turn.write('c\n');
    vi.runAllTimers();
    expect(taken).toEqual(['a\n', 'b\nc\n']);
  });

  describe('with a rest', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'performance'] });
    });

    it('hands on the first turn at once, and those that follow on it together once the rest is over', () => {
      const turn = createTurnBuffer(
        (text) => taken.push(text),
        () => 5,
        clock,
      );
      turn.write('a\n');
      vi.advanceTimersByTime(0);
      expect(taken).toEqual(['a\n']);
      for (const line of ['b\n', 'c\n', 'd\n']) {
        turn.write(line);
        vi.advanceTimersByTime(1);
      }
      expect(taken).toEqual(['a\n']);
      expect(turn.pendingLines()).toBe(3);
      vi.advanceTimersByTime(2);
      expect(taken).toEqual(['a\n', 'b\nc\nd\n']);
    });

    it('hands on at once what comes after a rest', () => {
      const turn = createTurnBuffer(
        (text) => taken.push(text),
        () => 5,
        clock,
      );
      turn.write('a\n');
      vi.advanceTimersByTime(5);
      turn.write('b\n');
      vi.advanceTimersByTime(0);
      expect(taken).toEqual(['a\n', 'b\n']);
    });

    it('lets no more than 8 Ki characters and one line wait for the end of a rest', () => {
      const turn = createTurnBuffer(
        (text) => taken.push(text),
        () => 5,
        clock,
      );
      const line = `${'x'.repeat(1023)}\n`;
      turn.write(line);
      vi.advanceTimersByTime(0);
      for (let written = 0; written < 20; written += 1) {
        turn.write(line);
        if (written % 3 === 0) vi.advanceTimersByTime(0);
      }
      expect(taken.map(({ length }) => length / line.length)).toEqual([1, 8, 8]);
      vi.runAllTimers();
      expect(taken.join('')).toBe(line.repeat(21));
    });

    it('hands over what a test writes while it has fake timers, and what is written after them', async () => {
      const turn = createTurnBuffer(
        (text) => taken.push(text),
        () => 1,
      );
      turn.write('a\n');
      await turnEnd();
      expect(taken).toEqual(['a\n']);
      turn.write('b\n');
      vi.useRealTimers();
      turn.write('c\n');
      await vi.waitFor(() => expect(taken.join('')).toBe('a\nb\nc\n'), 20_000);
      turn.write('d\n');
      await vi.waitFor(() => expect(taken.at(-1)).toBe('d\n'), 20_000);
    });

    it('hands over within the rest when asked, and past the longest text', () => {
      const turn = createTurnBuffer(
        (text) => taken.push(text),
        () => 5,
        clock,
      );
      turn.write('a\n');
      turn.handOver();
      turn.write('b\n');
      vi.advanceTimersByTime(1);
      turn.handOver();
      expect(taken).toEqual(['a\n', 'b\n']);
      turn.write('x'.repeat(MAX_TURN_LENGTH + 1));
      expect(taken).toHaveLength(3);
      vi.runAllTimers();
      expect(taken).toHaveLength(3);
    });
  });
});
