import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { ApiError } from '../../api/request.ts';
import { joinPages } from './lines-around.ts';
import { type AskLines, olderLines } from './older-lines.ts';

const START_MS = 1_795_687_000_000;
const line = (ms: number, index: number, ns = '000000'): LogLine => ({
  timeNs: `${START_MS + ms}${ns}`,
  line: `line ${index}`,
  labels: {},
});

/** A server with these lines, the newest first. */
function server(all: readonly LogLine[], mostLines = 5000) {
  const limits: number[] = [];
  const ask: AskLines = async ({ startNs, endNs, limit, direction = 'backward' }) => {
    limits.push(limit);
    if (limit > mostLines) throw new ApiError('max entries limit exceeded', 400);
    const within = all.filter(({ timeNs }) => timeNs >= startNs && timeNs < endNs);
    return (direction === 'forward' ? within.toReversed() : within).slice(0, limit);
  };
  return { ask, limits };
}

/** All that can be loaded, page by page. */
async function loadAll(all: readonly LogLine[], ask: AskLines) {
  let shown: readonly LogLine[] = all.slice(0, 500);
  let cut = false;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const { lines, isEnd, isCut } = await olderLines(shown, START_MS, ask);
    shown = joinPages(shown, lines);
    cut ||= isCut;
    if (isEnd) return { shown, cut };
  }
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

  it('asks for more where a page is of one nanosecond', async () => {
    const { ask, limits } = server(burst);
    const { lines, isEnd } = await olderLines(burst.slice(0, 500), START_MS, ask);
    expect([lines.length, isEnd, limits]).toEqual([1800, true, [500, 5000]]);
  });

  it('goes on within a millisecond of many lines that have nanoseconds', async () => {
    const all = Array.from({ length: 900 }, (_, index) => line(9, index, String(999_999 - index)));
    const { ask, limits } = server(all);
    const { lines, isEnd } = await olderLines(all.slice(0, 500), START_MS, ask);
    expect([lines.length, isEnd, limits]).toEqual([401, true, [500]]);
  });

  it('asks for those at the other end where there are more of one nanosecond than a server gives at once', async () => {
    const all = [
      ...Array.from({ length: 9000 }, (_, index) => line(9, index)),
      ...Array.from({ length: 30 }, (_, index) => line(8, 9000 + index)),
    ];
    const { shown, cut } = await loadAll(all, server(all).ask);
    expect([new Set(shown.map((each) => each.line)).size, shown.length, cut]).toEqual([9030, 9030, false]);
  });

  it('says that some are left out where both ends are not all of them, and goes on before', async () => {
    const { ask } = server(burst, 500);
    const { shown, cut } = await loadAll(burst, ask);
    expect([shown.length, cut]).toEqual([1000 + 600, true]);
  });

  it('fails with the server', async () => {
    const failure = new ApiError('away', 502);
    await expect(olderLines(burst, START_MS, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
