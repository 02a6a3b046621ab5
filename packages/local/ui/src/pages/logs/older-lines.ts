import { type LogLine, type LogQuery } from '../../api/loki.ts';
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
}

/**
 * The lines before those that are there. Where a whole page of them is of one millisecond it asks for more at once, and
 * goes on to what was before it where that is all that the server gives.
 *
 * @param shown the newest first
 */
export async function olderLines(
  shown: readonly LogLine[],
  startMs: number,
  ask: (range: Pick<LogQuery, 'startMs' | 'endMs' | 'limit'>) => Promise<readonly LogLine[]>,
): Promise<OlderLines> {
  const edgeMs = Number(shown.at(-1)?.timeNs.slice(0, -6));
  for (const limit of [PAGE_LINES, MOST_LINES]) {
    // oxlint-disable-next-line no-await-in-loop -- the second only where the first says nothing new
    const lines = await ask({ startMs, endMs: edgeMs + 1, limit }).catch((error: unknown) => {
      // A server that gives fewer says so.
      if (limit === MOST_LINES && error instanceof ApiError && error.status === 400) return undefined;
      throw error;
    });
    if (lines === undefined) break;
    const isEnd = lines.length < limit;
    if (isEnd || joinPages(shown, lines).length > shown.length) return { lines, isEnd };
  }
  const lines = await ask({ startMs, endMs: edgeMs, limit: PAGE_LINES });
  return { lines, isEnd: lines.length < PAGE_LINES };
}
