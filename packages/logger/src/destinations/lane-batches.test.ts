import { describe, expect, it } from 'vitest';
import { type LaneBatches, createLaneBatches } from './lane-batches.ts';

function sendAll(batches: LaneBatches): string[] {
  const texts: string[] = [];
  for (let text = batches.nextToSend(); text !== undefined; text = batches.nextToSend()) texts.push(text);
  return texts;
}

describe('createLaneBatches', () => {
  it('refuses what goes past its room, and takes more once something was acknowledged', () => {
    const batches = createLaneBatches(5);
    expect(batches.add('aa\n', 1)).toBe(true);
    expect(batches.add('bb\n', 1)).toBe(false);
    sendAll(batches);
    batches.acknowledge(1);
    expect(batches.add('bb\n', 1)).toBe(true);
    expect(batches.lines()).toBe(1);
  });

  it('sends each batch once, and after a rewind again those that were not acknowledged', () => {
    const batches = createLaneBatches(100);
    for (const text of ['a\n', 'b\n', 'c\n']) batches.add(text, 1);
    expect(sendAll(batches)).toEqual(['a\n', 'b\n', 'c\n']);
    expect(sendAll(batches)).toEqual([]);
    batches.acknowledge(1);
    expect(batches.rewind(true)).toBe(0);
    batches.add('d\n', 1);
    expect(sendAll(batches)).toEqual(['b\n', 'c\n', 'd\n']);
    batches.acknowledge(3);
    expect(batches.lines()).toBe(0);
  });

  it('gives a batch up that was sent three times, and tells its lines', () => {
    const batches = createLaneBatches(100);
    batches.add('a\nb\n', 2);
    for (let sends = 1; sends < 3; sends += 1) {
      sendAll(batches);
      expect(batches.rewind(true)).toBe(0);
    }
    sendAll(batches);
    expect(batches.rewind(true)).toBe(2);
    expect(batches.lines()).toBe(0);
  });

  it('gives nothing up that was only sent to threads that never came up', () => {
    const batches = createLaneBatches(100);
    batches.add('a\n', 1);
    for (let sends = 0; sends < 10; sends += 1) {
      expect(sendAll(batches)).toEqual(['a\n']);
      expect(batches.rewind(false)).toBe(0);
    }
  });

  it('counts on when the 32-bit counter wraps', () => {
    const batches = createLaneBatches(100);
    batches.acknowledge(0x7fff_ffff);
    batches.add('a\n', 1);
    batches.add('b\n', 1);
    sendAll(batches);
    batches.acknowledge(-0x8000_0000);
    expect(batches.lines()).toBe(1);
  });
});
