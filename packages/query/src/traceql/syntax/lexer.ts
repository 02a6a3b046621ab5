import { parseDuration } from '../value/duration-text.ts';
import { quoteProblem, unquote } from './go-string.ts';
import { END, endsAttribute, isWord, startsAttribute } from './token.ts';
import type { Token } from './token.ts';

const blank = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
/** The same where no comment ends any more: none is looked for from each `/*`. */
const lastBlank = /(?:\s|\/\/[^\n]*)*/y;
const quoted = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y;
const characterLiteral = /'(?:[^'\\\n]|\\[^\n])*'/y;
const number = /0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const identifier = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const anyCharacter = /[^]/uy;
/** What may follow digits in a duration; nothing fits too, and what is longer than any is none. */
const durationTail = /[\p{N}nsumhµdwy.]{0,101}/uy;
const maxTail = 100;
/** A scope inside `parent.`. */
const innerScope = /(?:span|resource)\./y;

/** The tokens of a query, ending with `$end`; what is no token is one with a problem, and the last before the end. */
export function tokensOf(query: string): readonly Token[] {
  return createLexer(query).all();
}

function createLexer(query: string) {
  const tokens: Token[] = [];
  const positionOf = createPositions(query);
  const lastComment = query.lastIndexOf('*/');
  let at = 0;
  let lastStart = 0;
  let positionLost = false;

  function take(expression: RegExp): string | undefined {
    expression.lastIndex = at;
    const found = expression.exec(query)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function push(type: string, text: string, from: number, problem?: string): void {
    const { line, column } = positionOf(lastStart);
    tokens.push({
      type,
      text,
      from,
      to: at,
      line: positionLost ? 0 : line,
      column,
      ...(problem === undefined ? {} : { problem }),
    });
  }

  function nextToken(): void {
    take(at < lastComment ? blank : lastBlank);
    const from = at;
    lastStart = at;
    positionLost = false;
    if (at >= query.length) return push(END, '', from);
    const text = take(quoted);
    if (text !== undefined) return pushString(text, from);
    const literal = take(characterLiteral);
    if (literal !== undefined) return pushCharacter(literal, from);
    const digits = take(number);
    if (digits !== undefined) return pushNumber(digits, from);
    return pushWord((take(identifier) ?? take(anyCharacter)) as string, from);
  }

  function pushString(text: string, from: number): void {
    const value = unquote(text);
    if (value === undefined) push('STRING', '', from, quoteProblem(text));
    else push('STRING', value, from);
  }

  /** Go's scanner knows them, and the language does not. */
  function pushCharacter(literal: string, from: number): void {
    const length = lengthInPoints(literal.slice(1, -1).replaceAll(/\\./g, '.'));
    push('IDENTIFIER', literal, from, length === 1 ? undefined : 'invalid char literal');
  }

  function pushNumber(digits: string, from: number): void {
    const start = at;
    const tail = take(durationTail)!;
    if (tail !== '' && tail.length <= maxTail && parseDuration(digits + tail) !== undefined) {
      positionLost = true;
      return push('DURATION', digits + tail, from);
    }
    at = start;
    if (/^\d+$/.test(digits)) {
      const tooLarge = BigInt(digits) > 0x7fff_ffff_ffff_ffffn;
      return push('INTEGER', digits, from, tooLarge ? atoiProblem(digits, 'value out of range') : undefined);
    }
    if (/^\d[\d_]*$|^0[xX]/.test(digits)) {
      return push('INTEGER', digits, from, atoiProblem(digits, 'invalid syntax'));
    }
    return push('FLOAT', digits.replaceAll('_', ''), from);
  }

  function pushWord(first: string, from: number): void {
    if (first === '"' || first === '`' || first === "'")
      return push('STRING', '', from, 'literal not terminated');
    // The longest sign whose every start is one, too: `!>>` is found by way of `!>`.
    let word = first;
    for (let next = query[at]; next !== undefined && isWord(word + next); next = query[at]) {
      word += next;
      at += 1;
      positionLost = true;
    }
    if (!isWord(word)) return push('IDENTIFIER', word, from);
    push(word, word, from);
    if (startsAttribute(word)) attributeName(word);
  }

  function attributeName(scope: string): void {
    if (scope === 'parent.') {
      const from = at;
      const inner = take(innerScope);
      if (inner !== undefined) {
        positionLost = true;
        push(inner, inner, from);
      }
    }
    const from = at;
    let name = '';
    while (!endsAttribute(query.charAt(at))) {
      positionLost = true;
      if (query[at] !== '"') {
        name += take(anyCharacter);
        continue;
      }
      const part = quotedPart();
      if ('problem' in part) return push('IDENTIFIER', name, from, part.problem);
      name += part.text;
    }
    if (at > from) push('IDENTIFIER', name, from);
    push('END_ATTRIBUTE', '', at);
  }

  function quotedPart(): { readonly text: string } | { readonly problem: string } {
    let text = '';
    for (at += 1; at < query.length; at += 1) {
      const character = query[at] as string;
      if (character === '"') {
        at += 1;
        return { text };
      }
      if (character === '\\') {
        at += 1;
        if (query[at] !== '"' && query[at] !== '\\') return { problem: 'invalid escape sequence' };
      }
      text += query.charAt(at);
    }
    return { problem: 'unexpected EOF, expecting "' };
  }

  return {
    all(): readonly Token[] {
      for (;;) {
        nextToken();
        const last = tokens.at(-1);
        if (last === undefined || last.type === END || last.problem !== undefined) return tokens;
      }
    },
  };
}

const atoiProblem = (digits: string, problem: string): string =>
  `strconv.Atoi: parsing ${JSON.stringify(digits)}: ${problem}`;

/** Length as Go counts it, which columns are in. */
const lengthInPoints = (text: string): number => Array.from(text).length;

/** Lines and columns of offsets that only grow, so that the text is gone through once. */
function createPositions(
  query: string,
): (offset: number) => { readonly line: number; readonly column: number } {
  let [known, line, column] = [0, 1, 1];
  return (offset) => {
    const between = query.slice(known, offset);
    const lines = between.split('\n');
    const rest = lengthInPoints(lines.at(-1)!);
    line += lines.length - 1;
    column = lines.length === 1 ? column + rest : rest + 1;
    known = Math.max(known, offset);
    return { line, column };
  };
}
