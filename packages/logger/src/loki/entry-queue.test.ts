import { describe, expect, it } from 'vitest';
import { createEntryQueue } from './entry-queue.ts';
import type { LokiEntry } from './entry.ts';

function entryOf(n: number): LokiEntry {
  return { labelsJson: '{}', valueJson: String(n), bytes: n % 7 };
}

describe('createEntryQueue', () => {
  it('gives all out in the order in which they came, and knows their count and size throughout', () => {
    const queue = createEntryQueue();
    let [pushed, shifted, bytes] = [0, 0, 0];
    const push = (count: number): void => {
      for (let each = 0; each < count; each += 1) {
        queue.push(entryOf(pushed));
        bytes += pushed % 7;
        pushed += 1;
      }
    };
    const shift = (count: number): void => {
      for (let each = 0; each < count; each += 1) {
        expect(queue.peek()?.valueJson).toBe(String(shifted));
        expect(queue.shift()?.valueJson).toBe(String(shifted));
        bytes -= shifted % 7;
        shifted += 1;
      }
      expect([queue.lines, queue.bytes]).toEqual([pushed - shifted, bytes]);
    };
    // More than it holds on to of what has left, at the front, and at the end of what there is.
    push(3_000);
    shift(1_600);
    push(500);
    shift(1_899);
    push(2);
    shift(3);
    expect([queue.peek(), queue.shift(), queue.lines, queue.bytes]).toEqual([undefined, undefined, 0, 0]);
  });
});
