import { goQuote } from '../../../go-quote.ts';
import { exponential, fixed, general } from './float-digits.ts';
import { type GoMap, type GoSlice, type GoValue, compareTexts, goText, typeName } from './go-value.ts';

/** Largest width or precision, as in Go. */
const maxSize = 1_000_000n;

/** Longest text that one function makes [UTF-16 units]. */
const maxLength = 1_000_000;

/** @throws {Error} when a text that is put together would take too much room */
export function checkLength(length: number): void {
  if (length > maxLength) throw new Error('result is too long');
}

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

/** A float without its sign. */
function floatDigits(value: number, { verb, precision, flags }: Verb): string {
  switch (verb) {
    case 'e':
    case 'E': {
      const text = exponential(value, precision ?? 6);
      return verb === 'E' ? text.toUpperCase() : text;
    }
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    default: {
      const text = precision === undefined ? goText(value) : general(value, precision, flags.includes('#'));
      return verb === 'G' ? text.toUpperCase() : text;
    }
  }
}

function signOf(negative: boolean, flags: string): string {
  if (negative) return '-';
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

function padded(sign: string, digits: string, { flags, width }: Verb, zeros: boolean): string {
  const missing = (width ?? 0) - sign.length - Array.from(digits).length;
  if (missing <= 0) return sign + digits;
  if (flags.includes('-')) return sign + digits + ' '.repeat(missing);
  return zeros && flags.includes('0')
    ? sign + '0'.repeat(missing) + digits
    : ' '.repeat(missing) + sign + digits;
}

function floatText(value: number, verb: Verb): string {
  if (Number.isNaN(value)) return padded(verb.flags.includes('+') ? '+' : '', 'NaN', verb, false);
  if (!Number.isFinite(value))
    return padded(value < 0 ? '-' : verb.flags.includes(' ') ? ' ' : '+', 'Inf', verb, false);
  const negative = value < 0 || Object.is(value, -0);
  return padded(signOf(negative, verb.flags), floatDigits(Math.abs(value), verb), verb, true);
}

const bases: Readonly<Record<string, { readonly radix: number; readonly prefix: string }>> = {
  d: { radix: 10, prefix: '' },
  v: { radix: 10, prefix: '' },
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  O: { radix: 8, prefix: '0o' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

/** The sign of a code point; what is none is shown as U+FFFD. */
function signAt(codePoint: bigint): string {
  const isSign = codePoint >= 0n && codePoint <= 0x10_ff_ffn && (codePoint < 0xd800n || codePoint > 0xdfffn);
  return isSign ? String.fromCodePoint(Number(codePoint)) : '\uFFFD';
}

function intText(value: bigint, verb: Verb): string {
  if (verb.verb === 'c') return padded('', signAt(value), verb, true);
  if (verb.verb === 'q') return padded('', `'${signAt(value)}'`, verb, true);
  if (verb.verb === 'U')
    return padded('', `U+${value.toString(16).toUpperCase().padStart(4, '0')}`, verb, false);
  const { radix, prefix } = bases[verb.verb]!;
  const size = value < 0n ? -value : value;
  let digits = size.toString(radix).padStart(verb.precision ?? 0, '0');
  if (verb.verb === 'X') digits = digits.toUpperCase();
  if (verb.flags.includes('#') || verb.verb === 'O') digits = prefix + digits;
  return padded(signOf(value < 0n, verb.flags), digits, verb, verb.precision === undefined);
}

function hexText(text: string, verb: Verb): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0'));
  const digits = bytes.join(verb.flags.includes(' ') ? ' ' : '');
  return verb.verb === 'X' ? digits.toUpperCase() : digits;
}

function stringText(text: string, verb: Verb): string {
  const cut = verb.precision === undefined ? text : Array.from(text).slice(0, verb.precision).join('');
  if (verb.verb === 'q') return padded('', goQuote(cut), verb, true);
  if (verb.verb === 'x' || verb.verb === 'X') return padded('', hexText(cut, verb), verb, true);
  return padded('', cut, verb, true);
}

const verbsOf: Readonly<Record<string, string>> = {
  string: 'vsqxX',
  float64: 'veEfFgG',
  int: 'vdbcoOqxXU',
  bool: 'vt',
};

/** A value that its verb does not fit, as Go reports it: with the flags, as `%v` writes it. */
function wrongVerb(verb: Verb, value: GoValue): string {
  const shown =
    value === undefined
      ? '<nil>'
      : `${typeName(value)}=${formatValue(value, { ...verb, verb: 'v', flags: verb.flags.replace('#', '') })}`;
  return `%!${verb.verb}(${shown})`;
}

/** What a map or a slice holds, each with the verb. */
function formatElements(value: GoMap | GoSlice, verb: Verb): string {
  if (value.kind === 'slice') return `[${value.items.map((item) => formatValue(item, verb)).join(' ')}]`;
  const pairs = Array.from(value.entries.keys())
    .toSorted(compareTexts)
    .map((key) => `${formatValue(key, verb)}:${formatValue(value.entries.get(key), verb)}`);
  return `map[${pairs.join(' ')}]`;
}

function formatValue(value: GoValue, verb: Verb): string {
  if (verb.verb === 'T') return stringText(value === undefined ? '<nil>' : typeName(value), verb);
  if (value === undefined)
    return verb.verb === 'v' ? padded('', '<nil>', verb, false) : wrongVerb(verb, value);
  if (typeof value === 'object' && value.kind !== 'object') return formatElements(value, verb);
  const fitting = verbsOf[typeName(value)] ?? 'vsqxX';
  if (!fitting.includes(verb.verb)) return wrongVerb(verb, value);
  if (typeof value === 'number') return floatText(value, verb);
  if (typeof value === 'bigint') return intText(value, verb);
  if (typeof value === 'boolean') return padded('', String(value), verb, true);
  const quotes = verb.flags.includes('#') && verb.verb === 'v' && typeof value === 'string';
  return stringText(goText(value), quotes ? { ...verb, verb: 'q' } : verb);
}

/**
 * Formats values as Go's fmt.Sprintf does, with what it writes where verbs and values do not fit.
 *
 * Source: https://pkg.go.dev/fmt
 */
export function sprintf(format: string, values: readonly GoValue[]): string {
  let used = 0;
  let isReordered = false;
  const take = (): GoValue => {
    used += 1;
    return values[used - 1];
  };
  /** `[2]`: the second value is next; false where there is none. */
  const goTo = (index: string | undefined): boolean => {
    if (index === undefined) return true;
    isReordered = true;
    const at = Number(index) - 1;
    if (!(at >= 0 && at < values.length)) return false;
    used = at;
    return true;
  };
  /** A width or a precision; `bad` when it is the next value and that is none, or is too large. */
  const size = (index: string | undefined, text: string | undefined): number | 'bad' | undefined => {
    goTo(index);
    if (text === undefined) return undefined;
    const value = text === '*' ? take() : BigInt(text === '' ? 0 : text);
    return typeof value === 'bigint' && value <= maxSize && value >= -maxSize ? Number(value) : 'bad';
  };
  const pattern =
    /%([-+# 0]*)(?:(?:\[([^\]]{0,20})\])?(\*)|(\d+))?(?:\.(?:(?:\[([^\]]{0,20})\])?(\*)|(\d*)))?(?:\[([^\]]{0,20})\])?(\p{L}|%|[^])?/gu;
  let length = 0;
  const result = format.replace(
    pattern,
    (
      _whole,
      flags: string,
      widthIndex: string | undefined,
      widthStar: string | undefined,
      widthDigits: string | undefined,
      precisionIndex: string | undefined,
      precisionStar: string | undefined,
      precisionDigits: string | undefined,
      index: string | undefined,
      verb: string | undefined,
    ) => {
      const width = size(widthIndex, widthStar ?? widthDigits);
      const precision = size(precisionIndex, precisionStar ?? precisionDigits);
      const isBad = precision === 'bad' || (precision !== undefined && precision < 0);
      const bad = (width === 'bad' ? '%!(BADWIDTH)' : '') + (isBad ? '%!(BADPREC)' : '');
      const isThere = goTo(index);
      if (verb === undefined) return `${bad}%!(NOVERB)`;
      if (verb === '%') return '%';
      if (!isThere) return `${bad}%!${verb}(BADINDEX)`;
      if (used >= values.length) return `${bad}%!${verb}(MISSING)`;
      const known = width === 'bad' ? undefined : width;
      const isLeft = known !== undefined && known < 0;
      const text = formatValue(take(), {
        flags: isLeft ? `${flags}-` : flags,
        width: known === undefined ? undefined : Math.abs(known),
        precision: isBad ? undefined : precision,
        verb,
      });
      length += text.length;
      checkLength(length);
      return bad + text;
    },
  );
  if (isReordered || used >= values.length) return result;
  const extra = values
    .slice(used)
    .map((value) => (value === undefined ? '<nil>' : `${typeName(value)}=${goText(value)}`));
  return `${result}%!(EXTRA ${extra.join(', ')})`;
}
