const shortEscapes: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
};

/** The text in double quotes, as Go's `strconv.Quote` writes it. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) {
    quoted += shortEscapes[character] ?? (isPrintable(character) ? character : escapeOf(character));
  }
  return `${quoted}"`;
}

function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return String.raw`\x` + code.toString(16).padStart(2, '0');
  if (code < 0x1_00_00) return String.raw`\u` + code.toString(16).padStart(4, '0');
  return String.raw`\U` + code.toString(16).padStart(8, '0');
}
