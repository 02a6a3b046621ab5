import type { LabelMatcher, Labels } from '@sightline/query';
import type { Exemplar } from '../ingest/samples.ts';
import { compileMatcher } from './compiled-matcher.ts';

/** Exemplars of one series, oldest first. */
interface SeriesExemplars {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly Exemplar[];
}

export interface ExemplarStore {
  add(series: Labels, exemplars: readonly Exemplar[]): void;
  /** Those of series that fit every matcher of any of the lists, in a range both ends of which belong to it. */
  find(
    lists: readonly (readonly LabelMatcher[])[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): readonly SeriesExemplars[];
  size(): number;
}

interface Entry {
  readonly series: Labels;
  readonly exemplar: Exemplar;
}

/** Keeps the newest exemplars of all series in a ring, as Prometheus does. */
export function createExemplarStore(maxExemplars: number): ExemplarStore {
  const ring: Entry[] = [];
  let next = 0;
  /** Of each series the last, so that a scrape that shows it again adds nothing. */
  const last = new WeakMap<Labels, Exemplar>();

  return {
    add(series, exemplars) {
      for (const exemplar of exemplars) {
        if (isSame(last.get(series), exemplar)) continue;
        last.set(series, exemplar);
        ring[next] = { series, exemplar };
        next = (next + 1) % maxExemplars;
      }
    },
    find(lists, { fromMs, toMs }) {
      const tests = lists.map((matchers) => matchers.map(compileMatcher));
      const found = new Map<Labels, Exemplar[]>();
      for (const { series, exemplar } of ring) {
        if (exemplar.timeMs < fromMs || exemplar.timeMs > toMs) continue;
        const known = found.get(series);
        if (known !== undefined) known.push(exemplar);
        else if (tests.some((fits) => fits.every((test) => test(series)))) found.set(series, [exemplar]);
      }
      return Array.from(found, ([seriesLabels, exemplars]) => ({
        seriesLabels,
        exemplars: exemplars.toSorted((one, other) => one.timeMs - other.timeMs),
      }));
    },
    size: () => ring.length,
  };
}

function isSame(before: Exemplar | undefined, { value, timeMs, labels }: Exemplar): boolean {
  if (before === undefined || before.value !== value || before.timeMs !== timeMs) return false;
  const names = Object.keys(labels);
  return (
    names.length === Object.keys(before.labels).length &&
    names.every((name) => labels[name] === before.labels[name])
  );
}
