import type { LabelMatcher, Labels } from '@sightline/query';
import type { Exemplar } from '../ingest/samples.ts';
import { compileMatcher } from './compiled-matcher.ts';
import { detached } from './detached.ts';

/** Exemplars of one series, oldest first. */
interface SeriesExemplars {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly Exemplar[];
}

export interface ExemplarStore {
  /** What the series has already is kept once; those with long labels are left out. */
  add(series: Labels, exemplars: readonly Exemplar[]): void;
  /** Those of series that fit every matcher of any of the lists, in a range both ends of which belong to it. */
  find(
    lists: readonly (readonly LabelMatcher[])[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): readonly SeriesExemplars[];
  size(): number;
}

/** Characters that the labels of an exemplar have at most. Source: Prometheus's `ExemplarMaxLabelSetLength` */
const MAX_LABEL_CHARACTERS = 128;

/** A series that has exemplars in the ring. */
interface Owner {
  readonly key: string;
  readonly labels: Labels;
  /** Its exemplars in the ring, so that who shows them again and again adds nothing. */
  readonly known: Set<string>;
}

interface Entry {
  readonly owner: Owner;
  /** The same for the same exemplar. */
  readonly key: string;
  readonly exemplar: Exemplar;
}

/** Keeps the newest exemplars of all series in a ring, as Prometheus does. */
export function createExemplarStore(maxExemplars: number): ExemplarStore {
  const ring: Entry[] = [];
  const owners = new Map<string, Owner>();
  let next = 0;

  function ownerOf(labels: Labels): Owner {
    const key = textOf(labels);
    let owner = owners.get(key);
    if (owner === undefined) owners.set(key, (owner = { key, labels, known: new Set() }));
    return owner;
  }

  return {
    add(series, exemplars) {
      const owner = ownerOf(series);
      for (const exemplar of exemplars) {
        const key = keyOf(exemplar);
        if (owner.known.has(key) || isLong(exemplar.labels)) continue;
        owner.known.add(key);
        const before = ring[next];
        before?.owner.known.delete(before.key);
        if (before?.owner.known.size === 0) owners.delete(before.owner.key);
        ring[next] = { owner, key, exemplar: { ...exemplar, labels: detachedLabels(exemplar.labels) } };
        next = (next + 1) % maxExemplars;
      }
      if (owner.known.size === 0) owners.delete(owner.key);
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

function detachedLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, detached(value)]));
}

function keyOf({ timeMs, value, labels }: Exemplar): string {
  return `${timeMs} ${value} ${textOf(labels)}`;
}

function textOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isLong(labels: Labels): boolean {
  const text = Object.entries(labels).flat().join('');
  return text.length > MAX_LABEL_CHARACTERS && Array.from(text).length > MAX_LABEL_CHARACTERS;
}
