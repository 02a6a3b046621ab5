const simpleEscapes: Readonly<Record<string, number>> = {
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
/** How many digits of base 16 follow. */
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** What a literal stands for, or what is wrong with it in the words of Prometheus. */
export type LiteralText = { readonly text: string } | { readonly problem: string };

/**
 * The text that a literal in `"`, `'` or a backquote stands for, with the escapes of Go.
 *
 * @param literal a whole token: its quote is at both ends, and in between only behind a backslash
 */
export function literalText(literal: string): LiteralText {
  const quote = literal.charAt(0);
  const body = literal.slice(1, -1);
  if (quote === '`') return { text: body };
  if (body.includes('\n')) return { problem: 'unterminated quoted string' };
  return body.includes('\\') ? unescaped(body, quote) : { text: body };
}

/** The same; undefined when something is wrong with it. */
export function unquote(literal: string): string | undefined {
  const read = literalText(literal);
  return 'text' in read ? read.text : undefined;
}

function unescaped(body: string, quote: string): LiteralText {
  // Escapes of bytes may together form one sign, so all of it is made of bytes.
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < body.length;) {
    if (body.charAt(at) !== '\\') {
      const codePoint = body.codePointAt(at)!;
      const text = String.fromCodePoint(codePoint);
      bytes.push(...encoder.encode(text));
      at += text.length;
      continue;
    }
    const escape = readEscape(body, at + 1, quote);
    if ('problem' in escape) return escape;
    if (escape.isByte) bytes.push(escape.code);
    else bytes.push(...encoder.encode(String.fromCodePoint(escape.code)));
    at = escape.next;
  }
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes)) };
}

type Escape = { readonly code: number; readonly isByte: boolean; readonly next: number };

/** Digits of an escape: how many, in which base, and the most that they may come to. */
function digitsOf(
  sign: string,
): { readonly length: number; readonly radix: 8 | 16; readonly most: number } | undefined {
  if (/^[0-7]$/.test(sign)) return { length: 3, radix: 8, most: 255 };
  const length = hexDigits[sign];
  return length === undefined ? undefined : { length, radix: 16, most: length === 2 ? 255 : 0x10_ff_ff };
}

function readEscape(body: string, at: number, quote: string): Escape | { readonly problem: string } {
  const sign = body.charAt(at);
  const digits = digitsOf(sign);
  if (digits !== undefined) return readDigits(body, digits.radix === 8 ? at : at + 1, quote, digits);
  // Only the quote around the text may be escaped, not the other one.
  const isOther = (sign === "'" || sign === '"') && sign !== quote;
  const code = isOther ? undefined : simpleEscapes[sign];
  return code === undefined
    ? { problem: `unknown escape sequence ${shown(body, at)}` }
    : { code, isByte: true, next: at + 1 };
}

function readDigits(
  body: string,
  from: number,
  quote: string,
  { length, radix, most }: NonNullable<ReturnType<typeof digitsOf>>,
): Escape | { readonly problem: string } {
  const digit = radix === 8 ? /^[0-7]$/ : /^[\da-f]$/i;
  for (let at = from; at < from + length; at += 1) {
    if (!digit.test(body.charAt(at)))
      return { problem: `illegal character ${shown(body + quote, at)} in escape sequence` };
  }
  const code = Number.parseInt(body.slice(from, from + length), radix);
  if (code > most || (code >= 0xd8_00 && code < 0xe0_00))
    return { problem: 'escape sequence is an invalid Unicode code point' };
  return { code, isByte: most === 255, next: from + length };
}

/** A sign as Go's `%#U` shows it: `U+0071 'q'`. */
function shown(text: string, at: number): string {
  const code = text.codePointAt(at)!;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
