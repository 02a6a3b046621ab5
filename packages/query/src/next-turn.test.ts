import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextTurn } from './next-turn.ts';

describe('nextTurn', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['setImmediate', undefined],
    ['a channel, as in a browser', ['setImmediate', undefined]],
  ] as const)('lets what waits already come first, with %s', async (_, missing) => {
    const order: string[] = [];
    const ports = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;
    const before = ports();
    if (missing !== undefined) vi.stubGlobal(...missing);
    const turn = nextTurn().then(() => order.push('turn'));
    queueMicrotask(() => order.push('microtask'));
    await turn;
    expect(order).toEqual(['microtask', 'turn']);
    // The channel is closed: nothing of it keeps a process alive.
    await vi.waitFor(() => expect(ports()).toBeLessThanOrEqual(before), { timeout: 20_000 });
  });
});
