import { ownLabel } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import type { VectorMatching } from '../syntax/ast.ts';
import type { Sample, Series, SeriesTable } from './series-table.ts';

/** Samples of both sides that belong together, with the labels of their result. */
export interface Match {
  readonly left: Sample;
  readonly right: Sample;
  readonly series: Series;
}

/** The labels by which a series is found, as one text, made once for each series. */
export function createSignatures({ on, labels }: VectorMatching): (series: Series) => string {
  const known = new Map<Series, string>();
  const named = new Set(labels);
  return (series) => {
    const signature = known.get(series);
    if (signature !== undefined) return signature;
    const pairs = Object.entries(series.labels).filter(([name]) => named.has(name) === on);
    const created = JSON.stringify(pairs);
    known.set(series, created);
    return created;
  };
}

/** Finds the pairs of an arithmetic operation or a comparison. */
export function createMatcher(
  matching: VectorMatching,
  table: SeriesTable,
): (left: readonly Sample[], right: readonly Sample[]) => readonly Match[] {
  const signatureOf = createSignatures(matching);
  const resultOf = createResults(matching, table);
  const swapped = matching.cardinality === 'one-to-many';
  return (left, right) => {
    const many = swapped ? right : left;
    const ones = onesBySignature(swapped ? left : right, signatureOf, swapped ? 'left' : 'right');
    const seen = new Map<string, Set<Series>>();
    const matches: Match[] = [];
    for (const sample of many) {
      const signature = signatureOf(sample.series);
      const one = ones.get(signature);
      if (one === undefined) continue;
      const series = resultOf(sample.series, one.series);
      rememberMatch(seen, signature, series, matching);
      matches.push({ left: swapped ? one : sample, right: swapped ? sample : one, series });
    }
    return matches;
  };
}

function onesBySignature(
  samples: readonly Sample[],
  signatureOf: (series: Series) => string,
  side: string,
): ReadonlyMap<string, Sample> {
  const ones = new Map<string, Sample>();
  for (const sample of samples) {
    const signature = signatureOf(sample.series);
    if (ones.has(signature)) {
      throw new QueryError(
        'execution',
        `found duplicate series on the ${side} hand-side;many-to-many matching not allowed: matching labels must be ` +
          'unique on one side',
      );
    }
    ones.set(signature, sample);
  }
  return ones;
}

function rememberMatch(
  seen: Map<string, Set<Series>>,
  signature: string,
  series: Series,
  { cardinality }: VectorMatching,
): void {
  const before = seen.get(signature);
  if (before === undefined) {
    seen.set(signature, new Set([series]));
    return;
  }
  if (cardinality === 'one-to-one') {
    throw new QueryError(
      'execution',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
  }
  if (before.has(series)) {
    throw new QueryError(
      'execution',
      'multiple matches for labels: grouping labels must ensure unique matches',
    );
  }
  before.add(series);
}

/** The series of a result. Where nothing comes from the one side, it is made once for each of the many. */
function createResults(matching: VectorMatching, table: SeriesTable): (many: Series, one: Series) => Series {
  const { cardinality, on, labels, include } = matching;
  const known = new Map<Series, Series>();
  return (many, one) => {
    const before = include.length === 0 ? known.get(many) : undefined;
    if (before !== undefined) return before;
    const result = new Map(Object.entries(many.labels));
    if (cardinality === 'one-to-one') {
      for (const name of result.keys()) if (labels.includes(name) !== on) result.delete(name);
    }
    for (const name of include) {
      const value = ownLabel(one.labels, name);
      if (value === '') result.delete(name);
      else result.set(name, value);
    }
    const series = table.withoutEmpty([...result]);
    known.set(many, series);
    return series;
  };
}
