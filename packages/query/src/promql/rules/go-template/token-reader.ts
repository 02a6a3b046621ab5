import { goQuote } from '../../../go-quote.ts';
import { TemplateError, placeIn } from './template-error.ts';
import { type Token, type TokenKind, tokenize } from './tokens.ts';

/** The tokens of a template, one after the other, and the variables that are known where it reads. */
export interface TokenReader {
  next(): Token;
  peek(): Token;
  nextNonSpace(): Token;
  peekNonSpace(): Token;
  /** Goes back by so many tokens. */
  back(count: number): void;
  /** Variables in scope, innermost last; a block cuts the list to its length when it ends. */
  readonly variables: string[];
  /** Parentheses around where it reads. */
  parentheses: number;
  fail(message: string): never;
  unexpected(token: Token, context: string): never;
  expect(kind: TokenKind, context: string): Token;
}

/** A token as messages show it. */
function shown(token: Token): string {
  if (token.kind === 'keyword' || token.kind === 'dot' || token.kind === 'nil') return `<${token.text}>`;
  return token.text.length > 10 ? `${goQuote(token.text.slice(0, 10))}...` : goQuote(token.text);
}

export function readTokens(name: string, source: string): TokenReader {
  const tokens = tokenize(name, source);
  const last = tokens.length - 1;
  let position = 0;
  const reader: TokenReader = {
    variables: ['$'],
    parentheses: 0,
    next() {
      const token = tokens[Math.min(position, last)]!;
      position += 1;
      return token;
    },
    peek: () => tokens[Math.min(position, last)]!,
    nextNonSpace() {
      let token = reader.next();
      while (token.kind === 'space') token = reader.next();
      return token;
    },
    peekNonSpace() {
      const token = reader.nextNonSpace();
      reader.back(1);
      return token;
    },
    back(count) {
      position -= count;
    },
    fail(message) {
      const token = tokens[Math.min(Math.max(position - 1, 0), last)]!;
      throw new TemplateError(`template: ${name}:${placeIn(source, token.at).line}: ${message}`);
    },
    unexpected(token, context) {
      return reader.fail(`unexpected ${shown(token)} in ${context}`);
    },
    expect(kind, context) {
      const token = reader.nextNonSpace();
      return token.kind === kind ? token : reader.unexpected(token, context);
    },
  };
  return reader;
}
