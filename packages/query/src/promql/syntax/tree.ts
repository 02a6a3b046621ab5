import type { SyntaxNode } from '@lezer/common';

/** The nodes right under a node, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** A node right under one that the grammar never makes without it: trees with errors are not read. */
export function childAt(node: SyntaxNode, index: number): SyntaxNode {
  return childrenOf(node)[index]!;
}
