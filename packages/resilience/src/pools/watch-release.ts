import { hasMethods, type Loose } from '../shape.ts';

type Release = (this: unknown, ...args: readonly unknown[]) => unknown;

/**
 * Sees a connection come back by its own `release`, which its pool puts on it each time that it is lent.
 *
 * @param returned told once, before it is back
 * @returns whether that will be seen
 */
export function watchRelease(client: unknown, returned: (client: unknown) => void): boolean {
  if (!hasMethods(client, 'release')) return false;
  const lent: Loose & { release?: unknown } = client;
  const release = lent.release as Release;
  let isReturned = false;
  function watchedRelease(this: unknown, ...args: readonly unknown[]): unknown {
    // Called again, it may be lent to somebody else by then; the pool refuses that.
    if (!isReturned) {
      isReturned = true;
      if (lent.release === watchedRelease) lent.release = release;
      returned(client);
    }
    return Reflect.apply(release, this, args);
  }
  return Reflect.set(lent, 'release', watchedRelease) && lent.release === watchedRelease;
}
