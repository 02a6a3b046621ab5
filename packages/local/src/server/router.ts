import type { Route } from './route.ts';

/** A route that fits a path, with what stood in the place of its parameters. */
interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  /** @returns `undefined` without such a path, the methods that it has when this is none of them */
  find(method: string, path: string): Match | readonly string[] | undefined;
}

/** Finds routes by their paths: whole ones at once, those with parameters one after the other. */
export function createRouter(routes: readonly Route[]): Router {
  const whole = new Map<string, Route[]>();
  const withParameters: { readonly route: Route; readonly segments: readonly string[] }[] = [];
  for (const route of routes) {
    if (route.path.includes(':')) withParameters.push({ route, segments: route.path.split('/') });
    else whole.set(route.path, [...(whole.get(route.path) ?? []), route]);
  }

  function candidates(path: string): readonly Match[] {
    const exact = whole.get(path);
    if (exact !== undefined) return exact.map((route) => ({ route, params: {} }));
    const given = path.split('/');
    return withParameters.flatMap(({ route, segments }) => {
      const params = fit(segments, given);
      return params === undefined ? [] : [{ route, params }];
    });
  }

  return {
    find(method, path) {
      const found = candidates(path);
      if (found.length === 0) return undefined;
      const wanted = method === 'HEAD' ? 'GET' : method;
      const match = found.find(({ route }) => (route.methods as readonly string[]).includes(wanted));
      return match ?? found.flatMap(({ route }) => route.methods);
    },
  };
}

function fit(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const text = given[at]!;
    if (segment.startsWith(':')) {
      const decoded = decode(text);
      if (decoded === undefined || decoded === '') return undefined;
      params[segment.slice(1)] = decoded;
    } else if (segment !== text) return undefined;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
