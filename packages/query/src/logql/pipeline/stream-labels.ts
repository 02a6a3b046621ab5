import { type Labels, setLabel } from '../../labels.ts';

/** The labels of a stream, prepared for its lines. */
export interface StreamLabels {
  readonly labels: Labels;
  readonly map: ReadonlyMap<string, string>;
  readonly key: string;
}

export function createStreamLabels(labels: Labels): StreamLabels {
  const pairs = Object.entries(labels);
  return { labels, map: new Map(pairs), key: labelsKey(pairs) };
}

export type LabelPair = readonly [name: string, value: string];

/** One text for each set of labels, whatever their order. */
export function labelsKey(pairs: readonly LabelPair[]): string {
  if (pairs.length === 1) return pairs[0]!.join('\u0000');
  return pairs
    .map(([name, value]) => `${name}\u0000${value}`)
    .toSorted()
    .join('\u0001');
}

export function labelsFromPairs(pairs: readonly LabelPair[]): Labels {
  const sorted = pairs.length < 2 ? pairs : pairs.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const labels: Record<string, string> = {};
  for (const [name, value] of sorted) setLabel(labels, name, value);
  return labels;
}
