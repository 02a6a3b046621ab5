import { describe, expect, it } from 'vitest';
import { createQueryPool } from './query-pool.ts';

function setup(parallel = 2) {
  let timeMs = 0;
  const asked: {
    readonly key: string;
    readonly signal: AbortSignal;
    answer(value: unknown): void;
    fail(): void;
  }[] = [];
  const pool = createQueryPool({ parallel, keepMs: 100, keep: 10, now: () => timeMs });
  return {
    asked,
    ask: (key: string, signal: AbortSignal = new AbortController().signal) =>
      pool.ask(
        key,
        (own) =>
          new Promise((resolve, reject) => {
            asked.push({ key, signal: own, answer: resolve, fail: () => reject(new Error('no')) });
          }),
        signal,
      ),
    advance(ms: number): void {
      timeMs += ms;
    },
  };
}
const settle = async (): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop -- each turn lets the next one run
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('createQueryPool', () => {
  it('asks the same once for all who want it, also shortly after', async () => {
    const { ask, asked, advance } = setup();
    const both = [ask('a'), ask('a')];
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(7);
    expect(await Promise.all(both)).toEqual([7, 7]);
    expect(await ask('a')).toBe(7);
    advance(101);
    const later = ask('a');
    await settle();
    asked[1]?.answer(8);
    expect(await later).toBe(8);
  });

  it('asks so many at a time and no more, in turn', async () => {
    const { ask, asked } = setup(2);
    const all = ['a', 'b', 'c'].map((key) => ask(key));
    await settle();
    expect(asked.map(({ key }) => key)).toEqual(['a', 'b']);
    asked[0]?.answer(1);
    await settle();
    expect(asked.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    for (const each of asked) each.answer(1);
    await Promise.all(all);
  });

  it('gives the question up only when the last one who wants it has gone', async () => {
    const { ask, asked } = setup();
    const [one, other] = [new AbortController(), new AbortController()];
    const answers = [ask('a', one.signal), ask('a', other.signal)].map((each) => each.catch(() => 'gone'));
    await settle();
    one.abort();
    await settle();
    expect(asked[0]?.signal.aborted).toBe(false);
    other.abort();
    expect(await Promise.all(answers)).toEqual(['gone', 'gone']);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it('never begins what was given up while it waited, and goes on with the next', async () => {
    const { ask, asked } = setup(1);
    const waiting = new AbortController();
    const first = ask('a');
    const second = ask('b', waiting.signal).catch(() => 'gone');
    const third = ask('c');
    await settle();
    waiting.abort();
    await second;
    asked[0]?.answer(1);
    await first;
    await settle();
    expect(asked.map(({ key }) => key)).toEqual(['a', 'c']);
    asked[1]?.answer(3);
    expect(await third).toBe(3);
  });

  it('forgets a failure, so that it is asked again', async () => {
    const { ask, asked } = setup();
    const failed = ask('a').catch((error: Error) => error.message);
    await settle();
    asked[0]?.fail();
    expect(await failed).toBe('no');
    const again = ask('a');
    await settle();
    asked[1]?.answer(2);
    expect(await again).toBe(2);
  });
});
