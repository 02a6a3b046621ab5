import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/loki.ts';
import { type FollowState, followLines } from './follow-lines.ts';
import { type LiveCounts, createLiveBuffer } from './live-buffer.ts';

export interface LiveLines {
  /** The newest first. */
  readonly lines: readonly LogLine[];
  readonly counts: LiveCounts;
  /** Left out by the server. */
  readonly dropped: number;
  /** More came than was asked for. */
  readonly missed: boolean;
  readonly state: FollowState;
  readonly error: Error | undefined;
}

const MAX_LINES = 10_000;
const MAX_CHARACTERS = 32_000_000;
/** What comes faster than this cannot be followed by the eye either [ms]. */
const SHOW_EVERY_MS = 200;
const NOTHING: LiveLines = {
  lines: [],
  counts: { received: 0, waiting: 0, letGo: 0 },
  dropped: 0,
  missed: false,
  state: 'connecting',
  error: undefined,
};

/**
 * The lines of a query as they come in, in steps that a reader can follow.
 *
 * @param query undefined follows nothing
 * @param paused what comes waits, and its count goes on
 */
export function useLiveLines(query: string | undefined, paused: boolean): LiveLines {
  const [live, setLive] = useState<LiveLines>(NOTHING);
  const isPaused = useRef(paused);
  isPaused.current = paused;

  useEffect(() => {
    setLive(NOTHING);
    if (query === undefined) return undefined;
    const buffer = createLiveBuffer({ maxLines: MAX_LINES, maxCharacters: MAX_CHARACTERS });
    let state: FollowState = 'connecting';
    let error: Error | undefined;
    let dropped = 0;
    let missed = false;
    let changed = true;
    const stop = followLines(query, {
      onLines(lines) {
        buffer.add(lines);
        changed = true;
      },
      onDropped(count) {
        dropped += count;
        changed = true;
      },
      onMissed() {
        missed = true;
        changed = true;
      },
      onState(next, problem) {
        changed ||= next !== state || problem?.message !== error?.message;
        state = next;
        error = problem;
      },
    });
    let frame = 0;
    const timer = setInterval(() => {
      if (document.hidden) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (!changed && (isPaused.current || buffer.counts.waiting === 0)) return;
        changed = false;
        setLive((before) => ({
          lines: isPaused.current ? before.lines : buffer.show(),
          counts: buffer.counts,
          dropped,
          missed,
          state,
          error,
        }));
      });
    }, SHOW_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
      cancelAnimationFrame(frame);
    };
  }, [query]);
  return live;
}
