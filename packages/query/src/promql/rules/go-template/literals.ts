import { unquote } from '../../syntax/string-literal.ts';

/**
 * The value of a number in a template: an int when it is written as one, else a float.
 *
 * @returns `overflow` of an int that has no room in 64 bits; undefined when it is no number
 */
export function numberLiteral(text: string): number | bigint | 'overflow' | undefined {
  const isOdd = /^[+-]?0x/i.test(text) ? /__|_$/ : /__|_$|\._|_\.|_e|e_/i;
  if (isOdd.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const negative = plain.startsWith('-');
  const unsigned = plain.replace(/^[+-]/, '');
  const octal = /^0[0-7]+$/.test(unsigned) ? `0o${unsigned.slice(1)}` : unsigned;
  // What looks like an octal number and is none.
  if (/^0\d+$/.test(octal)) return 'overflow';
  if (/^(0x[\da-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(octal)) {
    const value = BigInt(octal.toLowerCase());
    if (value > (negative ? 2n ** 63n : 2n ** 63n - 1n)) return 'overflow';
    return negative ? -value : value;
  }
  const value = Number(unsigned);
  if (!Number.isFinite(value)) return undefined;
  return negative ? -value : value;
}

/** The code point of `'x'`; `several` when there are more, undefined when there is none. */
export function characterLiteral(text: string): bigint | 'several' | undefined {
  const [sign, ...rest] = unquote(text) ?? '';
  if (sign === undefined) return undefined;
  return rest.length > 0 ? 'several' : BigInt(sign.codePointAt(0)!);
}

/** The text of a string in quotes or backquotes; undefined when an escape in it is none. */
export function stringLiteral(text: string): string | undefined {
  // Carriage returns are no part of raw strings in Go.
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('\r', '') : unquote(text);
}
