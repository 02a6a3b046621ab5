import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { ApiError } from '../../api/request.ts';
import { olderLines } from './older-lines.ts';

const line = (ms: number, index: number): LogLine => ({
  timeNs: `${1_795_687_000_000 + ms}000000`,
  line: `line ${index}`,
  labels: {},
});
const START_MS = 1_795_687_000_000;

/** A server with these lines, the newest first. */
function server(all: readonly LogLine[], mostLines = 5000) {
  const limits: number[] = [];
  const ask = async ({ endMs, limit }: { endMs: number; limit: number }): Promise<readonly LogLine[]> => {
    limits.push(limit);
    if (limit > mostLines) throw new ApiError('max entries limit exceeded', 400);
    return all.filter(({ timeNs }) => Number(timeNs.slice(0, -6)) < endMs).slice(0, limit);
  };
  return { ask, limits };
}

describe('olderLines', () => {
  it('gives the page before, and says when there are no others', async () => {
    const all = Array.from({ length: 700 }, (_, index) => line(700 - index, index));
    const { ask } = server(all);
    const { lines, isEnd } = await olderLines(all.slice(0, 500), START_MS, ask);
    expect([lines.length, isEnd]).toEqual([201, true]);
  });

  const burst = [
    ...Array.from({ length: 1200 }, (_, index) => line(9, index)),
    ...Array.from({ length: 600 }, (_, index) => line(8, index)),
  ];

  it('asks for more where a page is of one millisecond', async () => {
    const { ask, limits } = server(burst);
    const { lines, isEnd } = await olderLines(burst.slice(0, 500), START_MS, ask);
    expect([lines.length, isEnd, limits]).toEqual([1800, true, [500, 5000]]);
  });

  it('goes on to what was before it where the server gives no more', async () => {
    const { ask, limits } = server(burst, 500);
    const { lines, isEnd } = await olderLines(burst.slice(0, 500), START_MS, ask);
    expect([lines[0]?.timeNs, lines.length, isEnd, limits]).toEqual([
      line(8, 0).timeNs,
      500,
      false,
      [500, 5000, 500],
    ]);
  });

  it('fails with the server', async () => {
    const failure = new ApiError('away', 502);
    await expect(olderLines(burst, START_MS, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
