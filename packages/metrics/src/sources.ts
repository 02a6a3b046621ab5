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
  /** What stands in the registry's place; undefined when there is nothing, or it failed. */
  whole(): Promise<readonly FamilySnapshot[] | undefined>;
  clear(): void;
}

/** Longest wait for one source [ms]: more than the cluster's and the threads' own limits, which give what they have. */
const SOURCE_LIMIT_MS = 2000;

interface Entry {
  readonly source: Source;
  readonly place: 'beside' | 'whole';
  /** Asked for an earlier page and not back yet. */
  isPending: boolean;
}

export function createSources(problems: Problems): Sources {
  const entries = new Set<Entry>();

  async function ask(entry: Entry): Promise<readonly FamilySnapshot[] | undefined> {
    if (entry.isPending) return undefined;
    entry.isPending = true;
    const asked = (async () => entry.source())().finally(() => (entry.isPending = false));
    try {
      const families = await withinTime(asked, SOURCE_LIMIT_MS);
      if (Array.isArray(families)) return families as readonly FamilySnapshot[];
      asked.catch(() => {});
      tell(families === TIME_UP ? `it has not answered within ${SOURCE_LIMIT_MS} ms` : 'it gave no list');
    } catch (cause) {
      tell('it failed', cause);
    }
    return undefined;
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
      const entry = { source, place, isPending: false };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    async beside() {
      const answers = await Promise.all(placed('beside').map(ask));
      return answers.flatMap((families) => families ?? []);
    },
    async whole() {
      const last = placed('whole').at(-1);
      return last && ask(last);
    },
    clear: () => entries.clear(),
  };
}
