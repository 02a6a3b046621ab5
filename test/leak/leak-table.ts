import { table } from '../markdown.ts';
import type { HuntResult } from './hunt.ts';

/** What one run found, as it stands in the file. */
export interface LeakResults {
  readonly measuredAt: string;
  readonly seed: number;
  readonly minutes: number;
  readonly cases: number;
  readonly kinds: number;
  readonly places: number;
  /** Cases of which nothing was heard, and places that threw into the service: none, or the run proves nothing. */
  readonly unheard: number;
  readonly threw: number;
  /** By the group of the place. */
  readonly entries: Readonly<
    Record<string, { readonly places: number; readonly cases: number; readonly found: number }>
  >;
  readonly exits: Readonly<Record<string, { readonly bytes: number; readonly found: number }>>;
}

/** Where the figures come from. */
export const LEAK_RESULTS = new URL('leak.json', import.meta.url);

/** `log: %s after a name` is one of `log`. */
function groupOf(place: string): string {
  return place.split(':')[0] ?? place;
}

export function leakResults(
  result: HuntResult,
  { minutes, measuredAt }: Pick<LeakResults, 'minutes' | 'measuredAt'>,
): LeakResults {
  const { seed, cases, kinds, places, leaks, unheard, threw, searched } = result;
  const found = new Set(leaks.map(({ owner }) => owner));
  const entries = Map.groupBy(
    cases.map(({ place }, number) => ({ place, isFound: found.has(number) })),
    ({ place }) => groupOf(place),
  );
  return {
    measuredAt,
    seed,
    minutes,
    cases: cases.length,
    kinds,
    places,
    unheard: unheard.length,
    threw: threw.length,
    entries: Object.fromEntries(
      [...entries].map(([group, own]) => [
        group,
        {
          places: new Set(own.map(({ place }) => place)).size,
          cases: own.length,
          found: own.filter(({ isFound }) => isFound).length,
        },
      ]),
    ),
    exits: Object.fromEntries(
      [...searched].map(([exit, bytes]) => [
        exit,
        { bytes, found: new Set(leaks.filter((leak) => leak.exit === exit).map(({ owner }) => owner)).size },
      ]),
    ),
  };
}

/** Two tables: where secrets entered, and where they were looked for. */
export function leakTables(results: LeakResults): string {
  const { measuredAt, seed, minutes, cases, kinds, places, entries, exits } = results;
  const found = Object.values(entries).reduce((sum, each) => sum + each.found, 0);
  return [
    `${measuredAt}, seed ${seed}, ${minutes.toFixed(0)} minutes: ${cases.toLocaleString('en-US')} secrets of ${kinds} kinds at ${places} places, **${found} found**.`,
    table(
      ['where they enter', 'places', 'secrets', 'found'],
      Object.entries(entries).map(([group, each]) => [
        group,
        `${each.places}`,
        `${each.cases}`,
        `${each.found}`,
      ]),
    ),
    table(
      ['where they would leave', 'searched, KiB', 'found'],
      Object.entries(exits).map(([exit, each]) => [exit, (each.bytes / 1024).toFixed(0), `${each.found}`]),
    ),
  ].join('\n\n');
}
