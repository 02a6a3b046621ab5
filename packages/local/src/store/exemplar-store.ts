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

/** A series that has exemplars in the ring. */
interface Owner {
  readonly key: string;
  readonly labels: Labels;
  /** The newest, so that a scrape that shows it again adds nothing. */
  last: Exemplar | undefined;
  count: number;
}

interface Entry {
  readonly owner: Owner;
  readonly exemplar: Exemplar;
}

/** Keeps the newest exemplars of all series in a ring, as Prometheus does. */
export function createExemplarStore(maxExemplars: number): ExemplarStore {
  const ring: Entry[] = [];
  const owners = new Map<string, Owner>();
  let next = 0;

  function ownerOf(labels: Labels): Owner {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    let owner = owners.get(key);
    if (owner === undefined) owners.set(key, (owner = { key, labels, last: undefined, count: 0 }));
    return owner;
  }

  return {
    add(series, exemplars) {
      const owner = ownerOf(series);
      for (const exemplar of exemplars) {
        if (isSame(owner.last, exemplar)) continue;
        owner.last = exemplar;
        owner.count += 1;
        const before = ring[next]?.owner;
        if (before !== undefined && --before.count === 0) owners.delete(before.key);
        ring[next] = { owner, exemplar };
        next = (next + 1) % maxExemplars;
      }
      if (owner.count === 0) owners.delete(owner.key);
    },
    find(lists, { fromMs, toMs }) {
      const tests = lists.map((matchers) => matchers.map(compileMatcher));
      const found = new Map<Owner, Exemplar[]>();
      for (const { owner, exemplar } of ring) {
        if (exemplar.timeMs < fromMs || exemplar.timeMs > toMs) continue;
        const known = found.get(owner);
        if (known !== undefined) known.push(exemplar);
        else if (tests.some((fits) => fits.every((test) => test(owner.labels)))) found.set(owner, [exemplar]);
      }
      return Array.from(found, ([{ labels: seriesLabels }, exemplars]) => ({
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
