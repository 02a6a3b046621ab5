/** A check and the names of those that it depends on. */
export interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/**
 * Every way round in circles, each once, as it is walked: `['a', 'b', 'a']`. Names that are not among the nodes lead
 * nowhere.
 */
export function cycles(nodes: Iterable<Node>): readonly (readonly string[])[] {
  const byName = new Map(Array.from(nodes, (node) => [node.name, node]));
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const path: string[] = [];

  function walk(name: string): void {
    const start = path.indexOf(name);
    if (start !== -1) {
      found.push([...path.slice(start), name]);
      return;
    }
    const node = byName.get(name);
    if (node === undefined || done.has(name)) return;
    path.push(name);
    for (const next of node.dependsOn) walk(next);
    path.pop();
    done.add(name);
  }

  for (const name of byName.keys()) walk(name);
  return found;
}
