import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textDiff } from './text-diff.ts';

describe('textDiff', () => {
  it('is empty for the same text', () => {
    expect(textDiff('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  it('shows what changed with three lines around it', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    expect(textDiff(lines.join('\n'), lines.with(9, 'new').join('\n'))).toEqual([
      '@@ -7 +7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+new',
      ' line 11',
      ' line 12',
      ' line 13',
    ]);
  });

  it('has every line of both texts that they do not share, in order', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = textDiff(before.join('\n'), after.join('\n')).filter((line) => !line.startsWith('@@'));
        const without = (sign: string): string[] =>
          lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
        // With the context, each side is a part of its text.
        expect(isWithin(without('+'), before)).toBe(true);
        expect(isWithin(without('-'), after)).toBe(true);
        const change = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
        expect(change('+') - change('-')).toBe(Math.max(1, after.length) - Math.max(1, before.length));
      }),
    );
  });

  function isWithin(part: readonly string[], whole: readonly string[]): boolean {
    let at = 0;
    const lines = whole.length === 0 ? [''] : whole;
    for (const line of lines) if (line === part[at]) at += 1;
    return at === part.length;
  }
});
