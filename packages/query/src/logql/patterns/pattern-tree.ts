import { PLACEHOLDER } from './line-tokenizer.ts';
import type { TokenizedText } from './tokenize-text.ts';

/** Lines that are alike but for some tokens. */
interface LineCluster {
  /** Those of its first line, with a placeholder where a later one differs. */
  readonly text: TokenizedText;
  /** Lines by the place that they were added with. */
  readonly counts: Map<number, number>;
}

/** Sorts lines into clusters of those that are alike. */
export interface PatternTree {
  /** @param place what lines are counted by: a time, or from where they are */
  add(text: TokenizedText, place: number): void;
  clusters(): Iterable<LineCluster>;
}

interface Cluster extends LineCluster {
  readonly text: { tokens: string[]; readonly spacesAfter: readonly number[] };
}

interface Node {
  readonly children: Map<string, Node>;
  clusters: Cluster[];
}

const MIN_TOKENS = 4;
const MAX_TOKENS = 80;
/** Tokens that lead from the root to a leaf. */
const MAX_DEPTH = 28;
/** Share of tokens that a line has to have in common with a cluster (0–1). */
const MIN_SIMILARITY_RATIO = 0.3;
const MAX_CHILDREN = 15;
const MAX_CLUSTERS = 300;
/** A stream of which more clusters are given up than this, by lines, has no patterns: the rest of it is passed over (0–1). */
const MAX_EVICTED_RATIO = 0.25;
const digit = /\p{N}/u;

/**
 * The clustering of Drain, with the numbers that Loki runs it with: a tree by the number of tokens and then by the
 * tokens themselves, whose leaves hold the clusters that a line is compared with. A line is added to the one it has
 * most tokens in common with, whose other tokens become placeholders.
 *
 * Source: He, Zhu, Zheng, Lyu: Drain: An Online Log Parsing Approach with Fixed Depth Tree (ICWS 2017)
 */
export function createPatternTree(): PatternTree {
  const root = new Map<number, Node>();
  /** The one that was added to last comes last. */
  const clusters = new Set<Cluster>();
  let added = 0;
  let evicted = 0;

  function leafOf(tokens: readonly string[]): Node | undefined {
    let node = root.get(tokens.length);
    for (let depth = 1; node !== undefined && depth < Math.min(MAX_DEPTH, tokens.length); depth += 1) {
      node = node.children.get(tokens[depth - 1]!) ?? node.children.get(PLACEHOLDER);
    }
    return node;
  }

  function makeLeaf(tokens: readonly string[]): Node {
    let node = root.get(tokens.length);
    if (node === undefined) root.set(tokens.length, (node = createNode()));
    for (let depth = 1; depth < Math.min(MAX_DEPTH, tokens.length); depth += 1)
      node = childFor(node, tokens[depth - 1]!);
    return node;
  }

  function evictOldest(): void {
    const [oldest] = clusters;
    if (clusters.size <= MAX_CLUSTERS || oldest === undefined) return;
    clusters.delete(oldest);
    evicted += 1;
  }

  return {
    add({ tokens, spacesAfter }, place) {
      if (added > 0 && evicted / added > MAX_EVICTED_RATIO) return;
      added += 1;
      if (tokens.length < MIN_TOKENS || tokens.length > MAX_TOKENS) return;
      const leaf = leafOf(tokens);
      const like = leaf && mostAlike(leaf.clusters, clusters, tokens);
      if (like !== undefined) {
        for (const [at, token] of tokens.entries()) {
          if (like.text.tokens[at] !== token) like.text.tokens[at] = PLACEHOLDER;
        }
        like.counts.set(place, (like.counts.get(place) ?? 0) + 1);
        clusters.delete(like);
        clusters.add(like);
        return;
      }
      const cluster: Cluster = { text: { tokens: [...tokens], spacesAfter }, counts: new Map([[place, 1]]) };
      const home = makeLeaf(tokens);
      home.clusters = [...home.clusters.filter((each) => clusters.has(each)), cluster];
      clusters.add(cluster);
      evictOldest();
    },
    clusters: () => clusters,
  };
}

function createNode(): Node {
  return { children: new Map(), clusters: [] };
}

/** What is a number, or one of too many, leads the way of the placeholder. */
function childFor({ children }: Node, token: string): Node {
  const known = children.get(token);
  if (known !== undefined) return known;
  const other = children.get(PLACEHOLDER);
  const isFull = children.size + (other === undefined ? 1 : 0) >= MAX_CHILDREN;
  if (!digit.test(token) && !isFull) return addChild(children, token);
  return other ?? addChild(children, PLACEHOLDER);
}

function addChild(children: Map<string, Node>, token: string): Node {
  const node = createNode();
  children.set(token, node);
  return node;
}

/** The one with most tokens in common; of equal ones that with more placeholders. */
function mostAlike(
  candidates: readonly Cluster[],
  kept: ReadonlySet<Cluster>,
  tokens: readonly string[],
): Cluster | undefined {
  let best: Cluster | undefined;
  let bestSame = -1;
  let bestPlaceholders = -1;
  for (const cluster of candidates) {
    if (!kept.has(cluster)) continue;
    let same = 0;
    let placeholders = 0;
    for (const [at, token] of cluster.text.tokens.entries()) {
      if (token === PLACEHOLDER) placeholders += 1;
      else if (token === tokens[at]) same += 1;
    }
    if (same > bestSame || (same === bestSame && placeholders > bestPlaceholders)) {
      best = cluster;
      bestSame = same;
      bestPlaceholders = placeholders;
    }
  }
  return bestSame / tokens.length >= MIN_SIMILARITY_RATIO ? best : undefined;
}
