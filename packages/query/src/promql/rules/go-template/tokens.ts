import { trimSigns } from '../../../trim-signs.ts';
import { TemplateError, placeIn } from './template-error.ts';

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'string'
  | 'number'
  | 'character'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'boolean'
  | 'nil'
  | 'dot'
  | 'sign'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins in the template [UTF-16 units]. */
  readonly at: number;
}

const keywords = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

const trimmedSpace = /[ \t\r\n]/;
const leading = /^[ \t\r\n]+/;

/** What may stand inside an action, first match first. */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['character', /'(?:[^'\\\n]|\\.)*'/y],
  [
    'number',
    /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['variable', /\$(?:[\p{L}_][\p{L}\p{Nd}_]*)?/uy],
  ['identifier', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['sign', /:=|(?!["'`:])[ -~]/y],
];

function wordKind(word: string): TokenKind {
  if (keywords.has(word)) return 'keyword';
  if (word === 'true' || word === 'false') return 'boolean';
  return word === 'nil' ? 'nil' : 'identifier';
}

function fail(name: string, source: string, at: number, message: string): never {
  throw new TemplateError(`template: ${name}:${placeIn(source, at).line}: ${message}`);
}

/** A sign as Go shows it: `U+002D '-'`. */
function codePoint(source: string, at: number): string {
  const sign = String.fromCodePoint(source.codePointAt(at)!);
  return `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${sign}'`;
}

/** What an odd sign inside an action makes of the template, in the words of Go. */
function oddSign(source: string, at: number): string {
  const sign = String.fromCodePoint(source.codePointAt(at)!);
  if (sign === '"') return 'unterminated quoted string';
  if (sign === '`') return 'unterminated raw quoted string';
  if (sign === "'") return 'unterminated character constant';
  if (sign === ':') return 'expected :=';
  return `unrecognized character in action: ${codePoint(source, at)}`;
}

/** Cuts a template into text and the parts of its actions; comments are left out, and space that markers trim. */
export function tokenize(name: string, source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;

  function pushText(from: number, to: number, trimEnd: boolean): void {
    let text = source.slice(from, to);
    let start = from;
    if (trimNext) {
      const trimmed = text.replace(leading, '');
      start += text.length - trimmed.length;
      text = trimmed;
    }
    if (trimEnd) text = trimSigns(text, trimmedSpace, 'last');
    if (text !== '') tokens.push({ kind: 'text', text, at: start });
    trimNext = false;
  }

  /** Whether the action ends here, with or without a marker, and after how many signs. */
  function closing(): { readonly length: number; readonly trims: boolean } | undefined {
    if (source.startsWith('}}', at)) return { length: 2, trims: false };
    const marked = /[ \t\r\n]-\}\}/y;
    marked.lastIndex = at;
    return marked.test(source) ? { length: 4, trims: true } : undefined;
  }

  function readComment(open: number): boolean {
    if (!source.startsWith('/*', at)) return false;
    const close = source.indexOf('*/', at + 2);
    if (close === -1) fail(name, source, open, 'unclosed comment');
    at = close + 2;
    const end = closing();
    if (end === undefined) fail(name, source, open, 'comment ends before closing delimiter');
    at += end.length;
    trimNext = end.trims;
    return true;
  }

  /** What ends a word of an action, except for space and the end of the action. */
  const ends = /[\s.,|:()]|\}\}|$/y;
  let parentheses = 0;

  function checkEnd(kind: TokenKind, start: number): void {
    if (kind === 'number' && /[\p{L}\p{Nd}_]/uy.test(source.slice(at))) {
      const end = at + String.fromCodePoint(source.codePointAt(at)!).length;
      fail(name, source, start, `bad number syntax: ${JSON.stringify(source.slice(start, end))}`);
    }
    if (kind !== 'field' && kind !== 'variable' && kind !== 'identifier') return;
    ends.lastIndex = at;
    if (!ends.test(source)) fail(name, source, at, `bad character ${codePoint(source, at)}`);
  }

  function countParentheses(text: string, start: number): void {
    parentheses += text === '(' ? 1 : -1;
    if (parentheses < 0) fail(name, source, start, 'unexpected right paren');
  }

  function readToken(open: number): void {
    if (at >= source.length) fail(name, source, open, 'unclosed action');
    const start = at;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const text = pattern.exec(source)?.[0];
      if (text === undefined) continue;
      tokens.push({ kind: kind === 'identifier' ? wordKind(text) : kind, text, at });
      at += text.length;
      if (kind === 'sign' && (text === '(' || text === ')')) countParentheses(text, start);
      checkEnd(kind, start);
      return;
    }
    fail(name, source, at, oddSign(source, at));
  }

  while (at < source.length) {
    const open = source.indexOf('{{', at);
    if (open === -1) {
      pushText(at, source.length, false);
      break;
    }
    const trims = /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    pushText(at, open, trims);
    at = open + 2 + (trims ? 2 : 0);
    if (readComment(open)) continue;
    tokens.push({ kind: 'left', text: '{{', at: open });
    for (;;) {
      const end = closing();
      if (end !== undefined) {
        if (parentheses > 0) fail(name, source, at, 'unclosed left paren');
        tokens.push({ kind: 'right', text: '}}', at });
        at += end.length;
        trimNext = end.trims;
        break;
      }
      readToken(open);
    }
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return tokens;
}
