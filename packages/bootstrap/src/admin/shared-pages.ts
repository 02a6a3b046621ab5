import { createPace } from './pace.ts';
import { type SharedBody, shareBody } from './shared-body.ts';

/** A page that is made while it is read. */
export interface PageInParts {
  /** Pages of one type are alike, whoever asks. */
  readonly contentType: string;
  readonly body: AsyncIterable<string | Uint8Array>;
}

/** Pages for many who ask, at once or again and again. */
export interface SharedPages {
  /**
   * Who comes too often waits for its turn, and those who wait at the same time get one page together. It is made after all of them
   * have asked.
   *
   * @param page of which nothing was read; it is left unread where another one is about to be made
   * @param signal aborts when the one who asked has gone away
   * @throws {Error} while it is read, once the signal aborts
   */
  read(page: PageInParts, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>;
}

/** For how much of all this there is room: each part that is made is one, and each answer. */
const COST_PER_SECOND = 100;
/** A test may read the page a hundred times in a row, and a pair of Prometheus may ask at the same time. */
const BURST_COST = 200;
/**
 * On top, for a page that is shared, and for one that somebody does not read to its end: what a few scrapers hardly do, and who
 * does it can do it again and again.
 */
const UNUSUAL_COST = 20;
/** One that would begin so soon after another one waits for those who ask at the same time [ms]. */
const SOON_MS = 20;
const GATHERING_MS = 2;

/** One that is made, or is about to be. */
interface Copy {
  readonly body: SharedBody;
  readonly turn: PromiseWithResolvers<void>;
  hasBegun: boolean;
  isUnusual: boolean;
}

export function createSharedPages(nowMs: () => number = () => performance.now()): SharedPages {
  const pace = createPace({ perSecond: COST_PER_SECOND, burst: BURST_COST }, nowMs);
  const kept = { bytes: 0 };
  /** By content type. */
  const waiting = new Map<string, Copy>();
  let beganAtMs = -Infinity;

  function begin(contentType: string, copy: Copy): void {
    waiting.delete(contentType);
    copy.turn.resolve();
    const { readers } = copy.body;
    if (readers === 0) return;
    copy.hasBegun = true;
    beganAtMs = nowMs();
    pace.take(readers);
    if (readers > 1) countUnusual(copy);
  }

  function countUnusual(copy: Copy): void {
    if (copy.isUnusual) return;
    copy.isUnusual = true;
    pace.take(UNUSUAL_COST);
  }

  function queueUp({ contentType, body }: PageInParts): Copy {
    const copy: Copy = {
      body: shareBody(body, kept, () => pace.take(1)),
      turn: Promise.withResolvers(),
      hasBegun: false,
      isUnusual: false,
    };
    waiting.set(contentType, copy);
    const waitMs = Math.max(pace.waitMs(), nowMs() - beganAtMs < SOON_MS ? GATHERING_MS : 0);
    // Not before the one who asks has entered.
    if (waitMs === 0) queueMicrotask(() => begin(contentType, copy));
    else setTimeout(begin, waitMs, contentType, copy).unref();
    return copy;
  }

  return {
    async *read(page, signal) {
      signal.throwIfAborted();
      const copy = waiting.get(page.contentType) ?? queueUp(page);
      const reader = copy.body.enter();
      let isWhole = false;
      try {
        await turnOrAbort(copy.turn.promise, signal);
        for (;;) {
          signal.throwIfAborted();
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          const part = await reader.next();
          if (part === undefined) break;
          yield part;
        }
        isWhole = true;
      } finally {
        reader.leave();
        if (!isWhole && copy.hasBegun) countUnusual(copy);
      }
    },
  };
}

function turnOrAbort(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    void turn.then(end);
    if (signal.aborted) end();
  });
}
