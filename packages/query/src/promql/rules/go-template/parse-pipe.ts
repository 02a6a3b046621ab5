import { goQuote } from '../../../go-quote.ts';
import { characterLiteral, numberLiteral, stringLiteral } from './literals.ts';
import { type Command, type Operand, type Pipe, operandText } from './nodes.ts';
import type { TokenReader } from './token-reader.ts';
import type { TokenKind } from './tokens.ts';

const operandStarts = new Set<TokenKind>([
  'boolean',
  'character',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
]);

interface Declared {
  readonly names: readonly string[];
  readonly assigns: boolean;
}

/** `$x :=`, `$x =` and in `range` `$key, $value :=` at the start of a pipeline. */
function readDeclared(reader: TokenReader, context: string): Declared {
  const names: string[] = [];
  const nothing: Declared = { names: [], assigns: false };
  for (;;) {
    if (reader.peekNonSpace().kind !== 'variable') return nothing;
    const variable = reader.nextNonSpace();
    const hasSpace = reader.peek().kind === 'space';
    const sign = reader.nextNonSpace();
    if (sign.text === ':=' || sign.text === '=') {
      names.push(variable.text);
      const assigns = sign.text === '=';
      for (const name of names) {
        if (!assigns) reader.variables.push(name);
        else if (!reader.variables.includes(name)) reader.fail(`undefined variable "${name}"`);
      }
      return { names, assigns };
    }
    if (sign.text !== ',' || sign.kind !== 'sign') {
      reader.back(hasSpace ? 3 : 2);
      return nothing;
    }
    names.push(variable.text);
    if (context !== 'range' || names.length > 1) reader.fail(`too many declarations in ${context}`);
  }
}

function readTerm(reader: TokenReader, functions: ReadonlySet<string>): Operand | undefined {
  const token = reader.nextNonSpace();
  const { text, at } = token;
  switch (token.kind) {
    case 'identifier':
      if (!functions.has(text)) reader.fail(`function "${text}" not defined`);
      return { type: 'identifier', name: text, at };
    case 'dot':
      return { type: 'dot', at };
    case 'nil':
      return { type: 'nil', at };
    case 'boolean':
      return { type: 'boolean', value: text === 'true', at };
    case 'variable':
      if (!reader.variables.includes(text)) reader.fail(`undefined variable "${text}"`);
      return { type: 'variable', name: text, names: [], at };
    case 'field':
      return { type: 'field', names: [text.slice(1)], at };
    case 'number': {
      const value = numberLiteral(text);
      if (value === undefined) reader.fail(`illegal number syntax: "${text}"`);
      if (value === 'overflow') reader.fail(`integer overflow: "${text}"`);
      return { type: 'number', value, text, at };
    }
    case 'character': {
      const value = characterLiteral(text);
      if (value === undefined) reader.fail('invalid syntax');
      if (value === 'several') reader.fail(`malformed character constant: ${text}`);
      return { type: 'number', value, text, at };
    }
    case 'string': {
      const value = stringLiteral(text);
      if (value === undefined) reader.fail('invalid syntax');
      return { type: 'string', value, text, at };
    }
    case 'sign':
      if (text === '(') return readParentheses(reader, functions);
      break;
    default:
  }
  reader.back(1);
  return undefined;
}

/** Deepest nesting of parentheses: what is deeper is no template of a person, and would take the whole stack. */
const MAX_PARENTHESES = 200;

function readParentheses(reader: TokenReader, functions: ReadonlySet<string>): Pipe {
  reader.parentheses += 1;
  if (reader.parentheses > MAX_PARENTHESES) reader.fail('max expression depth exceeded');
  const pipe = readPipe(reader, functions, 'parenthesized pipeline', 'parenthesis');
  reader.parentheses -= 1;
  return pipe;
}

/** A term with the fields that follow it. */
function readOperand(reader: TokenReader, functions: ReadonlySet<string>): Operand | undefined {
  const term = readTerm(reader, functions);
  if (term === undefined || reader.peek().kind !== 'field') return term;
  const { at } = reader.peek();
  const names: string[] = [];
  while (reader.peek().kind === 'field') names.push(reader.next().text.slice(1));
  switch (term.type) {
    case 'field':
      return { ...term, names: [...term.names, ...names], at };
    case 'variable':
      return { ...term, names, at };
    case 'boolean':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      return reader.fail(`unexpected . after term ${goQuote(operandText(term))}`);
    default:
      return { type: 'chain', of: term, names, at };
  }
}

function readCommand(reader: TokenReader, functions: ReadonlySet<string>): Command {
  const args: Operand[] = [];
  const { at } = reader.peekNonSpace();
  for (;;) {
    reader.peekNonSpace();
    const operand = readOperand(reader, functions);
    if (operand !== undefined) args.push(operand);
    const token = reader.next();
    if (token.kind === 'space') continue;
    if (token.kind === 'right' || token.text === ')') reader.back(1);
    else if (token.kind !== 'sign' || token.text !== '|') reader.unexpected(token, 'operand');
    break;
  }
  // Whoever reads a command has seen that it begins with an operand.
  return { at, args: args as [Operand, ...Operand[]] };
}

const neverCalled = new Set<Operand['type']>(['boolean', 'dot', 'nil', 'number', 'string']);

/**
 * Reads a pipeline up to what ends it.
 *
 * @param functions names that may be called
 * @param context what it is part of, for messages
 */
export function readPipe(
  reader: TokenReader,
  functions: ReadonlySet<string>,
  context: string,
  end: 'action' | 'parenthesis',
): Pipe {
  const { at } = reader.peekNonSpace();
  const { names, assigns } = readDeclared(reader, context);
  const commands: Command[] = [];
  for (;;) {
    const token = reader.nextNonSpace();
    const isEnd = end === 'action' ? token.kind === 'right' : token.text === ')' && token.kind === 'sign';
    if (isEnd) break;
    if (!operandStarts.has(token.kind) && token.text !== '(') return reader.unexpected(token, context);
    reader.back(1);
    commands.push(readCommand(reader, functions));
  }
  const [first, ...others] = commands;
  if (first === undefined) return reader.fail(`missing value for ${context}`);
  others.forEach(({ args: [called] }, position) => {
    if (neverCalled.has(called.type)) reader.fail(`non executable command in pipeline stage ${position + 2}`);
  });
  return { type: 'pipe', at, variables: names, assigns, commands: [first, ...others] };
}
