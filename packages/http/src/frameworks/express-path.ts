import { type AnyFunction, isLoose, type Loose } from './adapter.ts';
import type { ExpressRequest } from './express-request.ts';
import type { LayerPath } from './layer-path.ts';
import { joinTemplate, mountTemplateOf, templateOf } from './template.ts';

/** The paths of the layers of one router class. */
export interface PathTools {
  /** Whether a layer adds a path: most are middleware for every one, and do not. */
  hasPath(this: void, layer: Loose): boolean;
  /** Keeps the path of a layer or route, unless finding it fails. */
  remember(this: void, layer: Loose, path: () => LayerPath | undefined): void;
  /** The template of the route of a layer that has matched. */
  templateAt(this: void, layer: Loose, request: ExpressRequest, mount: string): string | undefined;
  /** The template of the mount of a layer that has matched. */
  mountAt(this: void, layer: Loose, request: ExpressRequest, mount: string): string;
  /** The path, as it is written, that the request has matched last, and that has a parameter of this name. */
  patternWith(this: void, request: ExpressRequest, parameter: string): string | undefined;
}

const MATCHED_DESCRIPTION = 'router.tracing.matchedRoute';

/**
 * The property under which `router` from 2.3 keeps the pattern that matched. It is a symbol that is not exported, so
 * a request that never was goes through a router that nobody uses.
 *
 * @returns undefined for a router that keeps none
 */
export function matchedPatternKey(Router: AnyFunction): symbol | undefined {
  const router = Reflect.apply(Router, undefined, []) as { get?: AnyFunction; handle?: AnyFunction };
  let key: symbol | undefined;
  router.get?.(
    ...([
      '/',
      (request: object) => {
        key = Object.getOwnPropertySymbols(request).find((each) => each.description === MATCHED_DESCRIPTION);
      },
    ] as unknown as never[]),
  );
  try {
    router.handle?.(...([{ method: 'GET', url: '/' }, {}, () => {}] as unknown as never[]));
  } catch {
    return undefined;
  }
  return key;
}

/** Tools for the layers of one router class. */
export function pathTools(patternKey: symbol | undefined): PathTools {
  // Beside the layers, which belong to the router: it looks at each of them for every request, and they keep their shape.
  const paths = new WeakMap<object, LayerPath>();

  const matched = (request: ExpressRequest): unknown =>
    patternKey === undefined ? undefined : (request as unknown as Loose)[patternKey];

  function pathAt(layer: Loose, request: ExpressRequest, named: typeof templateOf): string | undefined {
    const path = paths.get(layer);
    if (typeof path !== 'function') return path;
    const pathname = request['_parsedUrl']?.pathname;
    return named(matched(request)) ?? (typeof pathname === 'string' ? path(pathname) : undefined);
  }

  return {
    hasPath: (layer) => paths.has(layer),
    remember(layer, path) {
      try {
        const found = path();
        if (found !== undefined) paths.set(layer, found);
      } catch {
        // The router has taken the layer; it goes without a template.
      }
    },
    templateAt(layer, request, mount) {
      const path = pathAt(layer, request, templateOf);
      return path === undefined ? undefined : joinTemplate(mount, path);
    },
    mountAt(layer, request, mount) {
      const path = pathAt(layer, request, mountTemplateOf);
      return path === undefined || path === '' ? mount : joinTemplate(mount, path);
    },
    patternWith(request, parameter) {
      const pattern = templateOf(matched(request));
      if (pattern !== undefined) return pattern;
      // A router before 2.3 says of a mount nothing, and of a route only which one it came to last.
      const { route } = request;
      const path = isLoose(route) ? pathAt(route, request, templateOf) : undefined;
      return path?.includes(`:${parameter}`) === true ? path : undefined;
    },
  };
}
