import type { Silence, SilenceFile } from '../alerting/silences.ts';
import { notKept } from './journaled-routes.ts';
import type { Keeper } from './keeper.ts';

const KIND = 'silence';

/** Silences on the disk of `dataDir`; who makes one that it does not take is answered 503. */
export function keptSilences(keeper: Keeper): SilenceFile {
  return {
    all: () => keeper.texts(KIND).map((text) => JSON.parse(text) as Silence),
    keep(changed) {
      try {
        keeper.put(KIND, Object.fromEntries(changed.map((silence) => [silence.id, JSON.stringify(silence)])));
      } catch (error) {
        throw notKept(error);
      }
    },
    forget: (ids) => keeper.remove(KIND, ids),
  };
}
