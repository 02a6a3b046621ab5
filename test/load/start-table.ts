import { type VariantName, variants } from './variants.ts';

/** What one variant adds to a start. */
export interface StartResult {
  readonly name: VariantName;
  /** From the spawn of the process to its first listening socket, median [ms]. */
  readonly ms: number;
  readonly addedMs: number;
  /** Resident memory then, median. */
  readonly rssBytes: number;
  readonly addedRssBytes: number;
  readonly rawMs: readonly number[];
}

/** Everything of one run, as it stands in the file. */
export interface StartResults {
  readonly machine: string;
  readonly measuredAt: string;
  readonly rounds: number;
  readonly results: readonly StartResult[];
}

/** Where the figures of the README come from. */
export const START_RESULTS = new URL('start.json', import.meta.url);

export const startColumns = ['variant', 'start, ms', 'added, ms', 'memory, MB', 'added, MB'] as const;

export function startRows(results: readonly StartResult[]): readonly (readonly string[])[] {
  return results.map(({ name, ms, addedMs, rssBytes, addedRssBytes }) => [
    variants[name].title,
    ms.toFixed(0),
    name === 'bare' ? '' : addedMs.toFixed(0),
    (rssBytes / 1e6).toFixed(0),
    name === 'bare' ? '' : (addedRssBytes / 1e6).toFixed(0),
  ]);
}
