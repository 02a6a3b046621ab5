import { describe, expect, it } from 'vitest';
import { cutText, visibleText } from './visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['plain <b>text</b> & more', 'plain <b>text</b> & more'],
    ['\u001B[31mred\u001B[0m', '␛[31mred␛[0m'],
    ['a\u0000b\u007F', 'a␀b␡'],
    ['user\u202Egnp.exe', 'user⟨U+202E⟩gnp.exe'],
    ['zero\u200Bwidth\uFEFF', 'zero⟨U+200B⟩width⟨U+FEFF⟩'],
    ['\u0085next', '⟨U+0085⟩next'],
    ['half \uD800', 'half ⟨U+D800⟩'],
    ['two\nlines\tand', 'two\nlines\tand'],
    ['שלום 😀', 'שלום 😀'],
  ])('shows %j as %j', (text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it('shows line breaks and tabs where there is one line only', () => {
    expect(visibleText('two\nlines\r\tand', { oneLine: true })).toBe('two⏎lines␍⇥and');
  });
});

describe('cutText', () => {
  it('cuts between characters', () => {
    expect(cutText('abc', 3)).toEqual({ text: 'abc', cut: false });
    expect(cutText('abcd', 3)).toEqual({ text: 'abc', cut: true });
    expect(cutText('ab😀', 3)).toEqual({ text: 'ab', cut: true });
  });
});
