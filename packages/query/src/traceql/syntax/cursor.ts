import { QueryError } from '../../query-error.ts';
import type { Token } from './token.ts';

/** Deepest nesting of parentheses, and most operators of one query: what is more is no query but an attack. */
const maxDepth = 200;
const maxOperators = 2_000;

/** Where a parser stands in the tokens of a query. */
export interface Cursor {
  /** The token that comes next. */
  peek(): Token;
  next(): Token;
  /** The token that was read last. */
  last(): Token;
  /** Goes past the next token when it is this one. */
  accept(type: string): boolean;
  expect(type: string): Token;
  /** Ends with the error that a token has no place here. */
  unexpected(expecting?: readonly string[]): never;
  /** Ends with an error of these words at the next token. */
  fail(message: string, at?: Token): never;
  /** Runs the parser of what is inside parentheses. */
  nested<T>(parse: () => T): T;
  /** Counts an operator. */
  operator(): Token;
}

export function createCursor(tokens: readonly Token[]): Cursor {
  let at = 0;
  let depth = 0;
  let operators = 0;

  const peek = (): Token => tokens[Math.min(at, tokens.length - 1)] as Token;

  function fail(message: string, token: Token = peek()): never {
    throw new QueryError('bad_data', `parse error at line ${token.line}, col ${token.column}: ${message}`, {
      from: token.from,
      to: token.to,
    });
  }

  function unexpected(expecting: readonly string[] = []): never {
    const { problem, type } = peek();
    if (problem !== undefined) fail(problem);
    const wanted = expecting.length > 0 ? `, expecting ${expecting.join(' or ')}` : '';
    fail(`syntax error: unexpected ${type}${wanted}`);
  }

  function next(): Token {
    const token = peek();
    if (token.problem !== undefined) fail(token.problem);
    at += 1;
    return token;
  }

  const cursor: Cursor = {
    peek,
    next,
    last: () => tokens[Math.max(at - 1, 0)] as Token,
    unexpected,
    fail,
    accept(type) {
      if (peek().type !== type) return false;
      next();
      return true;
    },
    expect(type) {
      return peek().type === type ? next() : unexpected([type]);
    },
    nested(parse) {
      depth += 1;
      if (depth > maxDepth) fail(`nested deeper than ${maxDepth} levels`);
      const result = parse();
      depth -= 1;
      return result;
    },
    operator() {
      operators += 1;
      if (operators > maxOperators) fail(`more than ${maxOperators} operators`);
      return next();
    },
  };
  return cursor;
}
