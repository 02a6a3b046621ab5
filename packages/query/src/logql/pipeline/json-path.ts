import { trimSigns } from '../../trim-signs.ts';
import { parseError } from '../parse-error.ts';

/** A way to a value: keys, and places of lists as `[0]`. */
export type JsonPath = readonly string[];

const token = /[ \t\n]*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"([^"\]]*)["\]]?|(\d[^\s.\]]*)|([[\].]))/y;

/**
 * Reads the way to a value: `a.b[0]["c d"]`.
 *
 * @throws {QueryError} `bad_data`
 */
export function parseJsonPath(expression: string): JsonPath {
  const { tokens, problem } = tokenize(expression);
  const path: string[] = [];
  let at = 0;
  while (at < tokens.length) {
    const { kind, text } = tokens[at]!;
    if (kind === '[') {
      at += readAccess(tokens, at, path);
    } else if (path.length === 0 && kind === 'FIELD') {
      path.push(text);
      at += 1;
    } else if (path.length > 0 && kind === '.') {
      const field = tokens[at + 1] ?? end;
      if (field.kind !== 'FIELD') throw unexpected(field, ['FIELD']);
      path.push(field.text);
      at += 2;
    } else {
      throw unexpected(tokens[at]!, path.length === 0 ? ['LSB', 'FIELD'] : []);
    }
  }
  if (path.length === 0) throw unexpected(end, ['LSB', 'FIELD']);
  if (problem !== undefined) throw parseError(problem);
  return path;
}

interface PathToken {
  readonly kind: 'FIELD' | 'STRING' | 'INDEX' | '[' | ']' | '.' | '$end';
  readonly text: string;
}

const end: PathToken = { kind: '$end', text: '' };
const names: Readonly<Record<string, string>> = { '[': 'LSB', ']': 'RSB', '.': 'DOT' };

function unexpected({ kind }: PathToken, expected: readonly string[]): Error {
  const wanted = expected.length === 0 ? '' : `, expecting ${expected.join(' or ')}`;
  return parseError(`syntax error: unexpected ${names[kind] ?? kind}${wanted}`);
}

/** `[0]` or `["a"]`. */
function readAccess(tokens: readonly PathToken[], at: number, path: string[]): number {
  const inner = tokens[at + 1] ?? end;
  if (inner.kind !== 'STRING' && inner.kind !== 'INDEX') throw unexpected(inner, ['STRING', 'INDEX']);
  const close = tokens[at + 2] ?? end;
  if (close.kind !== ']') throw unexpected(close, ['RSB']);
  path.push(inner.kind === 'INDEX' ? `[${Number(inner.text)}]` : inner.text);
  return 3;
}

interface Tokens {
  readonly tokens: readonly PathToken[];
  /** Why the rest is none; to the grammar it is the end. */
  readonly problem: string | undefined;
}

function tokenize(expression: string): Tokens {
  const tokens: PathToken[] = [];
  const text = trimSigns(expression, /[ \t\n]/, 'last');
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const [whole, field, string, index, sign] = token.exec(text) ?? [];
    if (whole === undefined) {
      const rest = text.slice(from).trimStart();
      return { tokens, problem: `unexpected char ${String.fromCodePoint(rest.codePointAt(0)!)}` };
    }
    if (index !== undefined) {
      const problem = indexProblem(index, text[token.lastIndex]);
      if (problem !== undefined) return { tokens, problem };
      tokens.push({ kind: 'INDEX', text: index });
    } else if (field !== undefined) {
      tokens.push({ kind: 'FIELD', text: field });
    } else if (string !== undefined) {
      tokens.push({ kind: 'STRING', text: string });
    } else {
      tokens.push({ kind: sign as '[' | ']' | '.', text: whole });
    }
  }
  return { tokens, problem: undefined };
}

function indexProblem(index: string, next: string | undefined): string | undefined {
  if (next === '.') return 'cannot use float as array index';
  const wrong = /\D/.exec(index)?.[0] ?? (next === undefined ? '\0' : undefined);
  return wrong === undefined ? undefined : `non-integer value: ${wrong}`;
}
