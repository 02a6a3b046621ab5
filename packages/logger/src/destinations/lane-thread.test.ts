import { describe, expect, it } from 'vitest';
import { heapMib } from './lane-thread.ts';

describe('heapMib', () => {
  it.each([
    { waitingBytes: 0, expected: 256 },
    { waitingBytes: 32 * 1_048_576, expected: 256 },
    { waitingBytes: 512 * 1_048_576, expected: 1664 },
  ])(
    'has room for $waitingBytes bytes that wait, three times, and for the rest',
    ({ waitingBytes, expected }) => {
      expect(heapMib(waitingBytes)).toBe(expected);
    },
  );
});
