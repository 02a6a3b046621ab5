import type { IncomingMessage } from 'node:http';
import { recordError, requestState } from '../request-state.ts';
import {
  type AnyFunction,
  type FrameworkAdapter,
  isFunction,
  isLoose,
  type Loose,
  patchOnce,
  patched,
} from './adapter.ts';
import { joinTemplate, mountPath } from './template.ts';

const versions = '>=4.0.0 <5';

/** Hono on Node.js: every router gets handlers that say their path when they run. */
export const hono: FrameworkAdapter = {
  name: 'hono',
  modules: [
    'hono',
    'hono/quick',
    'hono/tiny',
    'hono/router/reg-exp-router',
    'hono/router/smart-router',
    'hono/router/trie-router',
    'hono/router/pattern-router',
    'hono/router/linear-router',
  ].map((name) => ({ name, versions })),
  patch: (moduleExports) => patched(() => patchHono(moduleExports)),
};

interface Context {
  readonly env?: { readonly incoming?: Incoming };
  readonly req: { readonly path: string };
  readonly error?: unknown;
}
type Handler = (context: Context, next: () => unknown) => unknown;

/** The handler that runs: whose context it has, and the path that it was registered for. */
interface Place {
  readonly context: Context;
  readonly path: string;
}
const placeKey = Symbol('sightline.place');
type Incoming = IncomingMessage & { [placeKey]?: Place | undefined };

/** On a handler that says its path: one router hands its routes to another. */
const wrapped = Symbol('sightline.wrapped');

function patchHono(moduleExports: unknown): boolean {
  if (!isLoose(moduleExports)) return false;
  const classes = Object.values(moduleExports).filter(
    (each): each is AnyFunction => isFunction(each) && isLoose(each.prototype),
  );
  let known = false;
  for (const each of classes) {
    if (isFunction((each.prototype as Loose)['add'])) {
      known = patchRouter(each.prototype as Loose) || known;
    } else if (isFunction((each.prototype as Loose)['basePath'])) {
      known = patchApplication(each) || known;
    }
  }
  return known;
}

function patchApplication(Hono: AnyFunction): boolean {
  const { router } = Reflect.construct(Hono, []) as { readonly router?: unknown };
  const owner = isLoose(router) ? ownerOf(router, 'add') : undefined;
  return owner !== undefined && patchRouter(owner);
}

function ownerOf(start: object, name: string): Loose | undefined {
  for (let each: object | null = start; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    if (Object.hasOwn(each, name)) return each as Loose;
  }
  return undefined;
}

function patchRouter(prototype: Loose): boolean {
  return patchOnce(prototype, () => {
    const { add } = prototype;
    if (!isFunction(add)) throw new TypeError('not a router');
    prototype['add'] = function patchedAdd(this: unknown, ...values: unknown[]): unknown {
      const [, path, entry] = values;
      // An entry is the handler, and the route as Hono lists it.
      if (
        typeof path === 'string' &&
        Array.isArray(entry) &&
        isFunction(entry[0]) &&
        !(wrapped in entry[0])
      ) {
        const handler = entry[0] as unknown as Handler;
        values[2] = [saysPath(handler, path), ...entry.slice(1)];
      }
      return Reflect.apply(add, this, values as never[]);
    };
  });
}

/** The handler that has not passed on is the route; the innermost one when several answer in turn. */
function saysPath(handler: Handler, path: string): Handler {
  const routeHandler: Handler = (context, next) => {
    const incoming = context.env?.incoming;
    const state = incoming && requestState(incoming);
    if (!state) return handler(context, next);
    const { route, mount } = state;
    const { [placeKey]: outer } = incoming;
    state.mount = mountBelow(outer, context, mount);
    state.route = joinTemplate(state.mount, path);
    incoming[placeKey] = { context, path };
    return watched(incoming, handler, context, () => {
      state.mount = mount;
      state.route = route;
      incoming[placeKey] = outer;
      return next();
    });
  };
  return Object.defineProperty(routeHandler, wrapped, { value: true });
}

/** An application that a handler of another has called has a context of its own; mounted, it sees the rest of the path. */
function mountBelow(outer: Place | undefined, context: Context, mount: string): string {
  if (outer === undefined || outer.context === context || outer.context.req.path === context.req.path)
    return mount;
  const prefix = mountPath(outer.path.replace(/\*$/, ''));
  return prefix === '' ? mount : joinTemplate(mount, prefix);
}

/** Hono hands errors to handlers that are out of reach, so they are taken where they come from. */
function watched(incoming: Incoming, handler: Handler, context: Context, next: () => unknown): unknown {
  let result: unknown;
  try {
    result = handler(context, next);
  } catch (error) {
    recordError(incoming, error);
    throw error;
  }
  if (result instanceof Promise) {
    result.then(
      // An application in another has a handler of errors before this.
      () => recordError(incoming, context.error),
      (error: unknown) => recordError(incoming, error),
    );
  }
  return result;
}
