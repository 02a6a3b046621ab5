import { parseError } from '../parse-error.ts';
import { lexicalError } from './tokens.ts';
import type { Token, TokenKind } from './tokens.ts';

/**
 * Operators of each kind that a query may have: they are worked through one inside the other. `stage` is for stages and what
 * they list, each of which may look at all of a line.
 */
const maxOperators = { binary: 1000, filter: 5000, stage: 1000 } as const;

/** Nested parentheses that a query may have; what is deeper is no query but an attack. */
const maxDepth = 200;

/** Walks over the tokens of a query, one ahead. */
export interface TokenReader {
  /** The token that comes next; it never ends, the last one stays. */
  peek(ahead?: number): Token;
  /** Takes the next token, whose kind is known. */
  next(): Token;
  /** Whether the next token is of this kind; if so, it is taken. */
  take(kind: TokenKind): boolean;
  /** The next token, which has to be of this kind. */
  expect(kind: TokenKind): Token;
  /** @throws {QueryError} always: the next token may not stand there */
  unexpected(...expected: readonly TokenKind[]): never;
  /** Counts an operator; there are at most so many of each kind. */
  operator(kind: keyof typeof maxOperators): void;
  /** Runs it one level deeper. */
  nested<Result>(parse: () => Result): Result;
}

/** @param tokens one at least: the end of a query */
export function createTokenReader(tokens: readonly Token[]): TokenReader {
  const last = tokens.at(-1)!;
  let at = 0;
  let depth = 0;
  const operators = { binary: 0, filter: 0, stage: 0 };
  const reader: TokenReader = {
    peek: (ahead = 0) => tokens[at + ahead] ?? last,
    next() {
      const token = reader.peek();
      at += 1;
      return token;
    },
    take(kind) {
      if (reader.peek().kind !== kind) return false;
      at += 1;
      return true;
    },
    expect(kind) {
      if (reader.peek().kind !== kind) reader.unexpected(kind);
      return reader.next();
    },
    unexpected(...expected) {
      const token = reader.peek();
      if (token.kind === lexicalError) throw parseError(token.text, token);
      const wanted =
        expected.length > 0 && expected.length <= 4 ? `, expecting ${expected.join(' or ')}` : '';
      throw parseError(`syntax error: unexpected ${token.kind}${wanted}`, token);
    },
    operator(kind) {
      operators[kind] += 1;
      const most = maxOperators[kind];
      if (operators[kind] > most) {
        throw parseError(`query has more than ${most} ${kind === 'stage' ? 'stages' : 'operators'}`);
      }
    },
    nested(parse) {
      depth += 1;
      if (depth > maxDepth) throw parseError(`expression is nested too deep (more than ${maxDepth} levels)`);
      const result = parse();
      depth -= 1;
      return result;
    },
  };
  return reader;
}
