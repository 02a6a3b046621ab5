/** A piece of a query, with where it stands. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface QueryMatcher extends Piece {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface ReadQuery {
  /** With its braces. */
  readonly selector: Piece;
  readonly matchers: readonly QueryMatcher[];
  /** `|= "text"`, `| json`, `| status >= 500`, in their order. */
  readonly stages: readonly Piece[];
}

const MATCHER = /^\s*([A-Za-z_][\w.:]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*$/s;
const BARE_FILTER = /^(?:!=|!~|!>)/;

/** Where a quoted text that begins at `at` ends, one past its last character; the end of the query when it does not. */
function endOfString(query: string, at: number): number {
  const quote = query[at];
  for (let index = at + 1; index < query.length; index++) {
    if (query[index] === '\\' && quote === '"') index++;
    else if (query[index] === quote) return index + 1;
  }
  return query.length;
}

/**
 * The parts of a query of lines, as far as it has to be known to edit it; what stands in a stage is not looked at.
 *
 * @returns undefined for a query of numbers (`sum(…)`), and for what does not begin with a whole selector
 */
export function readQuery(query: string): ReadQuery | undefined {
  const start = query.search(/\S/);
  if (start < 0 || query[start] !== '{') return undefined;
  const inside: Piece[] = [];
  let from = start + 1;
  let at = from;
  for (; at < query.length && query[at] !== '}';) {
    const character = query[at];
    if (character === '"' || character === '`') at = endOfString(query, at);
    else {
      if (character === ',') {
        inside.push({ from, to: at, text: query.slice(from, at) });
        from = at + 1;
      }
      at++;
    }
  }
  if (at >= query.length) return undefined;
  inside.push({ from, to: at, text: query.slice(from, at) });
  const matchers: QueryMatcher[] = [];
  for (const piece of inside) {
    if (piece.text.trim() === '') continue;
    const found = MATCHER.exec(piece.text);
    if (found === null) return undefined;
    const [, name = '', op = '', value = ''] = found;
    matchers.push({ ...piece, name, op: op as QueryMatcher['op'], value: unquoted(value) });
  }
  const stages = readStages(query, at + 1);
  if (stages === undefined) return undefined;
  return { selector: { from: start, to: at + 1, text: query.slice(start, at + 1) }, matchers, stages };
}

/** Undefined when something else than a stage follows the selector: `{a="b"}[5m]`, or another operand. */
function readStages(query: string, start: number): readonly Piece[] | undefined {
  const stages: Piece[] = [];
  let from: number | undefined;
  let hasText = false;
  const finish = (to: number): void => {
    if (from !== undefined) stages.push({ from, to, text: query.slice(from, to).trim() });
    from = undefined;
  };
  for (let at = start; at < query.length;) {
    const character = query[at] ?? '';
    if (character === '#') {
      finish(at);
      const line = query.indexOf('\n', at);
      at = line < 0 ? query.length : line;
    } else if (character === '"' || character === '`') {
      if (from === undefined) return undefined;
      hasText = true;
      at = endOfString(query, at);
    } else if (character === '|') {
      finish(at);
      from = at;
      hasText = false;
      at += /^\|[=~>]/.test(query.slice(at, at + 2)) ? 2 : 1;
    } else if (
      BARE_FILTER.test(query.slice(at, at + 2)) &&
      (from === undefined || (hasText && isLineFilter(query.slice(from, at))))
    ) {
      finish(at);
      from = at;
      hasText = false;
      at += 2;
    } else {
      if (from === undefined && /\S/.test(character)) return undefined;
      at++;
    }
  }
  finish(query.length);
  return stages;
}

/** `|= "a"`, `!~ "b"`: a filter on the line itself. */
export function isLineFilter(stage: string): boolean {
  return /^(?:\|[=~>]|![=~>])/.test(stage);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text of a quoted string of LogQL: Go's escapes within "…", none within `…`. */
export function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text
    .slice(1, -1)
    .replaceAll(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
      (_, hex?: string, short?: string, long?: string, octal?: string, other = '') => {
        const code = hex ?? short ?? long;
        if (code !== undefined) {
          const point = Number.parseInt(code, 16);
          return point <= 0x10_ff_ff ? String.fromCodePoint(point) : '\uFFFD';
        }
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
        return ESCAPES[other] ?? other;
      },
    );
}
