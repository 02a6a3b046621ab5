import { type LabelMatcher, type Labels, labelTest } from '../labels.ts';
import type { FloatHistogram } from './histogram/index.ts';
import { labelKey, type LabelSet, labelSet, labelValue, toLabels } from './label-set.ts';
import { createSampleList, type SampleList } from './sample-list.ts';
import type { SelectRange, SeriesSamples, SeriesSource } from './source.ts';

/** Series in memory, found by their labels. */
export interface MemorySeries extends SeriesSource {
  /** Series that there are. */
  readonly size: number;
  /**
   * Adds a sample; samples of a series come in the order of time, and one at the same time replaces the last.
   *
   * @param timeMs since 1970 [ms]
   * @param startMs when a counter says that it began to count [ms]
   * @returns false when the series has a later sample already, which then is not added
   */
  append(labels: Labels, timeMs: number, sample: number | FloatHistogram, startMs?: number): boolean;
  /** Says that a series ended: from this time on it has no value, however long the lookback is. */
  appendStale(labels: Labels, timeMs: number): boolean;
  /** Takes all series out. */
  clear(): void;
}

interface Entry {
  readonly set: LabelSet;
  readonly labels: Labels;
  readonly samples: SampleList;
}

/** An empty source of series that keeps all it is given; for tests, and for amounts that fit into memory. */
export function createMemorySeries(): MemorySeries {
  const entries = new Map<string, Entry>();
  /** Entries by name and value of each label. */
  const index = new Map<string, Map<string, Entry[]>>();

  function entryOf(labels: Labels): Entry {
    const set = labelSet(labels);
    const known = entries.get(labelKey(set));
    if (known !== undefined) return known;
    const entry = { set, labels: toLabels(set), samples: createSampleList() };
    entries.set(labelKey(set), entry);
    set.names.forEach((name, at) => {
      const values = index.get(name) ?? new Map<string, Entry[]>();
      index.set(name, values);
      const value = set.values[at]!;
      const others = values.get(value);
      if (others === undefined) values.set(value, [entry]);
      else others.push(entry);
    });
    return entry;
  }

  /** The shortest list of series in which all that fit must be. */
  function candidates(matchers: readonly LabelMatcher[]): Iterable<Entry> {
    let best: readonly Entry[] | undefined;
    for (const { name, op, value } of matchers) {
      if (op !== '=' || value === '') continue;
      const list = index.get(name)?.get(value) ?? [];
      if (best === undefined || list.length < best.length) best = list;
    }
    return best ?? entries.values();
  }

  return {
    get size() {
      return entries.size;
    },
    append: (labels, timeMs, sample, startMs) => entryOf(labels).samples.append(timeMs, sample, startMs ?? 0),
    appendStale: (labels, timeMs) => entryOf(labels).samples.appendStale(timeMs),
    clear() {
      entries.clear();
      index.clear();
    },
    *select(matchers: readonly LabelMatcher[], range: SelectRange): Generator<SeriesSamples> {
      const tests = matchers.map((matcher) => ({ name: matcher.name, test: labelTest(matcher) }));
      for (const { set, labels, samples } of candidates(matchers)) {
        if (!tests.every(({ name, test }) => test(labelValue(set, name)))) continue;
        const found = samples.between(range.fromMs, range.toMs);
        if (found !== undefined) yield { labels, ...found };
      }
    },
  };
}
