import { describe, expect, it } from 'vitest';
import { heapMib } from './lane-thread.ts';

describe('heapMib', () => {
  it.each([
    { waitingBytes: 0, maxInFlightBytes: 32 * 1_048_576, expected: 256 },
    { waitingBytes: 32 * 1_048_576, maxInFlightBytes: 65_536, expected: 256 },
    { waitingBytes: 512 * 1_048_576, maxInFlightBytes: 32 * 1_048_576, expected: 1664 },
    { waitingBytes: 0, maxInFlightBytes: 132 * 1_048_576, expected: 1056 },
  ])(
    'has room for $waitingBytes bytes that wait, three times, for one line of $maxInFlightBytes and for the rest',
    ({ expected, ...room }) => {
      expect(heapMib(room)).toBe(expected);
    },
  );
});
