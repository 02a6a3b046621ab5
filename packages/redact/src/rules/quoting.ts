/** A quotation mark as it stands in a text: bare, behind the backslashes of nested JSON, or escaped for a URL or HTML. */
export interface Quote {
  /** All of it, backslashes included: `"`, `\"`, `\\\"`, `%22`, `&quot;`. */
  readonly mark: string;
  readonly length: number;
  /** Backslashes in front: 0 in plain text, 1 in JSON in a JSON string, 3 one level deeper. */
  readonly depth: number;
}

const ESCAPED_QUOTES = ['%22', '%27', '&quot;', '&#34;', '&#39;'] as const;
/** 2⁵ − 1: JSON inside JSON five levels deep. Deeper nesting does not occur, and the bound keeps a look short. */
const MAX_DEPTH = 31;

/** The quotation mark that stands at `at`, if any. */
export function quoteAt(text: string, at: number): Quote | undefined {
  let mark = at;
  while (text[mark] === '\\' && mark - at < MAX_DEPTH) mark++;
  const character = text[mark];
  if (character === '"' || character === "'" || character === '`') {
    return { mark: text.slice(at, mark + 1), length: mark + 1 - at, depth: mark - at };
  }
  if (mark > at || (character !== '%' && character !== '&')) return undefined;
  const escaped = ESCAPED_QUOTES.find((candidate) => text.startsWith(candidate, at));
  return escaped === undefined ? undefined : { mark: escaped, length: escaped.length, depth: 0 };
}

/**
 * Index of the closing mark's first character for a value that begins at `from`; the text's end where none closes it.
 *
 * A mark behind `depth` backslashes closes when the backslashes before it are `depth` more than a multiple of
 * `2 × (depth + 1)`: that many make up the escaped backslashes of the value itself.
 */
export function quotedEnd(text: string, from: number, { mark, depth }: Quote): number {
  if (mark.length > depth + 1) {
    const end = text.indexOf(mark, from);
    return end === -1 ? text.length : end;
  }
  const character = mark.slice(-1);
  const period = 2 * (depth + 1);
  let at = text.indexOf(character, from);
  while (at !== -1) {
    let backslashes = 0;
    while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++;
    if (backslashes % period === depth) return at - depth;
    // Fewer than the opening had: a string further out ends here, so this one was cut off.
    if (backslashes < depth && character === '"') return at - backslashes;
    at = text.indexOf(character, at + 1);
  }
  return text.length;
}

/** Index behind the bracket that closes the one at `from`, whatever strings are inside; the text's end if none does. */
export function containerEnd(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') open++;
    else if (character === '}' || character === ']') {
      open--;
      if (open === 0) return at + 1;
    } else if (character === '"' || character === '\\' || character === '%') {
      const quote = quoteAt(text, at);
      if (quote === undefined) continue;
      at = quotedEnd(text, at + quote.length, quote) + quote.length - 1;
    }
  }
  return text.length;
}
