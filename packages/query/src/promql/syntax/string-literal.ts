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
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The text that a literal in `"`, `'` or a backquote stands for, with the escapes of Go.
 *
 * @returns undefined when it does not end, or has an escape that is none
 */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  const body = literal.slice(1, -1);
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  if (quote === '`') return body.includes('`') ? undefined : body;
  if ((quote !== '"' && quote !== "'") || body.includes('\n')) return undefined;
  if (!body.includes('\\') && !body.includes(quote)) return body;
  return unescaped(body, quote);
}

function unescaped(body: string, quote: string): string | undefined {
  // Escapes of bytes may together form one sign, so all of it is made of bytes.
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < body.length;) {
    const sign = body.charAt(at);
    if (sign === quote) return undefined;
    if (sign !== '\\') {
      const codePoint = body.codePointAt(at)!;
      const text = String.fromCodePoint(codePoint);
      bytes.push(...encoder.encode(text));
      at += text.length;
      continue;
    }
    const escape = readEscape(body, at + 1, quote);
    if (escape === undefined) return undefined;
    if (escape.isByte) bytes.push(escape.code);
    else bytes.push(...encoder.encode(String.fromCodePoint(escape.code)));
    at = escape.next;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function readEscape(
  body: string,
  at: number,
  quote: string,
): { code: number; isByte: boolean; next: number } | undefined {
  const sign = body.charAt(at);
  const length = hexDigits[sign];
  if (length !== undefined) {
    const digits = body.slice(at + 1, at + 1 + length);
    if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const code = Number.parseInt(digits, 16);
    return code > 0x10_ff_ff ? undefined : { code, isByte: sign === 'x', next: at + 1 + length };
  }
  const octal = /^[0-7]{3}/.exec(body.slice(at, at + 3))?.[0];
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return code > 255 ? undefined : { code, isByte: true, next: at + 3 };
  }
  // Only the quote around the text may be escaped, not the other one.
  if ((sign === "'" || sign === '"') && sign !== quote) return undefined;
  const code = simpleEscapes[sign];
  return code === undefined ? undefined : { code, isByte: true, next: at + 1 };
}
