import { describe, expect, it, vi } from 'vitest';
import { type BodyReader, shareBody } from './shared-body.ts';

/** A body of so many parts of ten bytes, and how many of them were made. */
function countedBody(count: number, failsAt = Infinity) {
  const state = { made: 0, ended: false };
  async function* body(): AsyncGenerator<string> {
    try {
      for (let at = 0; at < count; at++) {
        if (at === failsAt) throw new Error('no more');
        state.made++;
        yield `part ${at}`.padEnd(10, '.');
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, body: body() };
}

async function restOf(reader: BodyReader): Promise<string> {
  let all = '';
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const part = await reader.next();
    if (part === undefined) return all;
    all += String(part);
  }
}

describe('shareBody', () => {
  it('makes each part once, whoever wants it first, and keeps it until all have it', async () => {
    const { state, body } = countedBody(5);
    const kept = { bytes: 0 };
    const onPart = vi.fn<() => void>();
    const shared = shareBody(body, kept, onPart);
    const [quick, slow] = [shared.enter(), shared.enter()];
    expect([shared.readers, state.made]).toEqual([2, 0]);
    const [one, other] = await Promise.all([quick.next(), slow.next()]);
    expect([String(one), state.made, kept.bytes]).toEqual(['part 0....', 1, 0]);
    expect(other).toBe(one);
    const rest = await restOf(quick);
    expect(kept.bytes).toBe(40);
    expect(await restOf(slow)).toBe(rest);
    expect([kept.bytes, state.made, onPart.mock.calls.length]).toEqual([0, 5, 5]);
  });

  it('ends when the last one goes, and not before', async () => {
    const { state, body } = countedBody(100);
    const kept = { bytes: 0 };
    const shared = shareBody(body, kept, () => {});
    const [one, other] = [shared.enter(), shared.enter()];
    await one.next();
    one.leave();
    await other.next();
    await other.next();
    expect(state).toEqual({ made: 2, ended: false });
    other.leave();
    await vi.waitFor(() => expect(state).toEqual({ made: 2, ended: true }), 20_000);
    expect([shared.readers, kept.bytes]).toEqual([0, 0]);
  });

  it('is whole for the next one when all have gone before it began', async () => {
    const shared = shareBody(countedBody(2).body, { bytes: 0 }, () => {});
    shared.enter().leave();
    expect(await restOf(shared.enter())).toBe('part 0....part 1....');
  });

  it('fails for all who read it', async () => {
    const shared = shareBody(countedBody(3, 1).body, { bytes: 0 }, () => {});
    const readers = [shared.enter(), shared.enter()];
    for (const reader of readers) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await reader.next();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(reader.next()).rejects.toThrow('no more');
    }
  });

  it('is kept for nobody who reads too slowly once too much is kept, of this body and of others', async () => {
    const kept = { bytes: 0 };
    const bodies = [0, 1].map(() => shareBody(countedBody(10).body, kept, () => {}, 120));
    const [slowOnes, quickOnes] = [0, 1].map(() => bodies.map((shared) => shared.enter()));
    const texts: string[] = [];
    for (const quick of quickOnes ?? []) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      texts.push(await restOf(quick));
      expect(kept.bytes).toBeLessThanOrEqual(120);
    }
    expect(texts.map(({ length }) => length)).toEqual([100, 100]);
    const [first, second] = slowOnes ?? [];
    // The first body was read when there was room.
    expect(await restOf(first as BodyReader)).toHaveLength(100);
    await expect(second?.next()).rejects.toThrow(/so slowly/);
    expect(kept.bytes).toBe(0);
  });
});
