import { goQuote } from '../../go-quote.ts';

/** A number, or why the text is none, in the words of Go. */
export type ParsedNumber = { readonly value: number } | { readonly problem: string };

// What follows a dot depends on the dot, so that no digits can be cut in two ways.
const decimal = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const hexadecimal = /^([+-]?)0[xX]_?([\da-fA-F_]*)(?:\.([\da-fA-F_]*))?[pP]([+-]?\d+)$/;
const word = /^([+-]?)(?:inf|infinity)$/i;
const plain = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Reads a number as Go's `strconv.ParseFloat` does: decimal, hexadecimal with an exponent, `inf` and `nan` in any case. */
export function parseGoFloat(text: string): ParsedNumber {
  if (plain.test(text)) return { value: Number(text) };
  if (decimal.test(text)) {
    const value = Number(text.includes('_') ? text.replaceAll('_', '') : text);
    return Number.isFinite(value) ? { value } : { problem: problemOf(text, 'value out of range') };
  }
  const infinite = word.exec(text);
  if (infinite !== null) return { value: infinite[1] === '-' ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { value: Number.NaN };
  const value = hexadecimalValue(text);
  if (value === undefined) return { problem: problemOf(text, 'invalid syntax') };
  return Number.isFinite(value) ? { value } : { problem: problemOf(text, 'value out of range') };
}

function problemOf(text: string, why: string): string {
  return `strconv.ParseFloat: parsing ${goQuote(text)}: ${why}`;
}

function hexadecimalValue(text: string): number | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = ''] = hexadecimal.exec(text) ?? [];
  const digits = (whole + fraction).replaceAll('_', '');
  if (exponent === '' || digits === '') return undefined;
  let mantissa = 0;
  for (const digit of digits) mantissa = mantissa * 16 + Number.parseInt(digit, 16);
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.replaceAll('_', '').length);
  return sign === '-' ? -value : value;
}
