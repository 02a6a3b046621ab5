import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_TURN_LENGTH, createTurnBuffer } from './turn-buffer.ts';

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
    const turn = createTurnBuffer((text) => taken.push(text));
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
    const turn = createTurnBuffer((text) => taken.push(text));
    const line = `${'x'.repeat(1023)}\n`;
    for (let written = 0; written < 200; written += 1) turn.write(line);
    expect(taken.length).toBeGreaterThan(2);
    for (const text of taken) expect(text.length).toBeLessThanOrEqual(MAX_TURN_LENGTH + line.length);
    vi.runAllTimers();
    expect(taken.join('')).toBe(line.repeat(200));
  });

  it('hands over once and nothing more when asked within the turn', () => {
    const turn = createTurnBuffer((text) => taken.push(text));
    turn.write('a\n');
    turn.handOver();
    vi.runAllTimers();
    expect(taken).toEqual(['a\n']);
  });

  it('holds nothing back once writes go through', () => {
    const turn = createTurnBuffer((text) => taken.push(text));
    turn.writeThrough();
    turn.write('a\n');
    expect(taken).toEqual(['a\n']);
  });

  it('keeps the order when a write happens while it hands over', () => {
    const turn = createTurnBuffer((text) => {
      taken.push(text);
      if (text === 'a\n') turn.write('b\n');
    });
    turn.write('a\n');
    turn.handOver();
    turn.write('c\n');
    vi.runAllTimers();
    expect(taken).toEqual(['a\n', 'b\nc\n']);
  });
});
