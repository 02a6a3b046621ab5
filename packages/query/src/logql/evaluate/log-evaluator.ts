import type { Labels } from '../../labels.ts';
import type { Direction, LogSource } from '../log-source.ts';
import { compileStages } from '../pipeline/compile-stages.ts';
import { LineLabels } from '../pipeline/line-labels.ts';
import { allLabels, ParserHints } from '../pipeline/parser-hints.ts';
import { createStreamLabels, labelsFromPairs, labelsKey } from '../pipeline/stream-labels.ts';
import type { LabelPair } from '../pipeline/stream-labels.ts';
import type { LogSelector } from '../syntax/ast.ts';
import { advance, openLines, selectStreams } from './merged-lines.ts';
import type { QueryBudget } from './query-budget.ts';
import { tooManySeries } from './range-evaluator.ts';
import { compareLabels } from './series-table.ts';

export interface ResultEntry {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  readonly line: string;
  /** Structured metadata of the line, and what its stages parsed; only when labels are told apart. */
  readonly metadata?: Labels;
  readonly parsed?: Labels;
}

export interface ResultStream {
  /** All labels of its lines; when labels are told apart, those of the stream alone. */
  readonly labels: Labels;
  readonly entries: readonly ResultEntry[];
}

export interface LogRange {
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly direction: Direction;
  readonly limit: number;
  /** Shortest time between two lines of the result [ns]; 0 for all. */
  readonly intervalNs: bigint;
  readonly categorizeLabels: boolean;
}

/** Reads lines in the order of time until there are enough of them. */
export async function evaluateLogs(
  selector: LogSelector,
  range: LogRange,
  source: LogSource,
  budget: QueryBudget,
): Promise<readonly ResultStream[]> {
  const stages = compileStages(selector.stages);
  const filters = stages.flatMap(({ filter }) => (filter === undefined ? [] : [filter]));
  const labels = new LineLabels(createStreamLabels({}), new ParserHints({ ...allLabels(), filters }));
  const result = new Map<string, { labels: Labels; entries: ResultEntry[] }>();
  const streams = await selectStreams(source, { ...range, matchers: selector.matchers }, budget);
  const lines = await openLines(streams, range.direction, budget);
  let left = range.limit;
  let lastNs: bigint | undefined;
  try {
    while (left > 0) {
      const waits = advance(lines, budget);
      // oxlint-disable-next-line no-await-in-loop -- one line after the other
      if (waits !== undefined) await waits;
      const { entry, stream } = lines;
      if (entry === undefined || stream === undefined) break;
      labels.start(stream, entry.metadata);
      let line: string | undefined = entry.line;
      for (const { step } of stages) {
        line = step(line, labels, entry.timeNs);
        if (line === undefined) break;
      }
      if (line === undefined || !isFarEnough(entry.timeNs, lastNs, range)) continue;
      lastNs = entry.timeNs;
      left -= 1;
      addEntry(result, labels, { timeNs: entry.timeNs, line }, range.categorizeLabels, budget);
      if (result.size > budget.limits.maxSeries) throw tooManySeries(budget.limits.maxSeries);
    }
  } finally {
    lines.close();
  }
  return [...result.values()].toSorted((one, other) => compareLabels(one.labels, other.labels));
}

function isFarEnough(
  timeNs: bigint,
  lastNs: bigint | undefined,
  { intervalNs, direction }: LogRange,
): boolean {
  if (intervalNs === 0n || lastNs === undefined) return true;
  return direction === 'forward' ? timeNs >= lastNs + intervalNs : timeNs <= lastNs - intervalNs;
}

function addEntry(
  result: Map<string, { labels: Labels; entries: ResultEntry[] }>,
  labels: LineLabels,
  entry: ResultEntry,
  categorize: boolean,
  budget: QueryBudget,
): void {
  const pairs = streamPairs(labels, categorize);
  const key = pairs === undefined ? labels.stream.key : labelsKey(pairs);
  let stream = result.get(key);
  if (stream === undefined) {
    if (pairs !== undefined) budget.keep(pairs);
    stream = { labels: pairs === undefined ? labels.stream.labels : labelsFromPairs(pairs), entries: [] };
    result.set(key, stream);
  }
  if (!categorize) {
    stream.entries.push(entry);
    return;
  }
  const [metadata, parsed] = [labels.metadataPairs(), labels.parsedPairs()];
  budget.keep(metadata);
  budget.keep(parsed);
  stream.entries.push({ ...entry, metadata: labelsFromPairs(metadata), parsed: labelsFromPairs(parsed) });
}

/** undefined when they are those of the stream. */
function streamPairs(labels: LineLabels, categorize: boolean): readonly LabelPair[] | undefined {
  if (labels.isUnchanged() && (categorize || labels.error === '')) return undefined;
  return categorize ? labels.streamPairs() : labels.pairs();
}
