import { recordError, requestState } from '../request-state.ts';
import { isFunction, type Loose } from './adapter.ts';
import { type ExpressRequest, isSignal, type Next, passOn } from './express-request.ts';
import type { PathTools } from './express-path.ts';
import { joinTemplate } from './template.ts';

type ParamHandler = (
  this: unknown,
  request: ExpressRequest,
  response: Loose,
  next: Next,
  ...values: never[]
) => unknown;
type ProcessParams = (
  this: Loose,
  layer: Loose,
  called: unknown,
  request: ExpressRequest,
  response: Loose,
  done: Next,
) => unknown;

/**
 * Handlers of parameters run before the layer does, and often answer: the 404 for a user that is not there.
 * Such an answer has the route whose parameter it is about.
 */
export function patchParams(prototype: Loose, tools: PathTools): void {
  const { process_params: processParams, param } = prototype;
  if (isFunction(processParams)) {
    prototype['process_params'] = patchedProcessParams(processParams as ProcessParams, tools);
  } else if (isFunction(param)) {
    prototype['param'] = function patchedParam(this: unknown, ...values: unknown[]): unknown {
      const [name, handler] = values;
      if (isFunction(handler))
        values[1] = patchedHandler(handler as unknown as ParamHandler, String(name), tools);
      return Reflect.apply(param, this, values as never[]);
    };
  }
}

/** Express 4 has a method for it that knows the layer. */
function patchedProcessParams(
  original: ProcessParams,
  { hasPath, templateAt, mountAt }: PathTools,
): ProcessParams {
  return function processParams(layer, called, request, response, done) {
    const state = requestState(request);
    if (state === undefined || !hasPath(layer) || !hasHandlers(this)) {
      return original.call(this, layer, called, request, response, done);
    }
    const { route, mount } = state;
    const at = layer['route'] === undefined ? mountAt : templateAt;
    state.route = at(layer, request, mount);
    return original.call(this, layer, called, request, response, function afterParams(error?: unknown) {
      if (passOn(error, request, response)) state.route = route;
      return done(error);
    });
  };
}

function hasHandlers(router: Loose): boolean {
  return Object.keys(router['params'] as object).length > 0;
}

/** `router` does it in a function of its own; what it calls is the handler. */
function patchedHandler(original: ParamHandler, name: string, { patternWith }: PathTools): ParamHandler {
  return function paramHandler(request, response, next, ...values) {
    const state = requestState(request);
    const pattern = patternWith(request, name);
    if (state === undefined || pattern === undefined) {
      return original.call(this, request, response, next, ...values);
    }
    const { route, mount } = state;
    state.route = joinTemplate(mount, pattern);
    return original.call(
      this,
      request,
      response,
      function afterParam(error?: unknown) {
        if (error && !isSignal(error)) recordError(request, error);
        else if (response['headersSent'] !== true) state.route = route;
        return next(error);
      },
      ...values,
    );
  };
}
