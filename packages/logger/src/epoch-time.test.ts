import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEpochTime } from './epoch-time.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('createEpochTime', () => {
  it('writes what pino does, also when the clock goes on or is set back', () => {
    const epochTime = createEpochTime();
    for (const nowMs of [1_793_000_000_000, 1_793_000_000_000, 1_793_000_000_001, 946_684_800_000, 0]) {
      vi.useFakeTimers({ now: nowMs });
      expect(epochTime()).toBe(`,"time":${nowMs}`);
      expect(epochTime()).toBe(pino.stdTimeFunctions.epochTime());
    }
  });
});
