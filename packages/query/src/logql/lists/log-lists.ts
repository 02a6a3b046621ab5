import type { LabelMatcher, Labels } from '../../labels.ts';
import { defaultLimits } from '../../limits.ts';
import type { QueryLimits } from '../../limits.ts';
import { compareLabels } from '../evaluate/series-table.ts';
import { createQueryBudget } from '../evaluate/query-budget.ts';
import { advance, openLines, selectStreams } from '../evaluate/merged-lines.ts';
import type { LogIndex } from '../log-source.ts';
import { QueryError } from '../../query-error.ts';
import { parseError } from '../parse-error.ts';
import { labelsFromPairs, labelsKey } from '../pipeline/stream-labels.ts';
import type { LabelPair } from '../pipeline/stream-labels.ts';
import { parseUnchecked } from '../syntax/parse-query.ts';
import { utf8Length } from '../values/utf8-length.ts';

export interface ListRange {
  /** Both since 1970 [ns]; `endNs` does not belong to it. */
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface VolumeQuery extends ListRange {
  /** Labels by which volumes are told apart. Default: those of the matchers. */
  readonly targetLabels?: readonly string[];
  /** `series` adds up by the values of the labels, `labels` by their names alone. Default `series`. */
  readonly aggregateBy?: 'series' | 'labels';
  /** Most volumes of the result, the largest first. Default 100. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface Volume {
  readonly labels: Labels;
  /** Of the lines and their metadata in UTF-8. */
  readonly bytes: number;
}

/** What came in between two steps, by the end of each [ns]. */
export interface VolumeSeries {
  readonly labels: Labels;
  readonly points: readonly { readonly endNs: bigint; readonly bytes: number }[];
}

export interface LogStats {
  readonly streams: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Lists of what is there, as the read API of Loki has them beside queries. */
export interface LogLists {
  /** Names of labels, of the streams that fit `query` if there is one. */
  labels(range: ListRange, query?: string): readonly string[];
  labelValues(name: string, range: ListRange, query?: string): readonly string[];
  /** Labels of every stream that fits one of the selectors. */
  series(selectors: readonly string[], range: ListRange): readonly Labels[];
  volume(query: string, volume: VolumeQuery): Promise<readonly Volume[]>;
  /** Volumes of each step [ns], which begins at a multiple of it. */
  volumeRange(
    query: string,
    volume: VolumeQuery & { readonly stepNs: bigint },
  ): Promise<readonly VolumeSeries[]>;
  stats(query: string, range: ListRange & { readonly signal?: AbortSignal }): Promise<LogStats>;
}

/** Creates the lists of a source that knows its streams. */
export function createLogLists(source: LogIndex, given: Partial<QueryLimits> = {}): LogLists {
  const limits: QueryLimits = { ...defaultLimits, ...given };

  function streams(query: string | undefined, { startNs, endNs }: ListRange): Iterable<Labels> {
    return source.series(query === undefined || query === '' ? [] : parseSelectorText(query), startNs, endNs);
  }

  return {
    labels(range, query) {
      const names = new Set<string>();
      for (const labels of streams(query, range)) for (const name of Object.keys(labels)) names.add(name);
      return [...names].toSorted();
    },
    labelValues(name, range, query) {
      const values = new Set<string>();
      for (const labels of streams(query, range)) if (Object.hasOwn(labels, name)) values.add(labels[name]!);
      return [...values].toSorted();
    },
    series(selectors, range) {
      const found = new Map<string, Labels>();
      for (const selector of selectors.length === 0 ? [undefined] : selectors) {
        for (const labels of streams(selector, range)) found.set(labelsKey(Object.entries(labels)), labels);
      }
      return [...found.values()].toSorted(compareLabels);
    },
    async volume(query, volume) {
      const matchers = parseSelectorText(query);
      const sums = createVolumeSums(matchers, volume);
      await eachLine(source, matchers, volume, limits, (labels, bytes) => sums.add(labels, bytes));
      return sums.largest();
    },
    async volumeRange(query, volume) {
      const matchers = parseSelectorText(query);
      const { stepNs, endNs } = volume;
      if (stepNs <= 0n) throw parseError('the step has to be above zero');
      const steps = new Map<bigint, VolumeSums>();
      await eachLine(source, matchers, volume, limits, (labels, bytes, timeNs) => {
        const nextNs = timeNs - (timeNs % stepNs) + stepNs;
        const stepEndNs = nextNs < endNs ? nextNs : endNs;
        let sums = steps.get(stepEndNs);
        if (sums === undefined) steps.set(stepEndNs, (sums = createVolumeSums(matchers, volume)));
        sums.add(labels, bytes);
      });
      const series = new Map<string, { labels: Labels; points: { endNs: bigint; bytes: number }[] }>();
      for (const [stepEndNs, sums] of steps) {
        for (const { labels, bytes } of sums.largest()) {
          const key = labelsKey(Object.entries(labels));
          const known = series.get(key) ?? { labels, points: [] };
          series.set(key, known);
          known.points.push({ endNs: stepEndNs, bytes });
        }
      }
      return [...series.values()].toSorted((one, other) => compareLabels(one.labels, other.labels));
    },
    async stats(query, range) {
      const seen = new Set<Labels>();
      const stats = { entries: 0, bytes: 0 };
      await eachLine(source, parseSelectorText(query), range, limits, (labels, bytes) => {
        seen.add(labels);
        stats.entries += 1;
        stats.bytes += bytes;
      });
      return { streams: seen.size, ...stats };
    },
  };
}

/** Adds up volumes by the labels that tell them apart. */
interface VolumeSums {
  add(labels: Labels, bytes: number): void;
  largest(): readonly Volume[];
}

function createVolumeSums(
  matchers: readonly LabelMatcher[],
  { targetLabels, aggregateBy = 'series', limit = 100 }: VolumeQuery,
): VolumeSums {
  const names = new Set(targetLabels ?? (aggregateBy === 'labels' ? [] : matchers.map(({ name }) => name)));
  const volumes = new Map<string, { labels: Labels; bytes: number }>();

  function addTo(pairs: readonly LabelPair[], bytes: number): void {
    const key = labelsKey(pairs);
    const known = volumes.get(key);
    if (known === undefined) volumes.set(key, { labels: labelsFromPairs(pairs), bytes });
    else known.bytes += bytes;
  }

  return {
    add(labels, bytes) {
      const pairs = Object.entries(labels).filter(([name]) => names.size === 0 || names.has(name));
      if (aggregateBy === 'series') addTo(pairs, bytes);
      else for (const [name] of pairs) addTo([[name, '']], bytes);
    },
    largest: () =>
      [...volumes.values()]
        .toSorted((left, right) => right.bytes - left.bytes || compareLabels(left.labels, right.labels))
        .slice(0, limit),
  };
}

/** The matchers of `{a="b"}`; stages are not allowed, and the selector may choose everything. */
function parseSelectorText(text: string): readonly LabelMatcher[] {
  const query = parseUnchecked(text);
  if (query.type !== 'log' || query.stages.length > 0)
    throw new QueryError('bad_data', 'only label matchers are supported');
  return query.matchers;
}

async function eachLine(
  source: LogIndex,
  matchers: readonly LabelMatcher[],
  { startNs, endNs, signal }: ListRange & { readonly signal?: AbortSignal },
  limits: QueryLimits,
  visit: (labels: Labels, bytes: number, timeNs: bigint) => void,
): Promise<void> {
  const budget = createQueryBudget(limits, signal);
  try {
    const selection = { matchers, fromNs: startNs, toNs: endNs, direction: 'forward' } as const;
    const lines = await openLines(await selectStreams(source, selection, budget), 'forward', budget);
    for (;;) {
      const waits = advance(lines, budget);
      // oxlint-disable-next-line no-await-in-loop -- one line after the other
      if (waits !== undefined) await waits;
      const { entry, stream } = lines;
      if (entry === undefined || stream === undefined) return;
      let bytes = utf8Length(entry.line);
      for (const [name, value] of Object.entries(entry.metadata))
        bytes += utf8Length(name) + utf8Length(value);
      visit(stream.labels, bytes, entry.timeNs);
    }
  } finally {
    budget.dispose();
  }
}
