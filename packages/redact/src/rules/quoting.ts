/** A quotation mark as it stands in a text: bare, behind the backslashes of nested JSON, or escaped for a URL or HTML. */
export interface Quote {
  /** Characters of all of it, backslashes included: `"`, `\"`, `\\\"`, `%22`, `%5C%22`, `\u0022`, `&quot;`, `"""`. */
  readonly length: number;
  /** The mark without the backslashes in front of it. */
  readonly mark: string;
  /** A backslash, written as the mark is; empty where none can escape the mark. */
  readonly backslash: string;
  /** Backslashes in front: 0 in plain text, 1 in JSON in a JSON string, 3 one level deeper. */
  readonly depth: number;
}

const ENTITIES = ['&quot;', '&apos;', '&#34;', '&#39;', '&#x22;', '&#x27;'] as const;
const CODE_ESCAPES = ['u0022', 'u0027', 'x22', 'x27'] as const;
/** 2⁵ − 1: JSON inside JSON five levels deep. Deeper nesting does not occur, and the bound keeps a look short. */
const MAX_DEPTH = 31;
/** How often a `%` is itself escaped: `%252522`. */
const MAX_PERCENT_ESCAPES = 4;

/** The quotation mark that stands at `at`, if any. */
export function quoteAt(text: string, at: number): Quote | undefined {
  const first = text[at];
  if (first === '%') return percentQuote(text, at);
  if (first === '&') {
    const mark = ENTITIES.find((entity) => text.startsWith(entity, at));
    return mark === undefined ? undefined : { length: mark.length, mark, backslash: '', depth: 0 };
  }
  if (first !== '\\' && !isQuote(first)) return undefined;
  let end = at;
  while (text[end] === '\\' && end - at < MAX_DEPTH) end++;
  const mark = text[end] as string;
  if (isQuote(mark)) {
    if (end === at && text[at + 1] === mark && text[at + 2] === mark) {
      return { length: 3, mark: mark.repeat(3), backslash: '', depth: 0 };
    }
    return { length: end + 1 - at, mark, backslash: '\\', depth: end - at };
  }
  const code = CODE_ESCAPES.find((escape) => text.startsWith(escape, end));
  if (code === undefined) return undefined;
  const escaped = text.slice(at, end + code.length);
  return { length: escaped.length, mark: escaped, backslash: '', depth: 0 };
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'" || character === '`';
}

/** `%22`, `%2522`, `%5C%22`: a mark, or its backslashes and the mark, in any number of URL escapes. */
function percentQuote(text: string, at: number): Quote | undefined {
  let from = at;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const end = percentEscapeEnd(text, from);
    const code = text.slice(end - 2, end).toUpperCase();
    if (code === '22' || code === '27') {
      const mark = text.slice(from, end);
      return { length: end - at, mark, backslash: `${mark.slice(0, -2)}5C`, depth };
    }
    if (code !== '5C') return undefined;
    from = end;
  }
  return undefined;
}

/** Index behind `%XX`, or `%25XX` and so on, at `at`; `at` itself where none stands there. */
export function percentEscapeEnd(text: string, at: number): number {
  if (text[at] !== '%') return at;
  let from = at + 1;
  for (let times = 0; times < MAX_PERCENT_ESCAPES && text.startsWith('25', from); times++) from += 2;
  return Math.min(text.length, from + 2);
}

/**
 * Index of the closing mark's first character for a value that begins at `from`; the text's end where none closes it.
 *
 * A mark behind `depth` backslashes closes when the backslashes before it are `depth` more than a multiple of
 * `2 × (depth + 1)`: that many make up the escaped backslashes of the value itself.
 */
export function quotedEnd(text: string, from: number, quote: Quote): number {
  const { mark, backslash, depth } = quote;
  const period = 2 * (depth + 1);
  let at = text.indexOf(mark, from);
  while (at !== -1) {
    const backslashes = backslash === '' ? 0 : backslashesBefore(text, from, at, backslash);
    const isDoubled = depth === 0 && mark.length === 1 && backslashes === 0 && text[at + 1] === mark;
    if (isDoubled) {
      // SQL, YAML and CSV write a mark inside as two.
      if (at > from) at++;
      else return at;
    } else if (backslashes % period === depth) {
      return at - depth * backslash.length;
    } else if (backslashes < depth && mark === '"') {
      // Fewer than the opening had: a string further out ends here, so this one was cut off.
      return at - backslashes;
    }
    at = text.indexOf(mark, at + mark.length);
  }
  return text.length;
}

function backslashesBefore(text: string, from: number, at: number, backslash: string): number {
  let count = 0;
  let start = at - backslash.length;
  while (start >= from && isBackslash(text, start, backslash)) {
    count++;
    start -= backslash.length;
  }
  return count;
}

/** The digits of a URL's escape may be written small: `%5c`. */
function isBackslash(text: string, at: number, backslash: string): boolean {
  if (text.startsWith(backslash, at)) return true;
  return backslash.length > 1 && text.startsWith(`${backslash.slice(0, -1)}c`, at);
}

/** Before a single quote that opens a string; elsewhere it is an apostrophe. */
const BEFORE_STRING = new Set([' ', ':', ',', '[', '{', '(', '=', '>']);

/** Index behind the bracket that closes the one at `from`, whatever strings are inside; the text's end if none does. */
export function containerEnd(text: string, from: number): number {
  return closingEnd(text, from) ?? text.length;
}

/** The same; undefined if none does. */
export function closingEnd(text: string, from: number): number | undefined {
  const isCall = text[from] === '(';
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '{' || character === '[' || (isCall && character === '(')) open++;
    else if (character === '}' || character === ']' || (isCall && character === ')')) {
      open--;
      if (open === 0) return at + 1;
    } else if (opensString(text, at, character)) {
      const quote = quoteAt(text, at);
      if (quote === undefined) continue;
      at = quotedEnd(text, at + quote.length, quote) + quote.length - 1;
    }
  }
  return undefined;
}

function opensString(text: string, at: number, character: string): boolean {
  if (character === '"' || character === '\\' || character === '%' || character === '&') return true;
  return (character === "'" || character === '`') && BEFORE_STRING.has(text[at - 1] ?? '');
}
