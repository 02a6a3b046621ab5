import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createQuietTurns } from './quiet-turns.ts';

describe('createQuietTurns', () => {
  it('waits no longer than its limit for what comes in every turn, and is waited for again with each', async () => {
    let nowMs = 0;
    const turns = createQuietTurns(() => nowMs);
    const [session, act] = [{}, vi.fn<() => void>()];
    const wait = (): void => turns.wait(session, { limitMs: 250 }, act);
    wait();
    for (let at = 0; at < 3; at++) {
      expect(act).not.toHaveBeenCalled();
      turns.came(session);
      wait();
      nowMs += 100;
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await turn();
    }
    expect(act).toHaveBeenCalledOnce();
  });
});
