import { describe, expect, it } from 'vitest';
import { openCore } from './core.ts';
import { localOptionsSchema } from './options.ts';

describe('openCore', () => {
  it('tells those who wait for lines of lines alone', async () => {
    const core = await openCore({
      options: localOptionsSchema.parse({}),
      journal: undefined,
      now: Date.now,
      onProblem: () => undefined,
    });
    const { signal } = new AbortController();
    const told: string[] = [];
    void core.newLines.next(signal).then(() => told.push('lines'));
    const changed = core.changes.next(signal);
    await core.ingest.traces({});
    await core.ingest.metrics({});
    await changed;
    expect(told).toEqual([]);
    const changedAgain = core.changes.next(signal);
    await core.ingest.logs({});
    await changedAgain;
    expect(told).toEqual(['lines']);
  });
});
