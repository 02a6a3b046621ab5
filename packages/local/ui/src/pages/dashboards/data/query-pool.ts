/** Asks servers, a few at a time, and the same only once. */
export interface QueryPool {
  /**
   * @param key what makes two questions the same
   * @param signal gives up this asker; the question itself is given up when nobody waits any more
   */
  ask<Data>(key: string, run: (signal: AbortSignal) => Promise<Data>, signal: AbortSignal): Promise<Data>;
}

interface Entry {
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  waiting: number;
  settledAtMs: number | undefined;
}

export interface QueryPoolOptions {
  /** At the same time. */
  readonly parallel: number;
  /** How long an answer is still given to others who ask the same [ms]. */
  readonly keepMs: number;
  /** At most so many answers are kept. */
  readonly keep: number;
  readonly now: () => number;
}

export function createQueryPool({ parallel, keepMs, keep, now }: QueryPoolOptions): QueryPool {
  const entries = new Map<string, Entry>();
  const queue: (() => void)[] = [];
  let running = 0;

  async function inTurn<Data>(
    run: (signal: AbortSignal) => Promise<Data>,
    signal: AbortSignal,
  ): Promise<Data> {
    if (running >= parallel) {
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
    } else running++;
    try {
      signal.throwIfAborted();
      return await run(signal);
    } finally {
      // The place goes on to the next one in the queue.
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  function start<Data>(key: string, run: (signal: AbortSignal) => Promise<Data>): Entry {
    const controller = new AbortController();
    const answer = inTurn(run, controller.signal);
    const entry: Entry = { answer, controller, waiting: 0, settledAtMs: undefined };
    entries.set(key, entry);
    void note(key, entry);
    return entry;
  }

  async function note(key: string, entry: Entry): Promise<void> {
    try {
      await entry.answer;
      entry.settledAtMs = now();
      forgetOld();
    } catch {
      // Whoever asked is told; it is asked again by the next one.
      if (entries.get(key) === entry) entries.delete(key);
    }
  }

  function forgetOld(): void {
    for (const [key, { settledAtMs }] of entries) {
      const isOld = settledAtMs !== undefined && now() - settledAtMs > keepMs;
      if (isOld || (settledAtMs !== undefined && entries.size > keep)) entries.delete(key);
    }
  }

  return {
    async ask<Data>(
      key: string,
      run: (signal: AbortSignal) => Promise<Data>,
      signal: AbortSignal,
    ): Promise<Data> {
      signal.throwIfAborted();
      forgetOld();
      const entry = entries.get(key) ?? start(key, run);
      entry.waiting++;
      try {
        return (await Promise.race([entry.answer, rejection(signal)])) as Data;
      } finally {
        entry.waiting--;
        if (entry.waiting === 0 && entry.settledAtMs === undefined) {
          if (entries.get(key) === entry) entries.delete(key);
          entry.controller.abort();
        }
      }
    },
  };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** That of the page: a browser opens six connections to a server. */
export const queryPool: QueryPool = createQueryPool({
  parallel: 6,
  keepMs: 4000,
  keep: 120,
  now: () => Date.now(),
});
