import { type LogLine, nanoseconds, queryLogsNs, readTailMessage, tailAddress } from '../../api/loki.ts';
import { hasToken } from '../../api/request.ts';
import { joinPages } from './lines-around.ts';
import { type AskLines, olderLines } from './older-lines.ts';

export type FollowState = 'connecting' | 'live' | 'polling' | 'failed';

export interface FollowTold {
  /** In the order of their times. */
  onLines(lines: readonly LogLine[]): void;
  /** Lines that the server left out, because this page did not keep up. */
  onDropped(count: number): void;
  /** More came between two questions than can be asked for; how many is not known. */
  onMissed(): void;
  onState(state: FollowState, error?: Error): void;
}

const POLL_EVERY_MS = 1000;
/** Lines of one answer. */
const POLL_LINES = 1000;
/** The most new lines that are asked for every time: more are not shown either. */
const MAX_NEW_LINES = 10_000;
/** How far back it begins. */
const BEGIN_MS = 60_000;
/** Services send their lines in batches, so that older ones come after newer ones of others: by at most so much [ms]. */
const LATE_MS = 10_000;

/**
 * Follows the lines of a query: over a WebSocket, or, where that fails or cannot carry the token, by asking again and
 * again.
 *
 * @returns what ends it
 */
export function followLines(query: string, told: FollowTold): () => void {
  const ended = new AbortController();
  if (hasToken()) void poll(query, Date.now() - BEGIN_MS, told, ended.signal);
  else overSocket(query, told, ended.signal);
  return () => ended.abort();
}

function overSocket(query: string, told: FollowTold, ended: AbortSignal): void {
  told.onState('connecting');
  const beganMs = Date.now();
  const socket = new WebSocket(tailAddress(query, beganMs - BEGIN_MS));
  /** The newest, which asking would bring again. */
  let newest: readonly LogLine[] = [];
  socket.addEventListener('open', () => told.onState('live'));
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    try {
      const { lines, dropped } = readTailMessage(data);
      if (lines.length > 0) {
        newest = [...newest, ...lines].slice(-POLL_LINES);
        told.onLines(lines);
      }
      if (dropped > 0) told.onDropped(dropped);
    } catch (error) {
      told.onState('failed', error instanceof Error ? error : new Error(String(error)));
      socket.close();
    }
  });
  socket.addEventListener('close', () => {
    if (ended.aborted) return;
    // The reason for a refusal is not told to scripts; asking says it in words.
    void poll(query, beganMs - BEGIN_MS, told, ended, newest);
  });
  ended.addEventListener('abort', () => socket.close());
}

const msOf = ({ timeNs }: LogLine): number => Number(timeNs.slice(0, -6));
const keyOf = ({ timeNs, line, labels }: LogLine): string => `${timeNs} ${JSON.stringify(labels)} ${line}`;

/**
 * Asks for what is newer than the last line, and for what came late; at first for the newest that one answer holds.
 *
 * @param known lines that were told of already
 */
async function poll(
  query: string,
  beginMs: number,
  told: FollowTold,
  ended: AbortSignal,
  known: readonly LogLine[] = [],
): Promise<void> {
  told.onState('polling');
  const seen = new Map(known.map((line) => [keyOf(line), msOf(line)]));
  // A line whose clock is ahead does not hide those that come until then.
  const lateFrom = (lines: Iterable<number>): number => {
    let newestMs = beginMs;
    for (const ms of lines) newestMs = Math.max(newestMs, ms);
    return Math.max(beginMs, Math.min(newestMs, Date.now()) - LATE_MS);
  };
  const ask: AskLines = (part) => queryLogsNs({ query, ...part }, ended);
  let isFirst = known.length === 0;
  while (!ended.aborted) {
    try {
      const startMs = lateFrom(seen.values());
      for (const [key, ms] of seen) if (ms < startMs) seen.delete(key);
      // oxlint-disable-next-line no-await-in-loop -- one question at a time
      const { found, isWhole } = await newestLines(startMs, ask, (line) => isFirst || seen.has(keyOf(line)));
      isFirst = false;
      const lines = found.filter((line) => !seen.has(keyOf(line))).toReversed();
      for (const line of lines) seen.set(keyOf(line), msOf(line));
      if (lines.length > 0) told.onLines(lines);
      if (!isWhole) told.onMissed();
      told.onState('polling');
    } catch (error) {
      if (ended.aborted) return;
      told.onState('failed', error instanceof Error ? error : new Error(String(error)));
    }
    // oxlint-disable-next-line no-await-in-loop -- one question at a time
    await pause(POLL_EVERY_MS, ended);
  }
}

/** The newest lines, the newest first: answer by answer until one ends with a line that is enough. */
async function newestLines(
  startMs: number,
  ask: AskLines,
  isEnough: (line: LogLine) => boolean,
): Promise<{ readonly found: readonly LogLine[]; readonly isWhole: boolean }> {
  const endNs = nanoseconds(Date.now() + 1000);
  let found = await ask({ startNs: nanoseconds(startMs), endNs, limit: POLL_LINES });
  let isEnd = found.length < POLL_LINES;
  let isWhole = true;
  while (!isEnd && !isEnough(found.at(-1)!)) {
    if (found.length >= MAX_NEW_LINES) return { found: found.slice(0, MAX_NEW_LINES), isWhole: false };
    // oxlint-disable-next-line no-await-in-loop -- each begins where the one before ended
    const older = await olderLines(found, startMs, ask, POLL_LINES);
    found = joinPages(found, older.lines);
    isEnd = older.isEnd;
    isWhole &&= !older.isCut;
  }
  return { found, isWhole };
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    ended.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
