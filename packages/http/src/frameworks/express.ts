import { recordError, requestState } from '../request-state.ts';
import type { FrameworkAdapter } from './adapter.ts';
import { type AnyFunction, isFunction, isLoose, type Loose, patchOnce, patched } from './adapter.ts';
import { type ExpressRequest, isSignal, type Next, passOn } from './express-request.ts';
import { type LayerClass, layerPath } from './layer-path.ts';
import { matchedPatternKey, type PathTools, pathTools } from './express-path.ts';
import { patchParams } from './express-params.ts';
import { mountPath } from './template.ts';

/** Express 4 and 5, and the `router` that Express 5 is made of. */
export const express: FrameworkAdapter = {
  name: 'express',
  modules: [
    { name: 'express', versions: '>=4.16.0 <6' },
    { name: 'router', versions: '>=1.3.0 <3' },
  ],
  patch: (moduleExports) => patched(() => patchExpress(moduleExports)),
};

type Handle = (this: unknown, request: ExpressRequest, response: Loose, next: Next) => unknown;
type HandleError = (
  this: unknown,
  error: unknown,
  request: ExpressRequest,
  response: Loose,
  next: Next,
) => unknown;

function patchExpress(moduleExports: unknown): boolean {
  const Router = routerOf(moduleExports);
  if (!Router) return false;
  // Express 4 hands out the prototype itself, as a function that makes routers.
  const prototype =
    isLoose(Router.prototype) && isFunction(Router.prototype['use']) ? Router.prototype : Router;
  return patchOnce(prototype, () => patchRouter(Router, prototype as unknown as Loose));
}

function routerOf(moduleExports: unknown): AnyFunction | undefined {
  if (!isLoose(moduleExports)) return undefined;
  for (const each of [moduleExports, moduleExports['default']]) {
    if (!isLoose(each)) continue;
    if (isFunction(each['Router'])) return each['Router'];
    if (isFunction(each) && isLoose(each.prototype) && isFunction(each.prototype['use'])) return each;
  }
  return undefined;
}

function patchRouter(Router: AnyFunction, prototype: Loose): void {
  const sample = Reflect.apply(Router, undefined, []) as Loose;
  const { use, route, handle } = prototype;
  if (!isFunction(use) || !isFunction(route) || !isFunction(handle)) throw new TypeError('not a router');
  Reflect.apply(use, sample, [() => {}]);
  const layerClass = (lastLayer(sample) as { readonly constructor: LayerClass }).constructor;
  const layers = layerClass.prototype as Loose;
  const handleName = isFunction(layers['handleRequest']) ? 'handleRequest' : 'handle_request';
  const errorName = isFunction(layers['handleError']) ? 'handleError' : 'handle_error';
  const handleRequest = layers[handleName];
  const handleError = layers[errorName];
  if (!isFunction(handleRequest) || !isFunction(handleError)) throw new TypeError('not a layer');

  const tools = pathTools(matchedPatternKey(Router));
  patchRegistration(prototype, layerClass, tools, use, route);
  patchParams(prototype, tools);
  prototype['handle'] = patchedHandle(handle as Handle);
  layers[handleName] = patchedHandleRequest(handleRequest as Handle, tools);
  layers[errorName] = patchedHandleError(handleError as HandleError);
}

function lastLayer(router: Loose): Loose | undefined {
  const stack = router['stack'];
  return Array.isArray(stack) ? (stack.at(-1) as Loose | undefined) : undefined;
}

/** Remembers the template of each layer as it is made: the router keeps that of a mount nowhere. */
function patchRegistration(
  prototype: Loose,
  layerClass: LayerClass,
  { remember }: PathTools,
  use: AnyFunction,
  route: AnyFunction,
): void {
  prototype['use'] = function patchedUse(this: Loose, ...values: never[]): unknown {
    const before = stackOf(this).length;
    const result = Reflect.apply(use, this, values);
    const path = mountOf(values[0]);
    if (path === undefined) return result;
    for (const layer of stackOf(this).slice(before)) {
      remember(layer, () =>
        layerPath(path, layerClass, { sensitive: this['caseSensitive'], strict: false, end: false }),
      );
    }
    return result;
  };
  prototype['route'] = function patchedRoute(this: Loose, ...values: never[]): unknown {
    const result = Reflect.apply(route, this, values);
    const options = { sensitive: this['caseSensitive'], strict: this['strict'], end: true };
    for (const holder of [lastLayer(this), result]) {
      if (isLoose(holder)) remember(holder, () => layerPath(values[0], layerClass, options));
    }
    return result;
  };
}

function stackOf(router: Loose): Loose[] {
  return Array.isArray(router['stack']) ? (router['stack'] as Loose[]) : [];
}

/** The path that `use` was given; undefined without one, and for one that adds nothing. */
function mountOf(first: unknown): unknown {
  if (typeof first === 'string') return mountPath(first) || undefined;
  if (first instanceof RegExp) return first;
  if (!Array.isArray(first)) return undefined;
  const paths: unknown[] = first.flat(Infinity);
  if (paths.length === 0 || typeof paths[0] === 'function') return undefined;
  return paths;
}

/** The outermost router hands on what nobody handled. */
function patchedHandle(original: Handle): Handle {
  return function handle(request, response, callback) {
    // Only an outermost router finds no base: it is the one that sets it.
    if (request.baseUrl !== undefined || typeof callback !== 'function') {
      return original.call(this, request, response, callback);
    }
    return original.call(this, request, response, function afterAll(this: unknown, error?: unknown) {
      if (!isSignal(error)) recordError(request, error);
      return callback.call(this, error);
    });
  };
}

function patchedHandleRequest(original: Handle, { hasPath, templateAt, mountAt }: PathTools): Handle {
  return function handleRequest(this: unknown, request, response, next) {
    const layer = this as Loose;
    // Most layers are middleware for every path, and have none. What runs after the answer is not the route.
    if (!hasPath(layer) || typeof next !== 'function' || response['headersSent'] === true) {
      return original.call(this, request, response, next);
    }
    const state = requestState(request);
    if (state === undefined || tooManyParameters(layer)) return original.call(this, request, response, next);
    const { route, mount } = state;
    if (layer['route'] !== undefined) {
      state.route = templateAt(layer, request, mount);
      return original.call(this, request, response, function afterRoute(error?: unknown) {
        if (!passOn(error, request, response)) return next(error);
        state.route = route;
        return next(error);
      });
    }
    // Middleware that answers below a mount gives the mount as the route; a route below it says better.
    const below = mountAt(layer, request, mount);
    state.mount = below;
    state.route = below || route;
    return original.call(this, request, response, function afterMount(error?: unknown) {
      state.mount = mount;
      if (passOn(error, request, response)) state.route = route;
      return next(error);
    });
  };
}

/** An error handler is passed by without an error. */
function tooManyParameters(layer: Loose): boolean {
  return isFunction(layer['handle']) && layer['handle'].length > 3;
}

function patchedHandleError(original: HandleError): HandleError {
  return function handleError(this: unknown, error, request, response, next) {
    if (!isSignal(error)) recordError(request, error);
    return original.call(this, error, request, response, next);
  };
}
