/**
 * An expression of texts, `.*` and `.+`, groups and alternatives, as Go's parser keeps it: common beginnings of
 * alternatives are put before them. Others are of no interest here.
 */
export type LiteralExpression =
  | { readonly type: 'empty' | 'any' | 'some' }
  | { readonly type: 'text'; readonly text: string; readonly anyCase: boolean }
  | { readonly type: 'group'; readonly of: LiteralExpression }
  | { readonly type: 'sequence' | 'alternatives'; readonly parts: readonly LiteralExpression[] };

const piece = /\\([^\w\s])|(\.[*+]\??)|(\((?:\?:|\?P?<\w+>)?)|([)|])|([^\\.*+?()|[\]{}^$])/uy;

/**
 * @param pattern an expression of RE2, so that its parentheses fit
 * @returns undefined when it is of another kind
 */
export function parseLiteralExpression(pattern: string): LiteralExpression | undefined {
  const anyCase = pattern.startsWith('(?i)');
  const text = anyCase ? pattern.slice(4) : pattern;
  // Quantifiers of anything but a dot, classes and anchors are of other kinds.
  const tokens: string[][] = [];
  piece.lastIndex = 0;
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text);
    if (found === null) return undefined;
    tokens.push([found[1] ?? found[5] ?? '', found[2] ?? found[3] ?? found[4] ?? '']);
  }
  const reader = { tokens, at: 0, anyCase, depth: 0 };
  return readAlternatives(reader);
}

interface Reader {
  readonly tokens: readonly (readonly string[])[];
  readonly anyCase: boolean;
  at: number;
  depth: number;
}

const maxDepth = 50;

function readAlternatives(reader: Reader): LiteralExpression | undefined {
  const parts: LiteralExpression[] = [];
  for (;;) {
    const part = readSequence(reader);
    if (part === undefined) return undefined;
    parts.push(part);
    if (reader.tokens[reader.at]?.[1] !== '|') return alternatives(parts);
    reader.at += 1;
  }
}

function readSequence(reader: Reader): LiteralExpression | undefined {
  const parts: LiteralExpression[] = [];
  for (;;) {
    const [letter = '', sign = ''] = reader.tokens[reader.at] ?? ['', ')'];
    if (letter === '' && (sign === '|' || sign === ')')) return sequence(parts);
    reader.at += 1;
    if (letter !== '') {
      parts.push({ type: 'text', text: letter, anyCase: reader.anyCase });
    } else if (sign.startsWith('(')) {
      const inner = readGroup(reader);
      if (inner === undefined) return undefined;
      parts.push(sign === '(?:' ? inner : { type: 'group', of: inner });
    } else {
      parts.push({ type: sign.startsWith('.*') ? 'any' : 'some' });
    }
  }
}

function readGroup(reader: Reader): LiteralExpression | undefined {
  reader.depth += 1;
  if (reader.depth > maxDepth) return undefined;
  const inner = readAlternatives(reader);
  reader.depth -= 1;
  // Behind its `)`.
  reader.at += 1;
  return inner;
}

/** Sequences in it are opened, and texts side by side are one. */
function sequence(parts: readonly LiteralExpression[]): LiteralExpression {
  const flat: LiteralExpression[] = [];
  for (const part of parts.flatMap((each) => (each.type === 'sequence' ? each.parts : [each]))) {
    const last = flat.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      flat.splice(-1, 1, { ...last, text: last.text + part.text });
    else flat.push(part);
  }
  const [only] = flat;
  if (only === undefined) return { type: 'empty' };
  return flat.length === 1 ? only : { type: 'sequence', parts: flat };
}

/** @returns undefined when single letters meet: they become a class */
function alternatives(parts: readonly LiteralExpression[]): LiteralExpression | undefined {
  const flat = parts.flatMap((each) => (each.type === 'alternatives' ? each.parts : [each]));
  const factored = flat.length === 1 ? flat : factor(flat);
  if (factored === undefined) return undefined;
  const merged: LiteralExpression[] = [];
  for (const part of factored) {
    const last = merged.at(-1);
    if (last !== undefined && isLetter(last) && isLetter(part)) return undefined;
    if (last?.type !== 'empty' || part.type !== 'empty') merged.push(part);
  }
  return merged.length === 1 ? merged[0] : { type: 'alternatives', parts: merged };
}

function isLetter(part: LiteralExpression): boolean {
  return part.type === 'text' && Array.from(part.text).length === 1;
}

function partsOf(part: LiteralExpression): readonly LiteralExpression[] {
  return part.type === 'sequence' ? part.parts : [part];
}

const noText = { text: '', anyCase: false } as const;

/** The text that an alternative begins with. */
function beginning(part: LiteralExpression): { readonly text: string; readonly anyCase: boolean } {
  const [first] = partsOf(part);
  return first?.type === 'text' ? first : noText;
}

/** Puts what neighbours begin with before them. */
function factor(parts: readonly LiteralExpression[]): readonly LiteralExpression[] | undefined {
  const result: LiteralExpression[] = [];
  let start = 0;
  let common = '';
  for (let at = 0; at <= parts.length; at += 1) {
    const part = parts[at];
    const text = part === undefined ? '' : beginning(part).text;
    const shared = at === start ? text : commonPrefix(common, text);
    if (at === start || (shared !== '' && part !== undefined)) {
      common = shared;
      continue;
    }
    const factored = factorRun(parts.slice(start, at), common);
    if (factored === undefined) return undefined;
    result.push(factored);
    start = at;
    common = text;
  }
  return result;
}

function factorRun(run: readonly LiteralExpression[], common: string): LiteralExpression | undefined {
  const first = run[0]!;
  if (run.length === 1) return first;
  const rest = alternatives(run.map((part) => withoutBeginning(part, common.length)));
  if (rest === undefined) return undefined;
  const { anyCase } = beginning(first);
  return { type: 'sequence', parts: [{ type: 'text', text: common, anyCase }, rest] };
}

/** @param length of what is left out of the text that it begins with */
function withoutBeginning(part: LiteralExpression, length: number): LiteralExpression {
  const { text, anyCase } = beginning(part);
  const [, ...others] = partsOf(part);
  const rest = text.slice(length);
  return sequence(rest === '' ? others : [{ type: 'text', text: rest, anyCase }, ...others]);
}

function commonPrefix(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  const code = left.charCodeAt(length - 1);
  // Half a character is none.
  return left.slice(0, code >= 0xd8_00 && code < 0xdc_00 ? length - 1 : length);
}
