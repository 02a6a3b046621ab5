const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

const escape = /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/**
 * What a quoted text of a query stands for: in backquotes itself, else with Go's escapes.
 *
 * @returns why there is none, in the words of Loki, when an escape is none or stands for no character
 */
export function unquote(quoted: string): { readonly text: string } | { readonly problem: string } {
  const text = quoted.slice(1, -1);
  if (quoted.startsWith('`') || !text.includes('\\')) return { text };
  const parts: (string | number)[] = [];
  let rawBytes = false;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('\\', at);
    if (next === -1) {
      parts.push(text.slice(at));
      break;
    }
    if (next > at) parts.push(text.slice(at, next));
    escape.lastIndex = next;
    const [whole, letter, octal, byte, short, long] = escape.exec(text) ?? [];
    if (whole === undefined) return { problem: 'invalid char escape' };
    at = next + whole.length;
    const codeText = short ?? long;
    if (codeText !== undefined) {
      const code = Number.parseInt(codeText, 16);
      if (code > 0x10_ff_ff) return { problem: 'invalid syntax' };
      // Half a pair of surrogates is no character by itself.
      parts.push(String.fromCodePoint(code).toWellFormed());
      continue;
    }
    const value = byteOf(letter, octal, byte);
    if (value > 255) return { problem: 'invalid syntax' };
    rawBytes ||= value >= 0x80;
    parts.push(value);
  }
  return { text: rawBytes ? decodeBytes(parts) : parts.map((part) => asText(part)).join('') };
}

function byteOf(letter: string | undefined, octal: string | undefined, byte: string | undefined): number {
  if (letter !== undefined) return simple[letter]!;
  return octal === undefined ? Number.parseInt(byte!, 16) : Number.parseInt(octal, 8);
}

function asText(part: string | number): string {
  return typeof part === 'string' ? part : String.fromCodePoint(part);
}

/** Bytes above 0x7f may be parts of a character. */
function decodeBytes(parts: readonly (string | number)[]): string {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') bytes.push(part);
    else for (const byte of encoder.encode(part)) bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
