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
});
