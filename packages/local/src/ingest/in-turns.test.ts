import { describe, expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';

describe('inTurns', () => {
  it('lets others work between the steps of something long, and returns what the last one says', async () => {
    let others = 0;
    let isDone = false;
    function other(): void {
      others += 1;
      if (!isDone) setImmediate(other);
    }
    setImmediate(other);
    function* steps(): Generator<undefined, string> {
      for (let at = 0; at < 64; at++) {
        const endMs = performance.now() + 1;
        while (performance.now() < endMs);
        yield;
      }
      return 'done';
    }
    expect(await inTurns(steps())).toBe('done');
    isDone = true;
    expect(others).toBeGreaterThan(1);
  });

  it('rejects with what a step throws', async () => {
    function* steps(): Generator<undefined, void> {
      yield;
      throw new Error('no');
    }
    await expect(inTurns(steps())).rejects.toThrow('no');
  });
});
