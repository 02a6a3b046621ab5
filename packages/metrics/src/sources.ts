import { TIME_UP, withinTime } from './aggregation/time-limit.ts';
import type { FamilySnapshot } from './family.ts';
import type { Problems } from './problems.ts';

/** What another registry, thread or process has; asked for each page. */
export type Source = () => Promise<readonly FamilySnapshot[]> | readonly FamilySnapshot[];

export interface SourceOptions {
  /**
   * `beside`: what it gives comes on the page besides the registry's own. `whole`: it holds the registry's own already,
   * added up with the rest, as `clusterSource` and `threadSource` do when they are given `own`; the page is what it
   * gives, and `snapshot()` leaves it out. Default: `beside`.
   */
  readonly place?: 'beside' | 'whole';
}

export interface Sources {
  add(source: Source, options?: SourceOptions): () => void;
  /** What those beside the registry have, all together. */
  beside(): Promise<FamilySnapshot[]>;
  /** What stands in the registry's place; undefined when nothing does or ever did, `missing` when it fails this time. */
  whole(): Promise<readonly FamilySnapshot[] | 'missing' | undefined>;
  clear(): void;
}

/**
 * Longest wait for one source [ms]. One that is the whole page waits itself for those beside the registry, and has limits of its
 * own for the others; without it the counters of all of them would fall for a page.
 */
const LIMITS_MS = { beside: 2000, whole: 5000 } as const;

type Families = readonly FamilySnapshot[] | undefined;

interface Entry {
  readonly source: Source;
  readonly place: 'beside' | 'whole';
  /** What it is asked for a page just now. */
  asked: Promise<Families> | undefined;
  /** What it is asked next, for all pages that have begun meanwhile. */
  next: Promise<Families> | undefined;
  /** It has not come back from a question in time. */
  isStuck: boolean;
  /** It has ever given a list. */
  hasAnswered: boolean;
}

export function createSources(problems: Problems): Sources {
  const entries = new Set<Entry>();

  async function question(entry: Entry): Promise<Families> {
    const limitMs = LIMITS_MS[entry.place];
    try {
      const asked = (async () => entry.source())().finally(() => (entry.isStuck = false));
      const families = await withinTime(asked, limitMs);
      if (Array.isArray(families)) {
        entry.hasAnswered = true;
        return families as readonly FamilySnapshot[];
      }
      if (families === TIME_UP) entry.isStuck = true;
      asked.catch(() => {});
      tell(families === TIME_UP ? `it has not answered within ${limitMs} ms` : 'it gave no list');
    } catch (cause) {
      tell('it failed', cause);
    } finally {
      entry.asked = undefined;
    }
    return undefined;
  }

  function begin(entry: Entry): Promise<Families> {
    entry.next = undefined;
    // Each more question would leave a promise behind.
    if (entry.isStuck) return Promise.resolve(undefined);
    entry.asked = question(entry);
    return entry.asked;
  }

  /** What it gives is not older than the call, and no page is without it because another one is made at the same time. */
  function ask(entry: Entry): Promise<Families> {
    if (entry.asked === undefined) return begin(entry);
    entry.next ??= entry.asked.then(() => begin(entry));
    return entry.next;
  }

  function tell(why: string, cause?: unknown): void {
    problems.once(
      `source ${why}`,
      'SIGHTLINE_METRIC_SOURCE',
      {
        problem: `a source of metrics is missing on a page: ${why}`,
        expected: 'a source that answers soon, with a list of families',
        fix: 'catch the errors of the source; the rest of the page is there',
      },
      cause,
    );
  }

  const placed = (place: Entry['place']): Entry[] => [...entries].filter((entry) => entry.place === place);

  return {
    add(source, { place = 'beside' } = {}) {
      const entry: Entry = {
        source,
        place,
        asked: undefined,
        next: undefined,
        isStuck: false,
        hasAnswered: false,
      };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    async beside() {
      const answers = await Promise.all(placed('beside').map(ask));
      return answers.flatMap((families) => families ?? []);
    },
    async whole() {
      const last = placed('whole').at(-1);
      if (last === undefined) return undefined;
      return (await ask(last)) ?? (last.hasAnswered ? 'missing' : undefined);
    },
    clear: () => entries.clear(),
  };
}
