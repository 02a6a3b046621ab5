import { describe, expect, it } from 'vitest';
import { fakeClock, settled } from '../fake-clock.fixture.ts';
import { heldCheck } from '../observed-health.fixture.ts';
import { type RunEnd, startRun } from './run.ts';

const TIMEOUT_MS = 800;

/** A run on a fake clock, with what it told. */
function started(check: (signal: AbortSignal) => unknown, clock = fakeClock()) {
  const ends: RunEnd[] = [];
  const settledLate: boolean[] = [];
  const run = startRun({
    check,
    timeoutMs: TIMEOUT_MS,
    clock,
    onEnd: (end) => ends.push(end),
    onSettled: (late) => settledLate.push(late),
  });
  return { run, clock, ends, settledLate };
}

describe('startRun', () => {
  it('says that a check that answers at once took no time, also when the clock goes back', async () => {
    const { ends } = started(() => true);
    await settled();
    expect(ends).toMatchObject([{ timedOut: false, durationMs: 0, outcome: { status: 'up' } }]);

    let nowMs = 1000;
    const back = started(() => true, { ...fakeClock(), nowMs: () => (nowMs -= 10) });
    await settled();
    expect(back.ends).toMatchObject([{ durationMs: 0 }]);
  });

  it('leaves the signal of a check alone that ended in time, and no timer', async () => {
    const held = heldCheck();
    const { clock, ends, settledLate, run } = started(held.check);
    await clock.advance(TIMEOUT_MS - 1);
    held.runs[0]?.end(true);
    await settled();
    expect(ends).toMatchObject([{ timedOut: false, durationMs: TIMEOUT_MS - 1 }]);
    expect(settledLate).toEqual([false]);
    expect(clock.pending).toBe(0);
    run.abandon();
    expect(held.runs[0]?.signal.aborted).toBe(false);
  });

  it('ends after its timeout, aborts with the reason, and tells when the check ends after all', async () => {
    const held = heldCheck();
    const { clock, ends, settledLate } = started(held.check);
    await clock.advance(TIMEOUT_MS);
    const outcome = { status: 'down', reason: 'no answer within 800 ms' };
    expect(ends).toMatchObject([{ timedOut: true, durationMs: TIMEOUT_MS, outcome }]);
    expect(held.runs[0]?.signal.reason).toMatchObject({ name: 'TimeoutError', message: outcome.reason });
    held.runs[0]?.fail(new Error('late'));
    await settled();
    expect(ends).toHaveLength(1);
    expect(settledLate).toEqual([true]);
  });

  it.each([
    { lateMs: 50, ends: 1 },
    { lateMs: 51, ends: 0 },
  ])('$ends times over when its timer comes $lateMs ms late', async ({ lateMs, ends }) => {
    const { clock, ends: told } = started(heldCheck().check);
    await clock.jump(TIMEOUT_MS + lateMs);
    expect(told).toHaveLength(ends);
    await clock.advance(49);
    expect(told).toHaveLength(ends);
    await clock.advance(1);
    expect(told).toMatchObject([{ timedOut: true }]);
  });

  it.each([
    { blockedMs: 799, timedOut: false },
    { blockedMs: 800, timedOut: true },
  ])('timed out is $timedOut when the check blocks for $blockedMs ms', async ({ blockedMs, timedOut }) => {
    const clock = fakeClock();
    let nowMs = 0;
    const { ends } = started(
      () => {
        nowMs += blockedMs;
        return true;
      },
      { ...clock, nowMs: () => nowMs },
    );
    await settled();
    expect(ends).toMatchObject([{ timedOut, durationMs: blockedMs }]);
  });

  it('that is abandoned aborts the check, and has no end', async () => {
    const held = heldCheck();
    const { clock, ends, settledLate, run } = started(held.check);
    run.abandon();
    expect(held.runs[0]?.signal.reason).toMatchObject({ name: 'AbortError' });
    expect(clock.pending).toBe(0);
    held.runs[0]?.end(true);
    await settled();
    expect(ends).toEqual([]);
    expect(settledLate).toEqual([true]);
  });
});
