/** A token of PromQL as its messages name it. */
export interface Token {
  readonly kind: 'end' | 'word' | 'number' | 'string' | 'sign';
  readonly from: number;
  readonly to: number;
  /** `identifier "foo"`, `<op:+>`, `")"`. */
  readonly description: string;
  /** What is wrong with the token itself. */
  readonly problem?: string;
}

const wordOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
const keywords: ReadonlySet<string> = new Set([
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'fill',
  'fill_left',
  'fill_right',
  'start',
  'end',
  'step',
  'range',
]);
const aggregators: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[a-zA-Z_:][a-zA-Z0-9_:]*/y],
  ['number', /(\d[\w.]*|\.\d[\w.]*)/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ['sign', /==|!=|=~|!~|<=|>=|<\/|>\/|[-+*/%^=<>@(){}[\],:;]/y],
];

const closing: Readonly<Record<string, string>> = { ')': 'parenthesis', ']': 'bracket', '}': 'brace' };

/** The token that begins at or after a place, blanks and comments left out. */
export function tokenAt(source: string, offset: number): Token {
  const skip = /(?:\s+|#[^\n]*)*/y;
  skip.lastIndex = offset;
  const from = offset + skip.exec(source)![0].length;
  if (from >= source.length) return endOf(source);
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = from;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined)
      return { kind, from, to: from + text.length, ...described(kind, text, source, from) };
  }
  const sign = String.fromCodePoint(source.codePointAt(from)!);
  return {
    kind: 'sign',
    from,
    to: from + sign.length,
    description: JSON.stringify(sign),
    problem: problemOf(source, from, sign),
  };
}

/** What is wrong with a sign that begins no token. */
function problemOf(source: string, from: number, sign: string): string {
  if (sign === '`') return 'unterminated raw string';
  if (sign === '"' || sign === "'") return 'unterminated quoted string';
  const inside = openBefore(source, from).includes('{') ? ' inside braces' : '';
  const next = source.codePointAt(from + 1);
  return sign === '!' && next !== undefined
    ? `unexpected character after '!'${inside}: '${String.fromCodePoint(next)}'`
    : `unexpected character${inside}: '${sign}'`;
}

function described(
  kind: Token['kind'],
  text: string,
  source: string,
  from: number,
): { description: string; problem?: string } {
  const lower = text.toLowerCase();
  const short = text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
  if (kind === 'number') return { description: `number ${short}` };
  if (kind === 'string') return { description: `string ${short}` };
  if (kind === 'sign') {
    const unopened = closing[text];
    if (unopened !== undefined && !isOpen(source, from, text)) {
      const problem = text === '}' ? "unexpected character: '}'" : `unexpected right ${unopened} '${text}'`;
      return { description: `"${text}"`, problem };
    }
    if (text === ';') return { description: '";"', problem: problemOf(source, from, text) };
    if ((text === '=~' || text === '!~') && !openBefore(source, from).includes('{')) {
      return { description: text, problem: `unexpected character after '${text[0]}': '~'` };
    }
    return { description: /^[-+*/%^<>@!]|^==|^=~/.test(text) ? `<op:${text}>` : JSON.stringify(text) };
  }
  if (wordOperators.has(lower)) return { description: `<op:${text}>` };
  if (aggregators.has(lower)) return { description: `<aggr:${text}>` };
  if (keywords.has(lower)) return { description: `<${text}>` };
  return { description: `${text.includes(':') ? 'metric identifier' : 'identifier'} "${text}"` };
}

/** The end says what is still open. */
function endOf(source: string): Token {
  const end = { kind: 'end', from: source.length, to: source.length, description: 'end of input' } as const;
  const open = openBefore(source, source.length);
  if (open.includes('{')) return { ...end, problem: 'unexpected end of input inside braces' };
  if (isBehindBracket(source, source.length))
    return { ...end, problem: 'unexpected end of input in duration expression' };
  if (open.includes('(')) return { ...end, problem: 'unclosed left parenthesis' };
  return open.includes('[') ? { ...end, problem: 'unclosed left bracket' } : end;
}

/** Whether a place is where a duration begins: right behind a bracket. */
export function isBehindBracket(source: string, to: number): boolean {
  return /\[\s*$/.test(source.slice(0, to));
}

const opening: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Brackets that are open before a place, the outermost first; those in texts and comments are none. */
function openBefore(source: string, to: number): readonly string[] {
  return openPlaces(source, to).map((at) => source.charAt(at));
}

function openPlaces(source: string, to: number): readonly number[] {
  const open: number[] = [];
  // An escape stands for itself: in a string that nothing closes, no escaped quote begins another.
  const signs = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|\\.|#[^\n]*|[()[\]{}]/g;
  for (const { 0: sign, index } of source.slice(0, to).matchAll(signs)) {
    if (sign === '(' || sign === '[' || sign === '{') open.push(index);
    else if (opening[sign] !== undefined && source[open.at(-1) ?? -1] === opening[sign]) open.pop();
  }
  return open;
}

/** An aggregation up to its opening bracket: `sum by (job) `. */
const aggregation = new RegExp(
  `\\b(${Array.from(aggregators).join('|')})\\s*((by|without)\\s*\\([^()]*\\)\\s*)?$`,
  'i',
);

/** Whether a place is between the brackets of an aggregation, however deep. */
export function isInAggregation(source: string, to: number): boolean {
  return openPlaces(source, to).some((at) => source[at] === '(' && aggregation.test(source.slice(0, at)));
}

function isOpen(source: string, to: number, close: string): boolean {
  return openBefore(source, to).includes(opening[close]!);
}
