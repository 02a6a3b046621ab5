/**
 * Finds any number of literals in one pass over a text: an Aho–Corasick automaton, compiled to one flat table.
 *
 * The pass costs one table look-up a character whatever the text holds, so it is linear by construction.
 * Letters match in either case and `#` in a literal stands for any ASCII digit.
 * Source: Aho, Corasick: Efficient string matching (1975), https://doi.org/10.1145/360825.360855
 */
export interface Automaton {
  /** `transitions[state + classes[code]]` is the next state; states are multiples of the row width. */
  readonly transitions: Uint16Array | Uint32Array;
  /** Character class of each ASCII code in the low seven bits; bit 7 says that JSON must escape the character. */
  readonly classes: Uint8Array;
  /** States from here on end at least one literal. */
  readonly firstHit: number;
  /** Which literals end in a state, longest first; index is `(state - firstHit) / width`. */
  readonly hits: readonly (readonly LiteralHit[])[];
  readonly width: number;
}

export interface LiteralHit {
  /** Index of the literal's owner, as given to `compileAutomaton`. */
  readonly owner: number;
  /** Length of the literal [characters]. */
  readonly length: number;
}

/** Set in `classes` for the ASCII characters that a JSON string cannot hold as they are. */
export const JSON_ESCAPE = 0x80;
/** The class bits of an entry in `classes`. */
export const CLASS_BITS = 0x7f;

interface Node {
  readonly next: Map<number, Node>;
  readonly hits: LiteralHit[];
  fail: Node | undefined;
  state: number;
}

/** Up to here an entry takes two bytes; the built-in rules alone stay below. */
const MAX_SMALL_TABLE = 65_536;
/** Entries of the largest table: 4 MiB. */
const MAX_TABLE = 1_048_576;

/**
 * @param literals `literals[owner]` are that owner's literals; ASCII, non-empty
 * @throws {RangeError} when the literals need more than 1,048,576 table entries
 */
export function compileAutomaton(literals: readonly (readonly string[])[]): Automaton {
  const { classes, width } = classify(literals.flat());
  const root = newNode();
  const nodes = [root];
  literals.forEach((ownLiterals, owner) => {
    for (const literal of ownLiterals) {
      let node = root;
      for (const code of codesOf(literal)) {
        const symbol = (classes[code] ?? 0) & CLASS_BITS;
        let child = node.next.get(symbol);
        if (child === undefined) {
          child = newNode();
          node.next.set(symbol, child);
          nodes.push(child);
        }
        node = child;
      }
      node.hits.push({ owner, length: literal.length });
    }
  });
  const size = nodes.length * width;
  if (size > MAX_TABLE) {
    throw new RangeError(`${nodes.length} states of ${width} classes do not fit the table`);
  }

  const breadthFirst = linkFailures(root);
  const silent = breadthFirst.filter((node) => node.hits.length === 0);
  const hitting = breadthFirst.filter((node) => node.hits.length > 0);
  [...silent, ...hitting].forEach((node, index) => {
    node.state = index * width;
  });

  const transitions = size > MAX_SMALL_TABLE ? new Uint32Array(size) : new Uint16Array(size);
  for (const { state, fail, next } of breadthFirst) {
    // The row of the longest suffix is complete: it is nearer to the root. That of the root is all zeros.
    if (fail !== undefined) transitions.copyWithin(state, fail.state, fail.state + width);
    for (const [symbol, child] of next) transitions[state + symbol] = child.state;
  }
  return {
    transitions,
    classes,
    width,
    firstHit: silent.length * width,
    hits: hitting.map((node) => node.hits.toSorted((a, b) => b.length - a.length)),
  };
}

function newNode(): Node {
  return { next: new Map(), hits: [], fail: undefined, state: 0 };
}

/** One class a character in use (a letter with its other case, all digits together), 0 for every other. */
function classify(literals: readonly string[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(128);
  let width = 1;
  for (const code of literals.flatMap(codesOf)) {
    if (classes[code] !== 0) continue;
    if (isDigit(code)) classes.fill(width, 48, 58);
    else classes[code] = width;
    if (code >= 97 && code <= 122) classes[code - 32] = width;
    width++;
  }
  for (let code = 0; code < 32; code++) classes[code] = (classes[code] ?? 0) | JSON_ESCAPE;
  for (const code of [34, 92]) classes[code] = (classes[code] ?? 0) | JSON_ESCAPE;
  return { classes, width };
}

function codesOf(literal: string): number[] {
  return Array.from(literal.toLowerCase(), (character) => (character === '#' ? 48 : character.charCodeAt(0)));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Gives every node its longest proper suffix, with that suffix's hits, nearest to the root first. */
function linkFailures(root: Node): Node[] {
  const order = [root];
  for (const node of order) {
    for (const [symbol, child] of node.next) {
      child.fail = node === root ? root : step(node.fail ?? root, symbol, root);
      child.hits.push(...child.fail.hits);
      order.push(child);
    }
  }
  return order;
}

function step(node: Node, symbol: number, root: Node): Node {
  let from: Node | undefined = node;
  while (from !== undefined) {
    const child = from.next.get(symbol);
    if (child !== undefined) return child;
    from = from.fail;
  }
  return root;
}
