import type { IncomingMessage, ServerResponse } from 'node:http';
import { recordError, requestState, setRoute } from '../request-state.ts';
import {
  type AnyFunction,
  type FrameworkAdapter,
  isFunction,
  isLoose,
  type Loose,
  patchOnce,
  patched,
} from './adapter.ts';
import { joinTemplate, mountPath, templateOf } from './template.ts';

/**
 * Koa with `@koa/router` (or `koa-router`), which says on the context which template has matched.
 * The router itself needs no patch.
 */
export const koa: FrameworkAdapter = {
  name: 'koa',
  modules: [{ name: 'koa', versions: '>=2.7.0 <4' }],
  patch: (moduleExports) => patched(() => patchKoa(moduleExports)),
};

interface Context extends Loose {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly response?: { readonly _explicitStatus?: boolean };
  /** The path as it is now: `koa-mount` takes its prefix off, and puts it back where it passes on. */
  readonly path?: unknown;
  /** The layers whose path matches, whatever their method. */
  readonly matched?: readonly { readonly path: unknown; readonly methods: readonly string[] }[];
}
type Middleware = (this: unknown, context: Context, next?: unknown) => Promise<unknown>;
type HandleRequest = (this: unknown, context: Context, middleware: Middleware) => unknown;

/** One that `koa-mount` has come to. */
interface Mount {
  readonly prefix: unknown;
  /** The path before the prefix was taken off. */
  readonly path: unknown;
}

const matchedRoute = Symbol('sightline.matched');
const mounts = Symbol('sightline.mounts');
const settled = Symbol('sightline.settled');

function patchKoa(moduleExports: unknown): boolean {
  const Application = applicationOf(moduleExports);
  if (!Application) return false;
  const prototype = Application.prototype as Loose;
  return patchOnce(prototype, () => {
    const application = Reflect.construct(Application, []) as { context: object };
    const context = Object.getPrototypeOf(application.context) as Loose;
    const { handleRequest, emit } = prototype;
    const { onerror } = context;
    if (!isFunction(handleRequest) || !isFunction(onerror)) throw new TypeError('not Koa');
    prototype['handleRequest'] = patchedHandleRequest(handleRequest as HandleRequest);
    context['onerror'] = function patchedOnerror(this: Context, error: unknown): unknown {
      if (isLoose(this.req)) recordError(this.req, error);
      return Reflect.apply(onerror, this, [error as never]);
    };
    if (isFunction(emit)) prototype['emit'] = patchedEmit(emit);
    Object.defineProperty(context, '_matchedRoute', {
      configurable: true,
      get(this: Context): unknown {
        return this[matchedRoute];
      },
      set(this: Context, path: unknown) {
        this[matchedRoute] = path;
        takeRoute(this, path);
      },
    });
    Object.defineProperty(context, 'mountPath', {
      configurable: true,
      get(this: Context): unknown {
        return mountsOf(this).at(-1)?.prefix;
      },
      set(this: Context, prefix: unknown) {
        const path = isLoose(this['request']) ? this.path : undefined;
        this[mounts] = [...mountsOf(this), { prefix, path }];
      },
    });
  });
}

function applicationOf(moduleExports: unknown): AnyFunction | undefined {
  if (!isLoose(moduleExports)) return undefined;
  return [moduleExports, moduleExports['default']].find(
    (each): each is AnyFunction =>
      isFunction(each) && isLoose(each.prototype) && isFunction(each.prototype['createContext']),
  );
}

/** The router says each layer that it comes to; those without methods are middleware, whose path is no route. */
function takeRoute(context: Context, path: unknown): void {
  const { req, matched } = context;
  if (!isLoose(req)) return;
  if (Array.isArray(matched) && !matched.some((layer) => layer?.path === path && layer.methods?.length > 0))
    return;
  const template = templateOf(path);
  if (template === undefined) return;
  // An outer framework may have mounted the application, and `koa-mount` a part of it.
  const outer = requestState(req)?.mount ?? '';
  const mount = mountedAt(context);
  setRoute(req, joinTemplate(mount === '' ? outer : joinTemplate(outer, mount), template));
}

function mountsOf(context: Context): readonly Mount[] {
  return (context[mounts] as readonly Mount[] | undefined) ?? [];
}

/** What is taken off the path now: mounts may be in each other, and one that has passed on has put its prefix back. */
function mountedAt(context: Context): string {
  let { path } = context;
  let mounted = '';
  for (const { prefix, path: before } of mountsOf(context).toReversed()) {
    if (typeof prefix !== 'string' || before === path) continue;
    mounted = mountPath(prefix) + mounted;
    path = before;
  }
  return mounted;
}

/** Middleware that catches errors, and answers, tells the application of them. */
function patchedEmit(original: AnyFunction): AnyFunction {
  return function emit(this: unknown, ...values: unknown[]): unknown {
    const [event, error, context] = values;
    if (event === 'error' && isLoose(context) && isLoose(context['req']))
      recordError(context['req'] as unknown as IncomingMessage, error);
    return Reflect.apply(original, this, values as never[]);
  };
}

function patchedHandleRequest(original: HandleRequest): HandleRequest {
  return function handleRequest(context, middleware) {
    if (typeof middleware !== 'function') return original.call(this, context, middleware);
    return original.call(this, context, settling(middleware));
  };
}

/** The composed middleware, made once, with a look at what has come of the request before it is answered. */
function settling(middleware: Middleware): Middleware {
  const holder = middleware as Middleware & { [settled]?: Middleware };
  holder[settled] ??= function settle(context, next) {
    const result = middleware(context, next);
    if (!isLoose(result) || !isFunction(result.then)) return result;
    return result.then((value) => {
      takeBackUnanswered(context);
      return value;
    });
  };
  return holder[settled];
}

/** A route that has passed the request on, and nobody answered: the 404 is Koa's own, and no route's. */
function takeBackUnanswered(context: Context): void {
  const { res, req, response } = context;
  if (res.statusCode !== 404 || res.headersSent || response?.['_explicitStatus'] === true) return;
  if (context['respond'] === false) return;
  const state = requestState(req);
  if (state !== undefined) setRoute(req, state.mount || undefined);
}
