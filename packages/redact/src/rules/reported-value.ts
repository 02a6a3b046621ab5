import { CHARACTER_SETS, runEnd, runStart } from '../characters.ts';
import { NAME, skipSpaces } from './name-characters.ts';
import { containerEnd, quoteAt, quotedEnd } from './quoting.ts';
import type { Finding, TextRule } from '../rule.ts';

/** Longest list of columns, and longest distance of a value from its field's name [characters]. */
const MAX_LIST_LENGTH = 4096;
const REACH = 512;
/** A literal is looked for by its beginning, which keeps the scanner's table small. */
const ANCHOR_LENGTH = 9;
const MAX_LITERAL_LENGTH = 24;

type Find = (text: string, from: number, to: number) => Finding;

/**
 * Values that a statement or an error names elsewhere in the sentence: `INSERT INTO users (email, password) VALUES (…)`,
 * `Key (token)=(…) already exists`, `Duplicate entry '…' for key 'users.api_key'`, `"password" with value "…"`.
 * Where columns and values are lists, all values go: which is whose is not worth a wrong guess.
 *
 * @param isSecretName judges the name of a column or field
 */
export function createReportedValueRule(isSecretName: (name: string) => boolean): TextRule {
  const hasSecretColumn = (columns: string): boolean =>
    columns.split(',').some((column) => isSecretName(column.trim()));

  /** `(email, password) VALUES ('a', 'b'), ('c', 'd')` */
  const insertedValues: Find = (text, from, to) => {
    const close = lastNonSpace(text, from);
    const columns = columnsBefore(text, close);
    if (columns === undefined || !hasSecretColumn(columns)) return to;
    const end = tuplesEnd(text, to - 1);
    return holdsLiteral(text, to, end) ? { from: to - 1, to: end } : to;
  };

  /** `Key (token)=(…)` */
  const keyValues: Find = (text, from, to) => {
    const columns = columnsBefore(text, from);
    if (columns === undefined || !hasSecretColumn(columns)) return to;
    const end = text.slice(to, to + REACH).search(/\)(?: |\.|$)/);
    return { from: to, to: end === -1 ? Math.min(text.length, to + REACH) : to + end };
  };

  /** `Duplicate entry '…' for key 'users.api_key'` */
  const duplicateEntry: Find = (text, _from, to) => {
    const start = afterMark(text, to);
    const window = text.slice(start, start + REACH);
    const length = window.search(/\\?['"] for key /);
    if (length === -1) return to;
    const nameFrom = afterMark(text, start + length + window.slice(length).indexOf('key ') + 4);
    const name = text.slice(nameFrom, runEnd(text, nameFrom, NAME, nameFrom + 128));
    return isSecretName(name) ? { from: start, to: start + length } : to;
  };

  /** `"password" with value "…"`, `failed for value "…" (type string) at path "password"` */
  const fieldValue: Find = (text, from, to) => {
    const quote = quoteAt(text, to);
    if (quote === undefined) return to;
    const nameEnd = beforeMarks(text, from - 1);
    const nameBefore = text.slice(runStart(text, nameEnd, NAME, Math.max(0, nameEnd - 128)), nameEnd);
    const start = to + quote.length;
    if (nameEnd < from - 1 && isSecretName(nameBefore))
      return { from: start, to: quotedEnd(text, start, quote) };
    const window = text.slice(start, start + REACH);
    const atPath = window.indexOf(' at path ');
    if (atPath === -1) return to;
    const nameFrom = afterMark(text, start + atPath + ' at path '.length);
    const name = text.slice(nameFrom, runEnd(text, nameFrom, NAME, nameFrom + 128));
    const end = quotedEnd(window, 0, quote);
    return end < atPath && isSecretName(name) ? { from: start, to: start + end } : to;
  };

  const finders: readonly (readonly [literal: string, find: Find])[] = [
    ['values (', insertedValues],
    ['values(', insertedValues],
    [')=(', keyValues],
    ['duplicate entry ', duplicateEntry],
    ['with value ', fieldValue],
    ['for value ', fieldValue],
    ['failing row contains (', failingRow],
  ];
  return {
    name: 'reported-value',
    anchors: [...new Set(finders.map(([literal]) => literal.slice(0, ANCHOR_LENGTH)))],
    find(text, from, to) {
      const start = text.slice(from, from + MAX_LITERAL_LENGTH).toLowerCase();
      const finder = finders.find(([literal]) => start.startsWith(literal));
      return finder === undefined ? to : finder[1](text, from, from + finder[0].length);
    },
  };
}

/** `Failing row contains (1, bob, …)`: a whole row, and no word of which column is which. */
const failingRow: Find = (text, _from, to) => {
  const end = text.slice(to, to + MAX_LIST_LENGTH).search(/\)\.?(?:["'\\\r\n]|$)/);
  return { from: to, to: end === -1 ? Math.min(text.length, to + MAX_LIST_LENGTH) : to + end };
};

/** The text between the bracket that ends before `closeEnd` and the one that opens it. */
function columnsBefore(text: string, close: number): string | undefined {
  if (text[close] !== ')') return undefined;
  const window = text.slice(Math.max(0, close - MAX_LIST_LENGTH), close);
  const open = window.lastIndexOf('(');
  return open === -1 ? undefined : window.slice(open + 1);
}

/** Index behind `(…), (…)`, the first bracket of which stands at `from`. */
function tuplesEnd(text: string, from: number): number {
  let end = from;
  for (;;) {
    end = containerEnd(text, end);
    const comma = skipSpaces(text, end);
    const next = skipSpaces(text, comma + 1);
    if (text[comma] !== ',' || text[next] !== '(') return end;
    end = next;
  }
}

/** Placeholders such as `?`, `$1` and `:name` give nothing away. */
function holdsLiteral(text: string, from: number, to: number): boolean {
  if (to - from > MAX_LIST_LENGTH) return true;
  const values = text.slice(from, to).replaceAll(/[:$@]\w+|\b(?:default|null|now|current_timestamp)\b/gi, '');
  return /[\w"']/.test(values);
}

function lastNonSpace(text: string, before: number): number {
  let at = before - 1;
  while (at > before - 16 && (text[at] === ' ' || text[at] === '\n' || text[at] === '\r')) at--;
  return at;
}

function afterMark(text: string, at: number): number {
  return at + (quoteAt(text, at)?.length ?? 0);
}

/** Index of the end of a name in front of quotation marks that end before `end`. */
function beforeMarks(text: string, end: number): number {
  let at = end;
  while (at > end - 8 && /["'`\\]/.test(text[at - 1] ?? ' ')) at--;
  return CHARACTER_SETS.word[text.charCodeAt(at - 1)] === 1 ? at : end;
}
