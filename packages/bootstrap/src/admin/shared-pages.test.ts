import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSharedPages } from './shared-pages.ts';
import type { PageInParts, SharedPages } from './shared-pages.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Pages that say when they were begun, of so many parts each. */
function setUp(partCount = 1) {
  const pages = createSharedPages(() => Date.now());
  const begun: number[] = [];
  let parts = 0;
  function page(contentType = 'text'): PageInParts {
    return {
      contentType,
      body: (async function* () {
        begun.push(Date.now() - startMs);
        for (let at = 0; at < partCount; at++) {
          parts++;
          yield `${contentType} ${begun.length}.${at}`;
        }
      })(),
    };
  }
  const startMs = Date.now();
  return { pages, page, begun, partsMade: () => parts };
}

async function read(pages: SharedPages, page: PageInParts, signal = new AbortController().signal) {
  let all = '';
  for await (const part of pages.read(page, signal)) all += String(part);
  return all;
}

describe('createSharedPages', () => {
  it('makes a page at once for one who asks now and then, and one for each of a hundred in a row', async () => {
    const { pages, page, begun } = setUp();
    expect(await read(pages, page())).toBe('text 1.0');
    for (let at = 2; at <= 100; at++) {
      const next = read(pages, page());
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await vi.advanceTimersByTimeAsync(2);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await next).toBe(`text ${at}.0`);
    }
    expect(begun.at(-1)).toBe(2 * 99);
  });

  it('makes one page for all of a type who ask at the same time, after they have asked', async () => {
    const { pages, page, begun } = setUp(2);
    await read(pages, page());
    const texts = Promise.all(
      [...Array.from({ length: 20 }, () => page()), page('openmetrics')].map((each) => read(pages, each)),
    );
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual([0, 2, 2]);
    expect(new Set(await texts)).toEqual(new Set(['text 2.0text 2.1', 'openmetrics 3.0openmetrics 3.1']));
  });

  it('makes few of them for many who ask again and again, and never one that is older than the question', async () => {
    const { pages, page, begun } = setUp();
    const ages: number[] = [];
    const endsMs = Date.now() + 60_000;
    async function askAgain(): Promise<void> {
      while (Date.now() < endsMs) {
        const askedMs = begun.length;
        // oxlint-disable-next-line no-await-in-loop -- again and again
        const text = await read(pages, page());
        ages.push(Number(/ (\d+)/.exec(text)?.[1]) - askedMs);
        // oxlint-disable-next-line no-await-in-loop -- again and again
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const asking = Array.from({ length: 20 }, askAgain);
    await vi.advanceTimersByTimeAsync(70_000);
    await Promise.all(asking);
    expect(Math.min(...ages)).toBe(1);
    expect(begun.length / 60).toBeLessThan(3);
    // Nobody is forgotten.
    expect(ages.length).toBeGreaterThan(20 * 100);
  });

  it('makes few of them for one who never reads them to the end', async () => {
    const { pages, page, begun, partsMade } = setUp(100);
    const endsMs = Date.now() + 60_000;
    const cutting = (async () => {
      while (Date.now() < endsMs) {
        // oxlint-disable-next-line no-await-in-loop -- again and again
        for await (const _ of pages.read(page(), new AbortController().signal)) break;
        // oxlint-disable-next-line no-await-in-loop -- again and again
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await vi.advanceTimersByTimeAsync(70_000);
    await cutting;
    expect(begun.length / 60).toBeLessThan(5);
    // The rest of each is never made.
    expect(partsMade()).toBe(begun.length);
  });

  it('makes none when all have gone away before their turn, and goes on with those who come then', async () => {
    const { pages, page, begun } = setUp();
    await read(pages, page());
    const gone = new AbortController();
    const waiting = read(pages, page(), gone.signal);
    gone.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toEqual([0]);
    expect(await read(pages, page())).toBe('text 2.0');
    await expect(read(pages, page(), gone.signal)).rejects.toThrow('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });
});
