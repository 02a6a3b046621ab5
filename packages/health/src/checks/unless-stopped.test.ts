import { describe, expect, it } from 'vitest';
import { unlessStopped } from './unless-stopped.ts';

const never = new Promise<never>(() => {});

describe('unlessStopped', () => {
  it('is what the promise is while nobody stops it', async () => {
    expect(await unlessStopped(Promise.resolve(7), new AbortController().signal)).toBe(7);
  });

  it('waits for nothing that is stopped, before or meanwhile', async () => {
    expect(await unlessStopped(never, AbortSignal.abort())).toBeUndefined();
    const stop = new AbortController();
    const waiting = unlessStopped(never, stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
  });
});
