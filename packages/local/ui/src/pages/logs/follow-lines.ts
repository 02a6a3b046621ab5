import { type LogLine, compareTimes, queryLogs, readTailMessage, tailAddress } from '../../api/loki.ts';
import { hasToken } from '../../api/request.ts';

export type FollowState = 'connecting' | 'live' | 'polling' | 'failed';

export interface FollowTold {
  /** In the order of their times. */
  onLines(lines: readonly LogLine[]): void;
  /** Lines that the server left out, because this page did not keep up. */
  onDropped(count: number): void;
  onState(state: FollowState, error?: Error): void;
}

const POLL_EVERY_MS = 1000;
const POLL_LINES = 1000;
/** How far back it begins. */
const BEGIN_MS = 60_000;

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
  let lastNs = '';
  socket.addEventListener('open', () => told.onState('live'));
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    try {
      const { lines, dropped } = readTailMessage(data);
      lastNs = lines.at(-1)?.timeNs ?? lastNs;
      if (lines.length > 0) told.onLines(lines);
      if (dropped > 0) told.onDropped(dropped);
    } catch (error) {
      told.onState('failed', error instanceof Error ? error : new Error(String(error)));
      socket.close();
    }
  });
  socket.addEventListener('close', () => {
    if (ended.aborted) return;
    // The reason for a refusal is not told to scripts; asking says it in words.
    const fromMs = lastNs === '' ? beganMs - BEGIN_MS : Number(lastNs.slice(0, -6));
    void poll(query, fromMs, told, ended, lastNs);
  });
  ended.addEventListener('abort', () => socket.close());
}

/** Asks for what is newer than the last line. Of more lines than one answer holds the newest count. */
async function poll(
  query: string,
  fromMs: number,
  told: FollowTold,
  ended: AbortSignal,
  afterNs = '',
): Promise<void> {
  told.onState('polling');
  let lastNs = afterNs;
  let startMs = fromMs;
  while (!ended.aborted) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one question at a time
      const found = await queryLogs(
        { query, startMs, endMs: Date.now() + 1000, limit: POLL_LINES, direction: 'backward' },
        ended,
      );
      const lines = found
        .filter(({ timeNs }) => lastNs === '' || compareTimes(timeNs, lastNs) > 0)
        .toReversed();
      const newest = lines.at(-1)?.timeNs;
      if (newest !== undefined) {
        lastNs = newest;
        startMs = Number(newest.slice(0, -6));
        told.onLines(lines);
      }
      told.onState('polling');
    } catch (error) {
      if (ended.aborted) return;
      told.onState('failed', error instanceof Error ? error : new Error(String(error)));
    }
    // oxlint-disable-next-line no-await-in-loop -- one question at a time
    await pause(POLL_EVERY_MS, ended);
  }
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
