import { rememberClean } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';

/**
 * Path and query with secrets censored: those that show themselves, and what stands where the template of the route has a
 * parameter with a secret name, as in `/reset/:token`.
 */
export type CensorTarget = (target: string, route: string | undefined) => string;

/** One segment of a path: counted from the front, or from the back where what comes before it can have any length. */
interface Segment {
  readonly at: number;
  readonly fromBack: boolean;
}

const NONE: readonly Segment[] = [];
/** Routes are bounded by the code; this is for a framework that makes them up. */
const MAX_ROUTES = 4000;

/** @param redactor knows which names are secret */
export function createTargetCensor(redactor: Pick<Redactor, 'url' | 'isSecretKey'>): CensorTarget {
  const byRoute = new Map<string, readonly Segment[]>();
  const marker = redactor.url('/?password=0123456789').slice('/?password='.length);

  function isSecret(segment: string): boolean {
    const names = segment.match(/(?<=:)\w+/g) ?? [];
    return names.some((name) => redactor.isSecretKey(name));
  }

  function secretSegments(route: string): readonly Segment[] {
    const known = byRoute.get(route);
    if (known !== undefined) return known;
    const segments = route.split('/');
    const open = segments.findIndex((segment) => /[*{(]/.test(segment));
    const found = segments.flatMap((segment, index): Segment[] => {
      if (!isSecret(segment)) return [];
      const fromBack = open !== -1 && open < index;
      return [{ at: fromBack ? segments.length - index : index, fromBack }];
    });
    const secret = found.length === 0 ? NONE : found;
    if (byRoute.size < MAX_ROUTES) byRoute.set(route, secret);
    return secret;
  }

  function masked(url: string, secret: readonly Segment[]): string {
    const queryAt = url.indexOf('?');
    const path = (queryAt === -1 ? url : url.slice(0, queryAt)).split('/');
    for (const { at, fromBack } of secret) {
      const index = fromBack ? path.length - at : at;
      if (path[index] !== undefined && path[index] !== '') path[index] = marker;
    }
    return path.join('/') + (queryAt === -1 ? '' : url.slice(queryAt));
  }

  // Many requests ask for what the one before has asked for.
  const censored = rememberClean((target) => redactor.url(target));

  return (target, route) => {
    const url = censored(target);
    if (route === undefined || !route.includes(':')) return url;
    const secret = secretSegments(route);
    return secret === NONE ? url : masked(url, secret);
  };
}
