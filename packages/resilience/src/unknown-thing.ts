import { SightlineError } from '@sightline/errors';
import { describeThing } from './describe-thing.ts';
import { spoken } from './spoken.ts';
import type { Composition, Watcher } from './watcher.ts';

/** Whether it recognises a thing. */
export function knows(candidate: Pick<Watcher, 'recognises'>, thing: unknown): boolean {
  try {
    return candidate.recognises(thing);
  } catch {
    // A proxy or a getter that throws is nobody's thing.
    return false;
  }
}

/** What is wrong with a thing that cannot be watched: what it is, and what could be. */
export function unknownThing(
  thing: unknown,
  kind: string | undefined,
  watchers: readonly Watcher[],
  compositions: readonly Composition[],
): SightlineError {
  const ofKind = watchers.filter((each) => kind === undefined || each.kind === kind);
  const supported = [...ofKind, ...(kind === undefined ? compositions : [])].map(({ supports }) => supports);
  const kinds = [...new Set(watchers.map((each) => each.kind))].join(', ');
  const other = kind === undefined ? undefined : watchers.find((each) => knows(each, thing));
  return new SightlineError('SIGHTLINE_WATCH_UNKNOWN', {
    problem: `watch() got ${describeThing(thing)}${other ? `, which is a ${spoken(other.kind)} and no ${spoken(kind ?? '')}` : ''}`,
    expected: supported.length > 0 ? supported.join(', ') : `a kind that there is (${kinds})`,
    fix: 'pass the thing itself, not what it was made of or what it returns, or a watcher of your own in `watchers`',
  });
}
