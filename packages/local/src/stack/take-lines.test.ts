import { createMemoryLogs } from '@sightline/query/logql';
import { describe, expect, it } from 'vitest';
import { createLineTaker } from './take-lines.ts';

describe('createLineTaker', () => {
  it('counts lines whose end was cut off as stored, and as cut', async () => {
    const logs = createMemoryLogs({ maxLineLength: 3 });
    const taker = createLineTaker(logs, 60_000, () => 1000);
    const taken = await taker.take(function* push(sink) {
      for (const line of ['abc', 'abcd', 'efgh']) {
        sink.entry({ app: 'a' }, { timeNs: 1_000_000_000n, line, metadata: {} });
        yield;
      }
    });
    expect(taken).toEqual({ taken: 3, rejected: 0, reason: undefined });
    expect(taker.counts()).toEqual({ stored: 3, tooOld: 0, tooNew: 0, refused: 0, cut: 2 });
  });
});
