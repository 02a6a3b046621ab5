import { type SyntaxNode, isNode, syntaxOf, walk } from './syntax.ts';

/** A statement in a block, or what a short arrow function gives: it runs as a whole, or not at all. */
interface Step {
  /** Offsets in the source [UTF-16 code units]. */
  readonly start: number;
  readonly end: number;
  readonly isExpression: boolean;
}

/**
 * A source that notes each of its steps when it runs, for `record-steps.ts`. What stands in a step that no test file
 * runs can be noticed by none.
 */
export function markedSource(file: string, source: string): string {
  const insertions = stepsOf(source).flatMap(({ start, end, isExpression }) => {
    const note = noteOf(file, start);
    return isExpression
      ? [
          { at: start, text: `(${note}, ` },
          { at: end, text: ')' },
        ]
      : [{ at: start, text: `${note}; ` }];
  });
  const ordered = insertions.toSorted((a, b) => b.at - a.at);
  const marked = ordered.reduce(
    (text, { at, text: added }) => text.slice(0, at) + added + text.slice(at),
    source,
  );
  return `${noteOf(file, -1)}; ${marked}`;
}

/** The name of the innermost step that an offset is in, as it is noted: of the module itself where it is in none. */
export function stepAt(file: string, source: string): (offset: number) => string {
  const steps = stepsOf(source);
  return function innermost(offset) {
    const around = steps.filter(({ start, end }) => start <= offset && offset < end);
    return stepName(file, Math.max(-1, ...around.map(({ start }) => start)));
  };
}

function stepsOf(source: string): readonly Step[] {
  const steps: Step[] = [];
  walk(syntaxOf(source), (node) => {
    for (const { start, end } of statementsOf(node)) steps.push({ start, end, isExpression: false });
    const { body } = node;
    if (node.type === 'ArrowFunctionExpression' && isNode(body) && body.type !== 'BlockStatement') {
      steps.push({ start: body.start, end: body.end, isExpression: true });
    }
  });
  return steps;
}

function statementsOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === 'BlockStatement') return node['body'] as SyntaxNode[];
  if (node.type === 'SwitchCase') return node['consequent'] as SyntaxNode[];
  return [];
}

function noteOf(file: string, start: number): string {
  return `globalThis.sightlineSteps?.add(${JSON.stringify(stepName(file, start))})`;
}

function stepName(file: string, start: number): string {
  return `${file}@${start}`;
}
