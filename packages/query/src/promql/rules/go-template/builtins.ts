import {
  type GoFunction,
  type GoFunctions,
  type GoValue,
  compareTexts,
  goText,
  isTrue,
  typeName,
} from './go-value.ts';
import { checkLength, sprintf } from './sprintf.ts';

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '�',
};

/** As Go escapes for HTML. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0]/g, (sign) => htmlEscapes[sign]!);
}

function escapeJs(text: string): string {
  return Array.from(text, (sign) => {
    if (sign === '\\') return String.raw`\\`;
    if (sign === "'") return String.raw`\'`;
    if (sign === '"') return String.raw`\"`;
    const code = sign.codePointAt(0)!;
    if ('<>&='.includes(sign) || code < 0x20) return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    return sign;
  }).join('');
}

/** As Go escapes for the query of a URL: a space is a plus. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.codePointAt(0)!.toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Operands side by side, with spaces between two that are both no text. */
function print(values: readonly GoValue[]): string {
  return joined(
    values.map((value, at) => {
      const isApart = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
      return (isApart ? ' ' : '') + goText(value);
    }),
    '',
  );
}

function joined(texts: readonly string[], separator: string): string {
  checkLength(texts.reduce((sum, text) => sum + text.length, 0));
  return texts.join(separator);
}

function textOf(values: readonly GoValue[]): string {
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : print(values);
}

type Basic = string | number | bigint | boolean;

function basic(value: GoValue): Basic {
  if (value === undefined || typeof value === 'object') throw new Error('invalid type for comparison');
  return value;
}

function incompatible(left: GoValue, right: GoValue): string {
  return `incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`;
}

function isEqual(left: GoValue, right: GoValue): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (typeof left !== typeof right) throw new Error(incompatible(left, right));
  // Structs and times are pointers here, which are equal when they are one.
  if (typeof left === 'object' && left.kind !== 'object')
    throw new Error(`non-comparable type ${goText(left)}: ${typeName(left)}`);
  return left === right;
}

/** Less than 0, 0 or more, or NaN where neither is less nor both equal. */
function compare(left: GoValue, right: GoValue): number {
  const [a, b] = [basic(left), basic(right)];
  if (typeof a !== typeof b) throw new Error(incompatible(a, b));
  if (typeof a === 'boolean') throw new Error('invalid type for comparison');
  if (typeof a === 'string') return compareTexts(a, b as string);
  if (a === b) return 0;
  if (a < (b as number | bigint)) return -1;
  return a > (b as number | bigint) ? 1 : NaN;
}

function comparison(holds: (order: number) => boolean): GoFunction {
  return { takes: ['any', 'any'], call: (left, right) => holds(compare(left, right)) };
}

function position(value: GoValue, size: number): number {
  if (typeof value !== 'bigint') {
    if (value === undefined) throw new Error('cannot index slice/array with nil');
    throw new Error(`cannot index slice/array with type ${typeName(value)}`);
  }
  if (value < 0n || value > BigInt(size)) throw new Error(`index out of range: ${value}`);
  return Number(value);
}

function indexOnce(of: GoValue, key: GoValue): GoValue {
  if (of === undefined) throw new Error('index of nil pointer');
  if (typeof of === 'object' && of.kind === 'map') {
    if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
    return of.entries.has(key) ? of.entries.get(key) : of.missing;
  }
  if (typeof of === 'object' && of.kind === 'slice') {
    const at = position(key, of.items.length - 1);
    return of.items[at];
  }
  if (typeof of === 'string') {
    const bytes = new TextEncoder().encode(of);
    return BigInt(bytes[position(key, bytes.length - 1)]!);
  }
  throw new Error(`can't index item of type ${typeName(of)}`);
}

function slice(of: GoValue, ...bounds: GoValue[]): GoValue {
  if (of === undefined) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  const isText = typeof of === 'string';
  if (!isText && (typeof of !== 'object' || of.kind !== 'slice'))
    throw new Error(`can't slice item of type ${typeName(of)}`);
  if (isText && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const bytes = isText ? new TextEncoder().encode(of) : undefined;
  const size = bytes?.length ?? (of as { items: readonly GoValue[] }).items.length;
  const [from = 0, to = size] = bounds.map((bound) => position(bound, size));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (bytes !== undefined) return new TextDecoder().decode(bytes.slice(from, to));
  const list = of as Extract<GoValue, { kind: 'slice' }>;
  return { ...list, items: list.items.slice(from, to) };
}

function length(of: GoValue): bigint {
  if (typeof of === 'string') return BigInt(new TextEncoder().encode(of).length);
  if (typeof of === 'object' && of.kind === 'map') return BigInt(of.entries.size);
  if (typeof of === 'object' && of.kind === 'slice') return BigInt(of.items.length);
  if (of === undefined) throw new Error('len of nil pointer');
  throw new Error(`len of type ${typeName(of)}`);
}

/**
 * The functions that every template of Go has.
 *
 * Source: https://pkg.go.dev/text/template#hdr-Functions
 */
export const builtins: GoFunctions = {
  // Both are evaluated where they are called, since they do not evaluate all of their arguments.
  and: { takes: ['any'], rest: 'any', call: (first) => first },
  or: { takes: ['any'], rest: 'any', call: (first) => first },
  not: { takes: ['any'], call: (value) => !isTrue(value) },
  len: { takes: ['any'], call: length },
  index: {
    takes: ['any'],
    rest: 'any',
    call: (of, ...keys) => keys.reduce<GoValue>((value, key) => indexOnce(value, key), of),
  },
  slice: { takes: ['any'], rest: 'any', call: slice },
  call: {
    takes: ['any'],
    rest: 'any',
    call: (of) => {
      throw new Error(of === undefined ? 'call of nil' : `non-function of type ${typeName(of)}`);
    },
  },
  print: { takes: [], rest: 'any', call: (...values) => print(values) },
  println: { takes: [], rest: 'any', call: (...values) => `${joined(values.map(goText), ' ')}\n` },
  printf: {
    takes: ['string'],
    rest: 'any',
    call: (format, ...values) => sprintf(format as string, values),
  },
  html: { takes: [], rest: 'any', call: (...values) => escapeHtml(textOf(values)) },
  js: { takes: [], rest: 'any', call: (...values) => escapeJs(textOf(values)) },
  urlquery: { takes: [], rest: 'any', call: (...values) => escapeQuery(textOf(values)) },
  eq: {
    takes: ['any'],
    rest: 'any',
    call: (first, ...others) => {
      if (others.length === 0) throw new Error('missing argument for comparison');
      return others.some((other) => isEqual(first, other));
    },
  },
  ne: { takes: ['any', 'any'], call: (left, right) => !isEqual(left, right) },
  lt: comparison((order) => order < 0),
  le: comparison((order) => order <= 0),
  // What is not less is greater to Go, also what compares to nothing.
  gt: comparison((order) => !(order <= 0)),
  ge: comparison((order) => !(order < 0)),
};
