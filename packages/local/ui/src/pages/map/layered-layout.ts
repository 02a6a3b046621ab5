/** What is laid out: names and who points to whom. */
export interface LayoutInput {
  readonly nodes: readonly string[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export interface LayoutSizes {
  /** Of a node, and between two of them [CSS px]. */
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Upper left corners. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** For each edge, in the order given, where its line goes through from left to right; none for an edge to itself. */
  readonly edges: readonly (readonly Point[])[];
}

/** A place in a layer: a node, or where a long edge passes by. */
interface Cell {
  readonly name: string | undefined;
  readonly layer: number;
  readonly before: Cell[];
  readonly after: Cell[];
  y: number;
}

const SWEEPS = 12;
/** What passes by needs less room than a node. */
const PASSING_RATIO = 0.35;

/**
 * Nodes in columns from left to right, so that callers stand left of those that they call, with few crossings.
 *
 * The four steps: edges that close a circle are turned round; a node stands one column right of its last caller; within a
 * column the order follows the middle of the neighbours, swept back and forth, and the best is kept; then every
 * node moves to the height of its neighbours as far as there is room.
 *
 * Source: Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures, IEEE Transactions on
 * Systems, Man, and Cybernetics 11 (1981)
 */
export function layeredLayout({ nodes, edges }: LayoutInput, sizes: LayoutSizes): Layout {
  const { nodeWidth, nodeHeight, columnGap } = sizes;
  const turned = withoutCircles(nodes, edges);
  const layerOf = layersOf(nodes, turned);
  const cells = new Map(nodes.map((name) => [name, cellOf(name, layerOf.get(name) ?? 0)]));
  const layers: Cell[][] = [];
  for (const cell of cells.values()) (layers[cell.layer] ??= []).push(cell);
  const chains = turned.map(({ from, to }) => chainOf(cells.get(from), cells.get(to), layers));
  const filled = Array.from(layers, (layer) => layer ?? []);
  const ordered = fewestCrossings(filled);
  setHeights(ordered, sizes);
  const all = ordered.flat();
  const top = all.reduce((least, { y }) => Math.min(least, y), Infinity);
  const middle = nodeHeight / 2;
  for (const cell of all) cell.y -= top;
  const xOf = (layer: number): number => layer * (nodeWidth + columnGap);
  return {
    width: Math.max(0, filled.length * (nodeWidth + columnGap) - columnGap),
    height: all.reduce((most, { y }) => Math.max(most, y + nodeHeight), 0),
    nodes: new Map(Array.from(cells, ([name, { layer, y }]) => [name, { x: xOf(layer), y }])),
    edges: chains.map((chain) =>
      chain.flatMap((cell, index) => {
        const x = xOf(cell.layer);
        const y = cell.y + middle;
        if (index === 0) return [{ x: x + nodeWidth, y }];
        if (index === chain.length - 1) return [{ x, y }];
        return [
          { x, y },
          { x: x + nodeWidth, y },
        ];
      }),
    ),
  };
}

function cellOf(name: string | undefined, layer: number): Cell {
  return { name, layer, before: [], after: [], y: 0 };
}

type Edges = LayoutInput['edges'];

/** Edges without circles: those back to where a walk came from point the other way. */
function withoutCircles(nodes: readonly string[], edges: Edges): Edges {
  const out = Map.groupBy(edges, ({ from }) => from);
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const state = new Map<string, 'open' | 'done'>();
  const back = new Set<Edges[number]>();
  // Those that nobody calls first: their edges are the right way round.
  const starts = nodes.toSorted((one, other) => Number(called.has(one)) - Number(called.has(other)));
  for (const start of starts) {
    if (state.has(start)) continue;
    state.set(start, 'open');
    const walk = [{ name: start, next: 0 }];
    for (let step = walk.at(-1); step !== undefined; step = walk.at(-1)) {
      const edge = out.get(step.name)?.[step.next++];
      if (edge === undefined) {
        state.set(step.name, 'done');
        walk.pop();
      } else if (state.get(edge.to) === 'open') back.add(edge);
      else if (!state.has(edge.to)) {
        state.set(edge.to, 'open');
        walk.push({ name: edge.to, next: 0 });
      }
    }
  }
  return edges.map((edge) => (back.has(edge) ? { from: edge.to, to: edge.from } : edge));
}

/** The longest way to each node, in edges. */
function layersOf(nodes: readonly string[], edges: Edges): ReadonlyMap<string, number> {
  const layers = new Map(nodes.map((name) => [name, 0]));
  const waiting = new Map(nodes.map((name) => [name, 0]));
  const real = edges.filter(({ from, to }) => from !== to);
  for (const { to } of real) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const out = Map.groupBy(real, ({ from }) => from);
  const ready = nodes.filter((name) => waiting.get(name) === 0);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    for (const { to } of out.get(name) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(name) ?? 0) + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return layers;
}

/** The cells that an edge goes through; new ones where it passes layers by. */
function chainOf(from: Cell | undefined, to: Cell | undefined, layers: Cell[][]): readonly Cell[] {
  if (from === undefined || to === undefined || from === to) return [];
  const chain = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const passing = cellOf(undefined, layer);
    (layers[layer] ??= []).push(passing);
    chain.push(passing);
  }
  chain.push(to);
  for (const [index, cell] of chain.entries()) {
    const next = chain[index + 1];
    if (next === undefined) break;
    cell.after.push(next);
    next.before.push(cell);
  }
  return chain;
}

function fewestCrossings(layers: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  let best = layers;
  let bestCount = crossings(layers);
  const now = layers.map((layer) => layer.slice());
  for (let sweep = 0; sweep < SWEEPS && bestCount > 0; sweep++) {
    const side = sweep % 2 === 0 ? 'before' : 'after';
    const order = [...now.keys()];
    for (const layer of side === 'before' ? order : order.toReversed()) {
      const places = placesOf(now);
      now[layer] = (now[layer] ?? []).toSorted(
        (one, other) =>
          middleOf(one[side], places, places.get(one)) - middleOf(other[side], places, places.get(other)),
      );
    }
    const count = crossings(now);
    if (count < bestCount) {
      best = now.map((layer) => layer.slice());
      bestCount = count;
    }
  }
  return best;
}

function placesOf(layers: readonly (readonly Cell[])[]): ReadonlyMap<Cell, number> {
  return new Map(layers.flatMap((layer) => layer.map((cell, index) => [cell, index] as const)));
}

function middleOf(cells: readonly Cell[], places: ReadonlyMap<Cell, number>, otherwise = 0): number {
  if (cells.length === 0) return otherwise;
  return cells.reduce((sum, cell) => sum + (places.get(cell) ?? 0), 0) / cells.length;
}

/** How many pairs of edges cross between neighbouring layers. */
function crossings(layers: readonly (readonly Cell[])[]): number {
  const places = placesOf(layers);
  let count = 0;
  for (const layer of layers) {
    const ends: number[] = [];
    for (const cell of layer) {
      const own = cell.after.map((next) => places.get(next) ?? 0);
      for (const end of own) count += ends.filter((earlier) => earlier > end).length;
      ends.push(...own);
    }
  }
  return count;
}

/** Every cell at the middle of its neighbours, as far as those above and below leave room. */
function setHeights(layers: readonly (readonly Cell[])[], { nodeHeight, rowGap }: LayoutSizes): void {
  const roomOf = (cell: Cell): number =>
    (nodeHeight + rowGap) * (cell.name === undefined ? PASSING_RATIO : 1);
  for (const layer of layers) {
    let y = 0;
    for (const cell of layer) {
      cell.y = y;
      y += roomOf(cell);
    }
    for (const cell of layer) cell.y -= y / 2;
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const layer of isForward ? layers : layers.toReversed()) {
      const wanted = layer.map((cell) => {
        const near = isForward ? cell.before : cell.after;
        return near.length === 0 ? cell.y : near.reduce((sum, { y }) => sum + y, 0) / near.length;
      });
      place(layer, wanted, roomOf);
    }
  }
}

/** Down from the top, then up from the bottom: the middle of both keeps the order and is near to what is wanted. */
function place(layer: readonly Cell[], wanted: readonly number[], roomOf: (cell: Cell) => number): void {
  const down: number[] = [];
  const up: number[] = [];
  for (const [index, cell] of layer.entries()) {
    const above = layer[index - 1];
    const least = above === undefined ? -Infinity : (down[index - 1] ?? 0) + roomBetween(above, cell, roomOf);
    down.push(Math.max(wanted[index] ?? 0, least));
  }
  for (let index = layer.length - 1; index >= 0; index--) {
    const cell = layer[index] as Cell;
    const below = layer[index + 1];
    const most = below === undefined ? Infinity : (up[index + 1] ?? 0) - roomBetween(cell, below, roomOf);
    up[index] = Math.min(wanted[index] ?? 0, most);
  }
  for (const [index, cell] of layer.entries()) cell.y = ((down[index] ?? 0) + (up[index] ?? 0)) / 2;
}

function roomBetween(above: Cell, below: Cell, roomOf: (cell: Cell) => number): number {
  return (roomOf(above) + roomOf(below)) / 2;
}
