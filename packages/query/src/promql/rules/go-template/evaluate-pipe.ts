import { type GoFunction, type GoFunctions, type GoValue, isTrue, typeName } from './go-value.ts';
import { type Command, type Operand, type Pipe, commandText, lastOf, operandText } from './nodes.ts';
import type { Scope } from './scope.ts';
import { TemplateInterrupt } from './template-error.ts';

/** Throws with the place and what stands there. */
export type FailAt = (at: number, context: string, message: string) => never;

export interface Evaluator {
  /** The result of a pipeline, which the variables that it declares or sets have then. */
  pipe(pipe: Pipe, dot: GoValue, scope: Scope): GoValue;
}

/** No argument from the pipeline: nil is one. */
const noFinal = Symbol('no final argument');
type Final = GoValue | typeof noFinal;

function isExpected(value: GoValue, type: string): boolean {
  return type === 'any' || typeName(value) === type;
}

/** How it is said that a value is not of a type. */
function mismatch(operand: Operand | undefined, value: GoValue, type: string): string {
  const isConstant = operand?.type === 'string' || operand?.type === 'number' || operand?.type === 'boolean';
  if (isConstant) return `expected ${type === 'int' ? 'integer' : type}; found ${operandText(operand)}`;
  if (operand?.type === 'nil') return `cannot assign nil to ${type}`;
  if (value === undefined) return `invalid value; expected ${type}`;
  return `wrong type for value; expected ${type}; got ${typeName(value)}`;
}

/**
 * Evaluates pipelines, with the functions that they may call.
 *
 * @param beforeCall is called before each function, and may throw
 */
export function createEvaluator(functions: GoFunctions, fail: FailAt, beforeCall: () => void): Evaluator {
  function evaluatePipe(pipe: Pipe, dot: GoValue, scope: Scope): GoValue {
    const [first, ...others] = pipe.commands;
    let result = evaluateCommand(first, noFinal, dot, scope);
    for (const command of others) result = evaluateCommand(command, result, dot, scope);
    for (const name of pipe.variables) {
      if (pipe.assigns) scope.assign(name, result);
      else scope.declare(name, result);
    }
    return result;
  }

  function evaluateCommand(command: Command, final: Final, dot: GoValue, scope: Scope): GoValue {
    const [first, ...args] = command.args;
    switch (first.type) {
      case 'field':
        return fieldChain(first, dot, first.names, args, final, dot, scope);
      case 'variable':
        if (first.names.length > 0)
          return ofResult(first, scope.get(first.name), first.names, args, final, dot, scope);
        break;
      case 'chain':
        return ofResult(lastOf(first), operand(first.of, dot, scope), first.names, args, final, dot, scope);
      case 'identifier':
        return callNamed(first, args, final, dot, scope, command);
      default:
    }
    if (args.length > 0 || final !== noFinal) {
      const message = `can't give argument to non-function ${operandText(first)}`;
      if (first.type === 'pipe') fail(command.at, commandText(command), message);
      fail(first.at, operandText(first), message);
    }
    if (first.type === 'nil') fail(first.at, 'nil', 'nil is not a command');
    return operand(first, dot, scope);
  }

  /** A value that is no call with arguments. */
  function operand(node: Operand, dot: GoValue, scope: Scope): GoValue {
    switch (node.type) {
      case 'string':
      case 'number':
      case 'boolean':
        return node.value;
      case 'nil':
        return undefined;
      case 'dot':
        return dot;
      case 'pipe':
        return evaluatePipe(node, dot, scope);
      case 'identifier':
        return callNamed(node, [], noFinal, dot, scope, { at: node.at, args: [node] });
      case 'field':
        return fieldChain(node, dot, node.names, [], noFinal, dot, scope);
      case 'variable':
        return ofResult(node, scope.get(node.name), node.names, [], noFinal, dot, scope);
      default:
        return ofResult(lastOf(node), operand(node.of, dot, scope), node.names, [], noFinal, dot, scope);
    }
  }

  /** Fields of what a pipe or a variable holds: of nothing there are none, while nothing in a map is an error. */
  function ofResult(
    node: Operand,
    receiver: GoValue,
    names: readonly string[],
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
  ): GoValue {
    return receiver === undefined ? undefined : fieldChain(node, receiver, names, args, final, dot, scope);
  }

  function fieldChain(
    node: Operand,
    receiver: GoValue,
    names: readonly string[],
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
  ): GoValue {
    let value = receiver;
    names.forEach((name, position) => {
      const isLast = position === names.length - 1;
      value = field(node, value, name, isLast ? args : [], isLast ? final : noFinal, dot, scope);
    });
    return value;
  }

  function field(
    node: Operand,
    receiver: GoValue,
    name: string,
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
  ): GoValue {
    const hasArgs = args.length > 0 || final !== noFinal;
    const context = operandText(node);
    if (receiver === undefined) return fail(node.at, context, `nil pointer evaluating interface {}.${name}`);
    if (typeof receiver === 'object' && receiver.kind === 'object') {
      const method = receiver.methods?.[name];
      if (method !== undefined)
        return call(node, name, method, args, final, dot, scope, { at: node.at, args: [node] });
      if (receiver.fields !== undefined && Object.hasOwn(receiver.fields, name)) {
        if (hasArgs) fail(node.at, context, `${name} has arguments but cannot be invoked as function`);
        return receiver.fields[name];
      }
    }
    if (typeof receiver === 'object' && receiver.kind === 'map') {
      if (hasArgs) fail(node.at, context, `${name} is not a method but has arguments`);
      return receiver.entries.has(name) ? receiver.entries.get(name) : receiver.missing;
    }
    return fail(node.at, context, `can't evaluate field ${name} in type ${typeName(receiver)}`);
  }

  function callNamed(
    node: Extract<Operand, { type: 'identifier' }>,
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
    command: Command,
  ): GoValue {
    const { name } = node;
    if (name === 'and' || name === 'or') return shortCircuit(node, args, final, dot, scope);
    // The parser refuses a name that is none of a function.
    return call(node, name, functions[name]!, args, final, dot, scope, command);
  }

  /** `and` and `or` stop at the first argument that decides. */
  function shortCircuit(
    node: Extract<Operand, { type: 'identifier' }>,
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
  ): GoValue {
    const { name, at } = node;
    if (args.length === 0 && final === noFinal)
      fail(at, name, `wrong number of args for ${name}: want at least 1 got 0`);
    let value: GoValue;
    for (const each of args) {
      value = operand(each, dot, scope);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === noFinal ? value : final;
  }

  function call(
    node: Operand,
    name: string,
    { takes, rest, call: run }: GoFunction,
    args: readonly Operand[],
    final: Final,
    dot: GoValue,
    scope: Scope,
    command: Command,
  ): GoValue {
    const count = args.length + (final === noFinal ? 0 : 1);
    const context = operandText(node);
    if (rest === undefined ? count !== takes.length : count < takes.length) {
      const want = rest === undefined ? `want ${takes.length}` : `want at least ${takes.length}`;
      fail(node.at, context, `wrong number of args for ${name}: ${want} got ${count}`);
    }
    const values = args.map((each, position): GoValue => {
      const value = operand(each, dot, scope);
      const type = (takes[position] ?? rest)!;
      if (!isExpected(value, type)) fail(each.at, operandText(each), mismatch(each, value, type));
      return value;
    });
    if (final !== noFinal) {
      const type = (takes[values.length] ?? rest)!;
      if (!isExpected(final, type)) fail(node.at, context, mismatch(undefined, final, type));
      values.push(final);
    }
    beforeCall();
    try {
      return run(...values);
    } catch (error) {
      if (error instanceof TemplateInterrupt || !(error instanceof Error)) throw error;
      return fail(command.at, commandText(command), `error calling ${name}: ${error.message}`);
    }
  }

  return { pipe: evaluatePipe };
}
