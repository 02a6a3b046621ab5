import { nextTurn } from '../../next-turn.ts';
import { QueryError } from '../../query-error.ts';
import type { LogqlEngine } from '../engine.ts';
import type { ResultEntry, ResultStream } from '../evaluate/log-evaluator.ts';
import { tokenizerFor } from './line-tokenizer.ts';
import type { LineTokenizer } from './line-tokenizer.ts';
import { createPatternTree } from './pattern-tree.ts';
import type { PatternTree } from './pattern-tree.ts';

/** Lines of a query of lines in a range of time. */
export interface PatternLines {
  readonly query: string;
  /** Both since 1970 [ns]; `endNs` does not belong to it. */
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface PatternOptions {
  /** Most lines that are looked at, the newest. Default 50,000. */
  readonly lineLimit?: number;
  /** Most patterns, those with most lines. Default 300. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface PatternQuery extends PatternLines, PatternOptions {
  /** Between two counts [s], 10 at least. */
  readonly stepSeconds: number;
}

/** Lines of one level that are alike but for what `<_>` stands for. */
interface Pattern {
  /** As a query takes it behind `|>`. */
  readonly pattern: string;
  /** `detected_level` of its lines; "unknown" without one. */
  readonly level: string;
  readonly lines: number;
}

export interface LogPattern extends Pattern {
  /** Lines by the beginning of their step since 1970 [s], in the order of time. */
  readonly samples: readonly (readonly [seconds: number, lines: number])[];
}

export interface SharedLogPattern extends Pattern {
  /** Lines of each of the queries, in their order. */
  readonly counts: readonly number[];
}

type Counts = ReadonlyMap<number, number>;

interface Counted extends Pattern {
  readonly counts: Counts;
}

const LINES_PER_TURN = 1000;
const MIN_STEP_SECONDS = 10;
const levels: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error', 'fatal', 'critical', 'trace']);

/**
 * What kinds of lines there are, those with most lines first: the lines that a query finds, sorted by what they have in
 * common as Loki's pattern ingester does while they come in.
 *
 * @throws {QueryError}
 */
export async function findLogPatterns(
  engine: LogqlEngine,
  { stepSeconds, ...query }: PatternQuery,
): Promise<readonly LogPattern[]> {
  const step = Math.max(MIN_STEP_SECONDS, Math.floor(stepSeconds));
  const found = createPatterns();
  for (const stream of await streamsOf(engine, query, query)) {
    // oxlint-disable-next-line no-await-in-loop -- others have their turn
    await found.add(createTrees(), stream, ({ timeNs }) => {
      const seconds = Number(timeNs / 1_000_000_000n);
      return seconds - (seconds % step);
    });
  }
  return found.largest(query.limit).map(({ pattern, level, lines, counts }) => ({
    pattern,
    level,
    lines,
    samples: [...counts].toSorted(([one], [other]) => one - other),
  }));
}

/**
 * The patterns that the lines of several queries have together, and how many lines of each query every one has.
 *
 * @throws {QueryError}
 */
export async function findSharedLogPatterns(
  engine: LogqlEngine,
  queries: readonly PatternLines[],
  options: PatternOptions = {},
): Promise<readonly SharedLogPattern[]> {
  const trees = createTrees();
  const found = createPatterns();
  for (const [place, query] of queries.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one query after the other
    for (const stream of await streamsOf(engine, query, options)) {
      // oxlint-disable-next-line no-await-in-loop -- others have their turn
      await found.add(trees, stream, () => place);
    }
  }
  return found.largest(options.limit).map(({ pattern, level, lines, counts }) => ({
    pattern,
    level,
    lines,
    counts: queries.map((_, place) => counts.get(place) ?? 0),
  }));
}

async function streamsOf(
  engine: LogqlEngine,
  { query, startNs, endNs }: PatternLines,
  { lineLimit = 50_000, signal }: PatternOptions,
): Promise<readonly ResultStream[]> {
  const result = await engine.range(query, {
    startNs,
    endNs,
    limit: lineLimit,
    categorizeLabels: true,
    ...(signal && { signal }),
  });
  if (result.type !== 'streams') throw new QueryError('bad_data', 'only label matchers are supported');
  return result.streams;
}

interface LevelTree {
  readonly level: string;
  readonly tokenizer: LineTokenizer;
  readonly tree: PatternTree;
}

/** Trees by format and level. */
interface Trees {
  of(tokenizer: LineTokenizer, level: string): PatternTree;
  all(): Iterable<LevelTree>;
}

function createTrees(): Trees {
  const trees = new Map<string, LevelTree>();
  return {
    of(tokenizer, level) {
      const key = `${tokenizer.format} ${level}`;
      let known = trees.get(key);
      if (known === undefined) trees.set(key, (known = { level, tokenizer, tree: createPatternTree() }));
      return known.tree;
    },
    all: () => trees.values(),
  };
}

interface Patterns {
  /** Sorts the lines of a stream into trees, from the oldest on: what comes first makes the pattern. */
  add(trees: Trees, stream: ResultStream, placeOf: (entry: ResultEntry) => number): Promise<void>;
  largest(limit?: number): readonly Counted[];
}

function createPatterns(): Patterns {
  const all = new Set<Trees>();
  return {
    async add(trees, { entries }, placeOf) {
      all.add(trees);
      // A stream of a result has a line at least.
      const tokenizer = tokenizerFor(entries.at(-1)!.line);
      let lines = 0;
      for (let at = entries.length - 1; at >= 0; at -= 1) {
        const entry = entries[at]!;
        const text = tokenizer.tokenize(entry.line);
        if (text === undefined) continue;
        trees.of(tokenizer, levelOf(entry)).add(text, placeOf(entry));
        lines += 1;
        // oxlint-disable-next-line no-await-in-loop -- others have their turn
        if (lines % LINES_PER_TURN === 0) await nextTurn();
      }
    },
    largest(limit = 300) {
      return [...merged(all)]
        .toSorted((one, other) => other.lines - one.lines || (one.pattern < other.pattern ? -1 : 1))
        .slice(0, limit);
    },
  };
}

/** What several streams have alike is one pattern. */
function merged(all: Iterable<Trees>): Iterable<Counted> {
  const found = new Map<
    string,
    { pattern: string; level: string; lines: number; counts: Map<number, number> }
  >();
  for (const trees of all) {
    for (const { level, tokenizer, tree } of trees.all()) {
      for (const { text, counts } of tree.clusters()) {
        const pattern = tokenizer.join(text);
        const key = `${level} ${pattern}`;
        const known = found.get(key) ?? { pattern, level, lines: 0, counts: new Map() };
        found.set(key, known);
        for (const [place, count] of counts) {
          known.counts.set(place, (known.counts.get(place) ?? 0) + count);
          known.lines += count;
        }
      }
    }
  }
  return found.values();
}

function levelOf({ metadata }: ResultEntry): string {
  const level = metadata?.['detected_level']?.toLowerCase() ?? '';
  return levels.has(level) ? level : 'unknown';
}
