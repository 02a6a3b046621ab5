import { parseByteSize } from '../values/byte-size.ts';
import { parsePrometheusDuration, parseQueryDuration } from '../values/duration.ts';
import { unquote } from '../values/unquote.ts';
import { endOfText, functionTokens, lexicalError, reservedTokens } from './tokens.ts';
import type { Token, TokenKind } from './tokens.ts';

/** What a place of the text holds. */
interface Piece {
  readonly kind: TokenKind;
  readonly text: string;
  readonly amount: number;
  readonly length: number;
  /** Whether Loki knows its line. */
  readonly placed: boolean;
}

const blank = /(?:[\t\n\r ]|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
/** The same where no comment ends any more: none is looked for from each `/*`. */
const lastBlank = /(?:[\t\n\r ]|#[^\n]*|\/\/[^\n]*)*/y;
const name = /[_\p{L}][_\p{L}\p{Nd}]*/uy;
const number =
  /(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?\d*)?|0[oO][\d_]*|0[bB][01][\d_]*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?[\d_]*)?)/y;
/** One more than any: what is longer is none, and is not tried again from each number in it. */
const durationRest = /[\p{N}.nuµmshdwy]{1,101}/uy;
const bytesRest = /[\p{N}.BikKMGTP]{1,101}/uy;
const maxRest = 100;
const string = /"(?:[^"\\\n]|\\[\s\S])*"/y;
const rawString = /`[^`]*`/y;
const character = /'(?:[^'\\\n]|\\[\s\S])*'/y;
const range = /\[([^\]]*)\]/y;
const flag = /--[\p{L}-]*/uy;
const call = /\s*(?:\(|(?:by|without)\s*\()/iy;

/** Splits a query as Loki's lexer does. What is no token is a last one of kind `error`; else the last is `$end`. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  const places = createPlaces(query);
  const lastComment = query.lastIndexOf('*/');
  let at = 0;
  for (;;) {
    at += lengthAt(at < lastComment ? blank : lastBlank, query, at);
    const found = pieceAt(query, at);
    const { line, column } = places(at);
    // Of an empty text Loki knows no place.
    const nowhere = query === '';
    tokens.push({
      kind: found.kind,
      text: found.text,
      amount: found.amount,
      from: at,
      to: at + found.length,
      line: found.placed && !nowhere ? line : 0,
      column: nowhere ? 0 : column,
    });
    if (found.kind === endOfText || found.kind === lexicalError) return tokens;
    at += found.length;
  }
}

function pieceAt(query: string, at: number): Piece {
  const first = query[at];
  if (first === undefined) return piece(endOfText, '', 0);
  const quoted = quotedAt(query, at, first);
  if (quoted !== undefined) return quoted;
  if (first === '[') return rangeAt(query, at);
  const nameLength = lengthAt(name, query, at);
  if (nameLength > 0) return wordAt(query, at, query.slice(at, at + nameLength));
  const numberLength = lengthAt(number, query, at);
  if (numberLength > 0) return numberAt(query, at, query.slice(at, at + numberLength));
  return (first === '-' ? minusAt(query, at) : undefined) ?? signAt(query, at, first);
}

function piece(kind: TokenKind, text: string, length: number, amount = 0, placed = true): Piece {
  return { kind, text, length, amount, placed };
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function quotedAt(query: string, at: number, first: string): Piece | undefined {
  if (first === "'") {
    const length = lengthAt(character, query, at);
    return length > 0 ? piece('IDENTIFIER', query.slice(at, at + length), length) : notTerminated(1);
  }
  if (first !== '"' && first !== '`') return undefined;
  const length = lengthAt(first === '"' ? string : rawString, query, at);
  if (length === 0) return notTerminated(1);
  const found = unquote(query.slice(at, at + length));
  return 'problem' in found
    ? piece(lexicalError, found.problem, length)
    : piece('STRING', found.text, length);
}

function notTerminated(length: number): Piece {
  return piece(lexicalError, 'literal not terminated', length);
}

function rangeAt(query: string, at: number): Piece {
  range.lastIndex = at;
  const found = range.exec(query);
  if (found === null) return piece(lexicalError, "missing closing ']' in duration", 1, 0, false);
  const duration = parsePrometheusDuration(found[1]!);
  if ('problem' in duration) return piece(lexicalError, duration.problem, found[0].length, 0, false);
  return piece('RANGE', found[0], found[0].length, duration.value, false);
}

function wordAt(query: string, at: number, word: string): Piece {
  const lower = word.toLowerCase();
  const functionKind = functionTokens.get(lower);
  if (functionKind !== undefined) {
    const isCall = lengthAt(call, query, at + word.length) > 0;
    return piece(isCall ? functionKind : 'IDENTIFIER', word, word.length);
  }
  return piece(reservedTokens.has(lower) ? lower : 'IDENTIFIER', word, word.length);
}

function numberAt(query: string, at: number, text: string): Piece {
  // Also `0B`, which would be no bytes: the scanner of Loki sees the beginning of a binary number.
  if (/^0[bB]/.test(query.slice(at, at + 2))) {
    return piece(lexicalError, 'decimal literal has no digits', text.length);
  }
  const end = at + text.length;
  const durationLength = lengthAt(durationRest, query, end);
  if (durationLength > 0 && durationLength <= maxRest) {
    const duration = parseQueryDuration(query.slice(at, end + durationLength));
    if ('value' in duration)
      return piece('DURATION', text, text.length + durationLength, duration.value, false);
  }
  const bytesLength = lengthAt(bytesRest, query, end);
  if (bytesLength > 0 && bytesLength <= maxRest) {
    const size = parseByteSize(query.slice(at, end + bytesLength));
    if ('value' in size) return piece('BYTES', text, text.length + bytesLength, size.value, false);
  }
  const problem = numberProblem(text);
  return problem === undefined
    ? piece('NUMBER', text, text.length)
    : piece(lexicalError, problem, text.length);
}

function numberProblem(text: string): string | undefined {
  if (/^0[xX]/.test(text)) {
    if (!/^0[xX]_?[\da-fA-F]/.test(text)) return 'hexadecimal literal has no digits';
    return /\./.test(text) && !/[pP]/.test(text) ? "hexadecimal mantissa requires a 'p' exponent" : undefined;
  }
  if (/^[\d._]*[eE][+-]?$/.test(text)) return 'exponent has no digits';
  const octal = /^0[\d_]*$/.test(text) ? /[89]/.exec(text)?.[0] : undefined;
  if (octal !== undefined) return `invalid digit '${octal}' in octal literal`;
  return /_(?:[._eE]|$)|\._/.test(text) ? "'_' must separate successive digits" : undefined;
}

function minusAt(query: string, at: number): Piece | undefined {
  const flagText = query.slice(at, at + lengthAt(flag, query, at));
  if (flagText === '--strict' || flagText === '--keep-empty') {
    return piece('FUNCTION_FLAG', flagText, flagText.length, 0, false);
  }
  const length = lengthAt(durationRest, query, at + 1);
  if (length === 0 || length > maxRest) return undefined;
  const duration = parseQueryDuration(query.slice(at, at + 1 + length));
  return 'value' in duration ? piece('DURATION', '-', 1 + length, duration.value, false) : undefined;
}

function signAt(query: string, at: number, first: string): Piece {
  const two = query.slice(at, at + 2);
  if (two.length === 2 && reservedTokens.has(two)) return piece(two, two, 2, 0, false);
  if (reservedTokens.has(first)) return piece(first, first, 1);
  if (first === '\0') return piece(lexicalError, 'invalid character NUL', 1);
  const whole = String.fromCodePoint(query.codePointAt(at)!);
  return piece('IDENTIFIER', whole, whole.length);
}

/** Line and column of places that are asked for in their order. */
function createPlaces(query: string): (at: number) => { readonly line: number; readonly column: number } {
  let line = 1;
  let column = 1;
  let counted = 0;
  return (at) => {
    while (counted < at) {
      const code = query.codePointAt(counted)!;
      counted += code > 0xff_ff ? 2 : 1;
      if (code === 10) {
        line += 1;
        column = 1;
      } else {
        column += 1;
      }
    }
    return { line, column };
  };
}
