import { createEvaluator } from './evaluate-pipe.ts';
import { type GoFunctions, type GoValue, compareTexts, goText, isTrue } from './go-value.ts';
import { type Branch, type Node, lastOf, operandText } from './nodes.ts';
import type { ParsedTemplate } from './parse.ts';
import { type Scope, createScope } from './scope.ts';
import { TemplateError, placeIn } from './template-error.ts';

/** How a list of nodes ended. */
type Flow = 'on' | 'break' | 'continue';

/** Deepest nesting of templates that call one another. */
const MAX_DEPTH = 1000;

interface ExecuteLimits {
  /** Longest result [UTF-16 units]; what would be longer is an error. */
  readonly maxLength: number;
  /** Most nodes that are walked, loops counted again each time. */
  readonly maxSteps: number;
  /** Longest time [ms], looked at before each call of a function. */
  readonly maxMs: number;
}

const defaultLimits: ExecuteLimits = { maxLength: 1_000_000, maxSteps: 1_000_000, maxMs: 10_000 };

/** What a range goes over, as pairs of key and element; undefined when it is nothing to go over. */
function pairsOf(value: GoValue): Iterable<readonly [GoValue, GoValue]> | undefined {
  if (value === undefined) return [];
  if (typeof value === 'bigint') return countTo(value);
  if (typeof value !== 'object' || value.kind === 'object') return undefined;
  if (value.kind === 'slice') return value.items.map((item, index) => [BigInt(index), item] as const);
  const { entries } = value;
  return Array.from(entries.keys())
    .toSorted(compareTexts)
    .map((key) => [key, entries.get(key)] as const);
}

function* countTo(end: bigint): Iterable<readonly [GoValue, GoValue]> {
  for (let index = 0n; index < end; index += 1n) yield [index, index];
}

/**
 * Fills in a template.
 *
 * @param data what `.` is at its start
 * @throws {TemplateError} as Go words it
 */
export function executeTemplate(
  template: ParsedTemplate,
  data: GoValue,
  functions: GoFunctions,
  limits: ExecuteLimits = defaultLimits,
): string {
  const parts: string[] = [];
  let length = 0;
  let steps = 0;
  let current = template.name;

  function fail(at: number, context: string, message: string): never {
    const { line, byte } = placeIn(template.source, at);
    throw new TemplateError(
      `template: ${template.name}:${line}:${byte}: executing "${current}" at <${context}>: ${message}`,
    );
  }

  function write(text: string): void {
    length += text.length;
    if (length > limits.maxLength)
      throw new TemplateError(`template: ${template.name}: the result is longer than ${limits.maxLength}`);
    parts.push(text);
  }

  function countStep(): void {
    steps += 1;
    if (steps > limits.maxSteps)
      throw new TemplateError(`template: ${template.name}: more than ${limits.maxSteps} steps`);
  }

  const endMs = performance.now() + limits.maxMs;
  function checkTime(): void {
    if (performance.now() > endMs)
      throw new TemplateError(`template: ${template.name}: takes longer than ${limits.maxMs} ms`);
  }

  const evaluate = createEvaluator(functions, fail, checkTime);

  function print(value: GoValue): void {
    write(value === undefined ? '<no value>' : goText(value));
  }

  function walkRange(branch: Branch, dot: GoValue, scope: Scope): Flow {
    const outer = scope.mark();
    const value = evaluate.pipe(branch.pipe, dot, scope);
    const afterPipe = scope.mark();
    const pairs = pairsOf(value);
    const failHere = (message: string): never => {
      const last = lastOf(branch.pipe);
      return fail(last.at, operandText(last), message);
    };
    if (pairs === undefined) return failHere(`range can't iterate over ${goText(value)}`);
    const [first, second] = branch.pipe.variables;
    if (second !== undefined && typeof value === 'bigint')
      failHere(`can't use ${value} to iterate over more than one variable`);
    let isEmpty = true;
    for (const [key, item] of pairs) {
      countStep();
      isEmpty = false;
      // The pipeline has declared them.
      if (first !== undefined) scope.assign(first, second === undefined ? item : key);
      if (second !== undefined) scope.assign(second, item);
      const flow = walk(branch.body, item, scope);
      scope.release(afterPipe);
      if (flow === 'break') break;
    }
    const flow = isEmpty ? walk(branch.otherwise, dot, scope) : 'on';
    scope.release(outer);
    return flow;
  }

  function walkBranch(branch: Branch, dot: GoValue, scope: Scope): Flow {
    if (branch.type === 'range') return walkRange(branch, dot, scope);
    const outer = scope.mark();
    const value = evaluate.pipe(branch.pipe, dot, scope);
    const flow = isTrue(value)
      ? walk(branch.body, branch.type === 'with' ? value : dot, scope)
      : walk(branch.otherwise, dot, scope);
    scope.release(outer);
    return flow;
  }

  let depth = 0;
  function callTemplate(node: Extract<Node, { type: 'template' }>, dot: GoValue, scope: Scope): void {
    const body = template.bodies.get(node.name);
    const quoted = JSON.stringify(node.name);
    const context = `{{template ${quoted}${node.pipe === undefined ? '' : ` ${operandText(node.pipe)}`}}}`;
    if (body === undefined) fail(node.at, context, `template ${quoted} not defined`);
    if (depth >= MAX_DEPTH) fail(node.at, context, `exceeded maximum template depth (${MAX_DEPTH})`);
    const value = node.pipe === undefined ? undefined : evaluate.pipe(node.pipe, dot, scope);
    const caller = current;
    current = node.name;
    depth += 1;
    walk(body, value, createScope(value));
    depth -= 1;
    current = caller;
  }

  function walkNode(node: Node, dot: GoValue, scope: Scope): Flow {
    switch (node.type) {
      case 'text':
        write(node.text);
        return 'on';
      case 'action': {
        const value = evaluate.pipe(node.pipe, dot, scope);
        if (node.pipe.variables.length === 0) print(value);
        return 'on';
      }
      case 'template':
        callTemplate(node, dot, scope);
        return 'on';
      case 'break':
      case 'continue':
        return node.type;
      default:
        return walkBranch(node, dot, scope);
    }
  }

  function walk(nodes: readonly Node[], dot: GoValue, scope: Scope): Flow {
    for (const node of nodes) {
      countStep();
      const flow = walkNode(node, dot, scope);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  walk(template.bodies.get(template.name)!, data, createScope(data));
  return parts.join('');
}
