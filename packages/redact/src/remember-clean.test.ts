import { describe, expect, it } from 'vitest';
import { rememberClean } from './remember-clean.ts';

/** Secrets are in capitals. @returns the censor, and the texts that were looked at */
function watched(maxOthers?: number): { censor: (text: string) => string; seen: string[] } {
  const seen: string[] = [];
  const censor = rememberClean((text) => {
    seen.push(text);
    return text.replaceAll(/[A-Z]+/g, 'xx');
  }, maxOthers);
  return { censor, seen };
}

describe('rememberClean', () => {
  it.each([undefined, 2])(
    'looks once at a text that comes again, and always at one with a secret',
    (maxOthers) => {
      const { censor, seen } = watched(maxOthers);
      expect(['ab', 'ab', 'aB', 'aB', 'ab', ''].map(censor)).toEqual(['ab', 'ab', 'axx', 'axx', 'ab', '']);
      expect(seen).toEqual(['ab', 'aB', 'aB']);
    },
  );

  it('keeps one text of each length, and so many others as it is told', () => {
    const turns = ['ab', 'cd', 'ab', 'cd', 'efg', 'ab'];
    const [none, some] = [watched(), watched(2)];
    expect(turns.map(none.censor)).toEqual(turns);
    expect(none.seen).toEqual(['ab', 'cd', 'ab', 'cd', 'efg', 'ab']);
    turns.forEach(some.censor);
    // The third was one too many, and all are forgotten but the last ones.
    expect(some.seen).toEqual(['ab', 'cd', 'efg', 'ab']);
  });

  it('looks at a text of 257 characters each time, and at one of 256 once', () => {
    const { censor, seen } = watched(2);
    for (const length of [256, 256, 257, 257]) censor('a'.repeat(length));
    expect(seen.map((text) => text.length)).toEqual([256, 257, 257]);
  });
});
