import type { Composition } from '../watcher.ts';
import { type CockatielWrap, isCockatielWrap } from './cockatiel-shapes.ts';

/** What `wrap` of cockatiel makes: it asks its members by their methods at each call, so watching them is enough. */
export const cockatielWrap: Composition<CockatielWrap> = {
  supports: 'wrap() of cockatiel',
  recognises: isCockatielWrap,
  members: ({ wrapped }) => wrapped,
};
