import { errorMonitor } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { recordError, setRoute } from '../request-state.ts';
import { type AnyFunction, type FrameworkAdapter, isFunction, isLoose, type Loose } from './adapter.ts';

/** Fastify says on a channel that an instance was made; hooks of its own do the rest. */
export const fastify: FrameworkAdapter = {
  name: 'fastify',
  modules: [],
  patch: () => false,
  channels: [{ name: 'fastify.initialization', onMessage: prepareSafely }],
};

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly routeOptions?: { readonly url?: string | undefined };
}
type ErrorHandler = (this: unknown, error: unknown, request: FastifyRequest, ...values: unknown[]) => unknown;
type Done = () => void;

/** What a subscriber of a channel throws would end the process. */
function prepareSafely(message: unknown): boolean {
  try {
    return prepare(message);
  } catch {
    // The instance goes without templates.
    return false;
  }
}

function prepare(message: unknown): boolean {
  if (!isLoose(message) || !isLoose(message['fastify'])) return false;
  const instance = message['fastify'];
  const { addHook, setErrorHandler, version } = instance;
  if (!isFunction(addHook) || !isSupported(version)) return false;
  const hook = (name: string, handler: unknown): unknown =>
    Reflect.apply(addHook, instance, [name, handler] as never[]);
  // The first of all hooks: whatever answers early does so after it.
  hook('onRequest', sayRoute);
  hook('onError', sayError);
  hook('onSend', watchStream);
  // A handler of errors that answers by itself keeps the error from the hook.
  hook('onRoute', (route: Loose) => {
    if (isFunction(route['errorHandler'])) route['errorHandler'] = recording(route['errorHandler']);
  });
  if (!isFunction(setErrorHandler)) return true;
  instance['setErrorHandler'] = function patchedSetErrorHandler(
    this: unknown,
    ...values: unknown[]
  ): unknown {
    if (isFunction(values[0])) values[0] = recording(values[0]);
    return Reflect.apply(setErrorHandler, this, values as never[]);
  };
  return true;
}

/** From 4.10.0, the first whose requests have `routeOptions`, to 5. */
function isSupported(version: unknown): boolean {
  const [major = 0, minor = 0] = String(version).split('.').map(Number);
  return major === 5 || (major === 4 && minor >= 10);
}

/** The template is known before the first hook; what has none is not found. */
function sayRoute(request: FastifyRequest, _reply: unknown, done: Done): void {
  setRoute(request.raw, request.routeOptions?.url);
  done();
}

function sayError(request: FastifyRequest, _reply: unknown, error: unknown, done: Done): void {
  recordError(request.raw, error);
  done();
}

/** A stream that breaks off in the middle of the answer: Fastify destroys the response for it, without the error. */
function watchStream(request: FastifyRequest, _reply: unknown, payload: unknown, done: Done): void {
  if (isLoose(payload) && isFunction(payload['pipe']) && isFunction(payload['on'])) {
    const onError = (error: unknown): void => recordError(request.raw, error);
    Reflect.apply(payload['on'], payload, [errorMonitor, onError] as never[]);
  }
  done();
}

function recording(handler: AnyFunction): ErrorHandler {
  return function errorHandler(error, request, ...values) {
    if (isLoose(request) && isLoose(request.raw)) recordError(request.raw, error);
    return Reflect.apply(handler, this, [error, request, ...values] as never[]);
  };
}
