const C0_PICTURES = 0x24_00;
/** Control and format characters, separators of lines, halves of pairs, and letters that are drawn as nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\u115F\u1160\u3164\uFFA0]/gu;
const BREAKS = /[\n\t]/g;

/**
 * A text of telemetry with everything that would not be seen, or would move what is seen, made visible: control
 * characters (also those of ANSI colours), marks that turn the direction of writing, characters without width.
 *
 * Line breaks and tabs stay; `oneLine` shows them, too.
 */
export function visibleText(text: string, { oneLine = false } = {}): string {
  const shown = text.replaceAll(HIDDEN, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(C0_PICTURES + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
  return oneLine ? shown.replaceAll(BREAKS, (character) => (character === '\n' ? '⏎' : '⇥')) : shown;
}

/** The beginning of a text, not cut within a character; and whether something was cut off. */
export function cutText(text: string, maxLength: number): { readonly text: string; readonly cut: boolean } {
  if (text.length <= maxLength) return { text, cut: false };
  const last = text.charCodeAt(maxLength - 1);
  const isHalf = last >= 0xd8_00 && last <= 0xdb_ff;
  return { text: text.slice(0, isHalf ? maxLength - 1 : maxLength), cut: true };
}
