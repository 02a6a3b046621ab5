import { CHARACTER_SETS, runEnd, runStart } from '../characters.ts';
import { NAME, skipSpaces } from './name-characters.ts';
import { containerEnd, quoteAt, quotedEnd } from './quoting.ts';
import type { Finding, Span, TextRule } from '../rule.ts';

/** Longest list of columns, and longest distance of a value from its field's name [characters]. */
const MAX_LIST_LENGTH = 4096;
const REACH = 512;
/** A literal is looked for by its beginning. */
const ANCHOR_LENGTH = 9;
const MAX_LITERAL_LENGTH = 24;
/** What stands in front of a quoted value: of any other `value "…"` nobody says what it is. */
const BEFORE_VALUE = /(?:with|for|(?:got )?invalid) $/i;
/** Behind such a value: from the quotation mark that ends it to its name. */
const AT_PATH = /\\*["'`](?: \(type [^)]*\))? at path \\*["'`]([\w$.-]+)/;
const AT_NAME = /^\\*["'`] (?:at|for field|for key) \\*["'`]?([\w$.-]+)/;
const SUPPLIED_TO = /^\\*["'`] supplied to [^\n]*\/([\w$-]+): /;
/** Steps of a path: `["user"]["password"]`. */
const STEP = /\[\\*"([^"\\]{1,64})\\*"\]/g;
const STEPS_BEHIND = /^\\*"(?:\s|\\n)*at ((?:\[\\*"[^"\\]{1,64}\\*"\])+)/;

type Find = (text: string, from: number, to: number) => Finding;

/**
 * Values that a statement or an error names elsewhere in the sentence: `INSERT INTO users (email, password) VALUES (…)`,
 * `Key (token)=(…) already exists`, `Duplicate entry '…' for key 'users.api_key'`, `"password" with value "…"`,
 * `At path: password -- Expected a number, but received: "…"`, `password must be a number (was "…")`.
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

  /**
   * `"password" with value "…"`, `failed for value "…" (type string) at path "password"`,
   * `"$input" got invalid value "…" at "input.password"`, `Invalid value "…" supplied to : { … }/password: string`.
   */
  const fieldValue: Find = (text, from, to) => {
    const quote = quoteAt(text, to);
    const before = BEFORE_VALUE.exec(text.slice(Math.max(0, from - 12), from))?.[0];
    if (quote === undefined || before === undefined) return to;
    const nameTo = from - before.length - 1;
    const nameEnd = beforeMarks(text, nameTo);
    const nameBefore = text.slice(runStart(text, nameEnd, NAME, Math.max(0, nameEnd - 128)), nameEnd);
    const start = to + quote.length;
    const end = quotedEnd(text, start, quote);
    if (nameEnd < nameTo && isSecretName(nameBefore)) return { from: start, to: end };
    const path = AT_PATH.exec(text.slice(start, start + REACH));
    if (path !== null) return isSecretName(path[1] as string) ? { from: start, to: start + path.index } : to;
    const behind = text.slice(end, end + REACH);
    const name = (AT_NAME.exec(behind) ?? SUPPLIED_TO.exec(behind))?.[1];
    return name !== undefined && isSecretName(name) ? { from: start, to: end } : to;
  };

  /** `Incorrect integer value: '…' for column 'pin' at row 1` */
  const columnValue: Find = (text, from, to) => {
    const mark = text[from - 2] ?? ' ';
    if (text[from - 1] !== ' ' || !`"'`.includes(mark)) return to;
    const behind = text.slice(to, to + REACH);
    const name = behind
      .slice(0, behind.search(/ at row |$/))
      .match(/[\w$-]+/g)
      ?.at(-1);
    if (name === undefined || !isSecretName(name)) return to;
    const start = Math.max(0, from - REACH);
    const [opening = ''] = / value: \\?['"]/i.exec(text.slice(start, from)) ?? [];
    const valueFrom = text.indexOf(opening, start) + opening.length;
    const end = from - (text[from - 3] === '\\' ? 3 : 2);
    return opening !== '' && end > valueFrom ? { from: valueFrom, to: end } : to;
  };

  /** `'UQ_users_token'. … The duplicate key value is (…).` */
  const duplicateKey: Find = (text, from, to) => {
    const names = text.slice(Math.max(0, from - REACH), from).match(/'[^'\\]{1,128}(?=\\?')/g) ?? [];
    if (!names.some((name) => isSecretName(name.slice(1)))) return to;
    const end = text.slice(to, to + REACH).search(/\)(?:\.|$)/);
    return { from: to, to: end === -1 ? Math.min(text.length, to + REACH) : to + end };
  };

  /** `At path: user.password -- Expected a number, but received: "…"` */
  const receivedValue: Find = (text, _from, to) => {
    const nameEnd = runEnd(text, to, NAME, to + 128);
    if (!isSecretName(text.slice(to, nameEnd))) return nameEnd;
    const received = / received:? `?(?=["'\\])/.exec(text.slice(nameEnd, nameEnd + REACH));
    return received === null
      ? nameEnd
      : (quotedValue(text, nameEnd + received.index + received[0].length) ?? nameEnd);
  };

  /** `user.password must be a number (was "…")` */
  const formerValue: Find = (text, from, to) => {
    const value = quotedValue(text, to);
    if (value === undefined) return to;
    const line =
      text
        .slice(Math.max(0, from - REACH), from)
        .split(/\n|\\n/)
        .at(-1) ?? '';
    const must = line.lastIndexOf(' must ');
    if (must === -1) return to;
    const name = line.slice(runStart(line, must, NAME, Math.max(0, must - 128)), must);
    return isSecretName(name) ? value : to;
  };

  /** `["password"] └─ Expected a string at least 8 characters long, actual "…"`, also with `at ["password"]` behind it */
  const actualValue: Find = (text, from, to) => {
    const value = quotedValue(text, to);
    if (value === undefined) return to;
    const steps =
      STEPS_BEHIND.exec(text.slice(value.to, value.to + REACH))?.[1] ??
      text.slice(Math.max(0, from - REACH), from);
    const name = [...steps.matchAll(STEP)].at(-1)?.[1];
    return name !== undefined && isSecretName(name) ? value : to;
  };

  /** Each with what it is looked for by, where that is not its beginning: the scanner's table is to stay small. */
  const finders: readonly (readonly [literal: string, find: Find, anchors?: readonly string[]])[] = [
    ['values (', insertedValues],
    ['values(', insertedValues],
    [')=(', keyValues],
    ['duplicate entry ', duplicateEntry],
    ['value ', fieldValue, ['value "', "value '", 'value `', 'value \\']],
    ['for column ', columnValue, ['for co']],
    ['key value is (', duplicateKey, ['key v']],
    ['at path: ', receivedValue, ['at path:']],
    ['(was ', formerValue, ['(was']],
    ['actual ', actualValue, ['actual ']],
    ['failing row contains (', failingRow],
  ];
  return {
    name: 'reported-value',
    anchors: [
      ...new Set(finders.flatMap(([literal, , anchors = [literal.slice(0, ANCHOR_LENGTH)]]) => anchors)),
    ],
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

/** What stands between quotation marks at `at`. */
function quotedValue(text: string, at: number): Span | undefined {
  const quote = quoteAt(text, at);
  if (quote === undefined) return undefined;
  const from = at + quote.length;
  return { from, to: quotedEnd(text, from, quote) };
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
