import { type LogLine, type LogQueryNs, nanoseconds } from '../../api/loki.ts';
import { ApiError } from '../../api/request.ts';
import { joinPages } from './lines-around.ts';

export const PAGE_LINES = 500;
/** The most that a server gives at once, unless it was told otherwise. Source: Loki's `max_entries_limit_per_query`. */
const MOST_LINES = 5000;

export interface OlderLines {
  /** The newest first; those of the last moment that is there already may be among them. */
  readonly lines: readonly LogLine[];
  /** There are no others before them. */
  readonly isEnd: boolean;
  /** Of one nanosecond there are more than the server gives of it from either end; the others are left out. */
  readonly isCut: boolean;
}

/** Asks for a part of the lines, the newest first unless it says `forward`. */
export type AskLines = (
  part: Pick<LogQueryNs, 'startNs' | 'endNs' | 'limit' | 'direction'>,
) => Promise<readonly LogLine[]>;

/**
 * The lines before those that are there. Where a whole page of them is of one nanosecond it asks for more at once, then for
 * those at its other end, and goes on to what was before it where that is all that the server gives.
 *
 * @param shown the newest first, at least one
 */
export async function olderLines(
  shown: readonly LogLine[],
  startMs: number,
  ask: AskLines,
  pageLines: number = PAGE_LINES,
): Promise<OlderLines> {
  const edgeNs = shown.at(-1)!.timeNs;
  const afterEdgeNs = String(BigInt(edgeNs) + 1n);
  const startNs = nanoseconds(startMs);
  const isNew = (lines: readonly LogLine[]): boolean => joinPages(shown, lines).length > shown.length;
  for (const limit of [pageLines, MOST_LINES]) {
    // oxlint-disable-next-line no-await-in-loop -- the second only where the first says nothing new
    const lines = await allowed(ask({ startNs, endNs: afterEdgeNs, limit }), limit);
    if (lines === undefined) break;
    const isEnd = lines.length < limit;
    if (isEnd || isNew(lines)) return { lines, isEnd, isCut: false };
  }
  let isCut = true;
  for (const limit of [MOST_LINES, pageLines]) {
    const other = ask({ startNs: edgeNs, endNs: afterEdgeNs, limit, direction: 'forward' });
    // oxlint-disable-next-line no-await-in-loop -- the second only where the first is more than the server gives
    const lines = await allowed(other, limit);
    if (lines === undefined) continue;
    if (isNew(lines)) return { lines, isEnd: false, isCut: false };
    // With less than two answers of it the ends have met.
    isCut = shown.filter(({ timeNs }) => timeNs === edgeNs).length >= 2 * limit;
    break;
  }
  const lines = await ask({ startNs, endNs: edgeNs, limit: pageLines });
  return { lines, isEnd: lines.length < pageLines, isCut };
}

/** A server that gives fewer at once says so: then undefined. */
async function allowed(
  asked: Promise<readonly LogLine[]>,
  limit: number,
): Promise<readonly LogLine[] | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (limit === MOST_LINES && error instanceof ApiError && error.status === 400) return undefined;
    throw error;
  }
}
