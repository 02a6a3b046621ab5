import { type AnyFunction, isFunction, isLoose } from './adapter.ts';
import { mountTemplateOf, templateOf } from './template.ts';

/** The path of a layer as a template, or, for a layer with several paths, a way to find out which of them matched. */
export type LayerPath = string | ((pathname: string) => string | undefined);

/** How a layer compares paths; what the router has set. */
export interface LayerOptions {
  readonly sensitive: unknown;
  readonly strict: unknown;
  readonly end: boolean;
}

/** The constructor of the layers of a router. */
export type LayerClass = new (path: unknown, options: LayerOptions, handler: AnyFunction) => object;

/**
 * What a layer's path is called.
 *
 * Of an array, the router keeps at best one expression for all of it. So each element gets a layer of its own, never
 * put into a router, and the first that matches is the one that did: that is the order the router tries them in.
 *
 * @returns undefined when the path is nothing that a router takes
 */
export function layerPath(
  path: unknown,
  layerClass: LayerClass,
  options: LayerOptions,
): LayerPath | undefined {
  const named = options.end ? templateOf : mountTemplateOf;
  if (!Array.isArray(path)) return named(path);
  const elements = path.flat(Infinity);
  if (elements.length === 1) return named(elements[0]);
  const candidates = elements.map((element) => ({
    template: named(element),
    // In an array of its own: `/` alone is compared by a short cut that matches everything.
    layer: new layerClass([element], options, () => {}),
  }));
  return function matched(pathname) {
    return candidates.find(({ layer }) => matches(layer, pathname))?.template;
  };
}

function matches(layer: unknown, pathname: string): boolean {
  if (!isLoose(layer) || !isFunction(layer['match'])) return false;
  try {
    return Boolean(Reflect.apply(layer['match'], layer, [pathname]));
  } catch {
    // It matched, and then a parameter could not be decoded.
    return true;
  }
}
