import type { FoundTrace } from '../../api/tempo.ts';

const sortKeys = ['start', 'name', 'duration', 'spans', 'errors'] as const;
export type SortKey = (typeof sortKeys)[number];

/** A column, and whether its largest stands first. */
export interface Sorting {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** `-duration` of an address: the longest first; the newest first for anything else. */
export function readSorting(text: string): Sorting {
  const key = sortKeys.find((each) => each === text.replace(/^-/, ''));
  return key === undefined
    ? { key: 'start', isDescending: true }
    : { key, isDescending: text.startsWith('-') };
}

export function writeSorting({ key, isDescending }: Sorting): string {
  return key === 'start' && isDescending ? '' : `${isDescending ? '-' : ''}${key}`;
}

/** What a click on a column asks for: the other way round where it is sorted by it already. */
export function nextSorting(now: Sorting, key: SortKey): Sorting {
  if (now.key === key) return { key, isDescending: !now.isDescending };
  return { key, isDescending: key !== 'name' };
}

const valueOf: Readonly<Record<SortKey, (trace: FoundTrace) => number | string>> = {
  start: ({ startMs }) => startMs,
  name: ({ rootService, rootName }) => `${rootService} ${rootName}`,
  duration: ({ durationMs }) => durationMs,
  spans: ({ spans }) => spans,
  errors: ({ errors }) => errors,
};

/** Traces in the wanted order; equal ones stay as they are. */
export function sortTraces(
  traces: readonly FoundTrace[],
  { key, isDescending }: Sorting,
): readonly FoundTrace[] {
  const direction = isDescending ? -1 : 1;
  return traces.toSorted((one, other) => {
    const left = valueOf[key](one);
    const right = valueOf[key](other);
    if (left === right) return 0;
    return left < right ? -direction : direction;
  });
}
