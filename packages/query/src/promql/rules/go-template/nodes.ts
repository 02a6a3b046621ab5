/** A part of an expression; `at` is where it begins in the template. */
export type Operand =
  | { readonly type: 'string'; readonly value: string; readonly text: string; readonly at: number }
  | { readonly type: 'number'; readonly value: number | bigint; readonly text: string; readonly at: number }
  | { readonly type: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly type: 'nil'; readonly at: number }
  | { readonly type: 'dot'; readonly at: number }
  | { readonly type: 'field'; readonly names: readonly string[]; readonly at: number }
  | {
      readonly type: 'variable';
      readonly name: string;
      readonly names: readonly string[];
      readonly at: number;
    }
  | { readonly type: 'identifier'; readonly name: string; readonly at: number }
  | { readonly type: 'chain'; readonly of: Operand; readonly names: readonly string[]; readonly at: number }
  | Pipe;

/** A function with its arguments, or a single value. */
export interface Command {
  readonly at: number;
  readonly args: readonly [Operand, ...Operand[]];
}

/** Commands, each given the result of the one before as its last argument. */
export interface Pipe {
  readonly type: 'pipe';
  readonly at: number;
  /** Variables that get the result: two of them for key and value in `range`. */
  readonly variables: readonly string[];
  /** Whether they exist already (`=`) or begin here (`:=`). */
  readonly assigns: boolean;
  readonly commands: readonly [Command, ...Command[]];
}

export interface Branch {
  readonly type: 'if' | 'with' | 'range';
  readonly at: number;
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export type Node =
  | { readonly type: 'text'; readonly text: string; readonly at: number }
  | { readonly type: 'action'; readonly pipe: Pipe; readonly at: number }
  | Branch
  | { readonly type: 'template'; readonly name: string; readonly pipe: Pipe | undefined; readonly at: number }
  | { readonly type: 'break' | 'continue'; readonly at: number };

/** What is looked at last of an operand, where messages say that its value does not do. */
export function lastOf(operand: Operand): Operand {
  if (operand.type === 'chain') return lastOf(operand.of);
  return operand.type === 'pipe' ? lastOf(operand.commands.at(-1)!.args.at(-1)!) : operand;
}

/** An operand as it stands in messages. */
export function operandText(operand: Operand): string {
  switch (operand.type) {
    case 'string':
    case 'number':
      return operand.text;
    case 'boolean':
      return String(operand.value);
    case 'nil':
      return 'nil';
    case 'dot':
      return '.';
    case 'identifier':
      return operand.name;
    case 'field':
      return operand.names.map((name) => `.${name}`).join('');
    case 'variable':
      return [operand.name, ...operand.names].join('.');
    case 'chain': {
      const of = operand.of.type === 'pipe' ? `(${pipeText(operand.of)})` : operandText(operand.of);
      return of + operand.names.map((name) => `.${name}`).join('');
    }
    default:
      return pipeText(operand);
  }
}

/** A command as it stands in messages. */
export function commandText({ args }: Command): string {
  return args.map((arg) => (arg.type === 'pipe' ? `(${pipeText(arg)})` : operandText(arg))).join(' ');
}

function pipeText({ variables, assigns, commands }: Pipe): string {
  const declared = variables.length > 0 ? `${variables.join(', ')} ${assigns ? '=' : ':='} ` : '';
  return declared + commands.map(commandText).join(' | ');
}
