import type { Told, ToldFile } from '../alerting/told-log.ts';
import type { Keeper } from './keeper.ts';

const KIND = 'told';

/** Sets are lists in JSON. */
type WrittenTold = Omit<Told, 'firing' | 'resolved'> & {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
};

/** On the disk of `dataDir` who was told of which alerts. */
export function keptTold(keeper: Keeper): ToldFile {
  return {
    all: () => keeper.texts(KIND).map(read),
    keep(told) {
      const written: WrittenTold = { ...told, firing: [...told.firing], resolved: [...told.resolved] };
      try {
        keeper.put(KIND, { [told.id]: JSON.stringify(written) });
      } catch {
        // The keeper has told of it.
      }
    },
    forget: (ids) => keeper.remove(KIND, ids),
  };
}

function read(text: string): Told {
  const written = JSON.parse(text) as WrittenTold;
  return { ...written, firing: new Set(written.firing), resolved: new Set(written.resolved) };
}
