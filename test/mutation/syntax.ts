import { parseAst } from 'vitest/node';

/** A node of the syntax tree, as ESTree with TypeScript has it. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets in the source [UTF-16 code units]. */
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** The chain of what a node stands in, nearest first, with the property that it stands in. */
export interface Place {
  readonly parent: SyntaxNode | undefined;
  readonly property: string;
  readonly ancestors: readonly SyntaxNode[];
}

export function syntaxOf(source: string): SyntaxNode {
  return parseAst(source, { lang: 'ts' }) as unknown as SyntaxNode;
}

/** TypeScript that holds an expression which runs. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
]);

/** Properties that hold types only. */
const TYPES: ReadonlySet<string> = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'superTypeArguments',
  'implements',
]);

/** Calls `visit` with every node that runs, the outer before the inner; types, imports and exports of names are left out. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, place: Place) => void,
  place: Place = { parent: undefined, property: '', ancestors: [] },
): void {
  if (/^(?:Import|ExportAll)/.test(node.type) && node.type !== 'ImportExpression') return;
  if (node.type.startsWith('TS') && !TRANSPARENT.has(node.type)) return;
  visit(node, place);
  const ancestors = [node, ...place.ancestors];
  for (const [property, value] of Object.entries(node)) {
    if (TYPES.has(property)) continue;
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) walk(child, visit, { parent: node, property, ancestors });
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}
