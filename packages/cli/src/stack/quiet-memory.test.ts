import { describe, expect, it } from 'vitest';
import { saveMemoryWhenQuiet } from './quiet-memory.ts';

describe('saveMemoryWhenQuiet', () => {
  it('collects once after the start and after each load, and lets the heap grow while one is on', () => {
    const done: string[] = [];
    let taken = 0;
    let look: (() => void) | undefined;
    saveMemoryWhenQuiet({
      taken: () => taken,
      collect: () => done.push('collect'),
      setFlags: (flags) => done.push(flags),
      setTimer(each) {
        look = each;
        return { unref: () => undefined };
      },
    });
    for (const more of [10, 20, 50_000, 50_000, 30, 40]) {
      taken += more;
      look?.();
    }
    const quiet = ['--optimize-for-size', 'collect'];
    expect(done).toEqual([...quiet, '--no-optimize-for-size', ...quiet]);
  });

  it('lets the heap grow from a question on, until nobody has asked for a whole look', () => {
    const done: string[] = [];
    let look = (): void => {};
    const wake = saveMemoryWhenQuiet({
      taken: () => 0,
      collect: () => done.push('collect'),
      setFlags: (flags) => done.push(flags),
      setTimer(each) {
        look = each;
        return { unref: () => undefined };
      },
    });
    look();
    wake();
    wake();
    expect(done.splice(0)).toEqual(['--optimize-for-size', 'collect', '--no-optimize-for-size']);
    look();
    wake();
    look();
    expect(done).toEqual([]);
    look();
    expect(done).toEqual(['--optimize-for-size', 'collect']);
  });
});
