import { type Context, context } from '@opentelemetry/api';
import { Server as HttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { Server, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { AnswerHeaders } from './answer-headers.ts';
import { chunkBytes } from './body-size.ts';
import { hasClientLeft } from './client-left.ts';
import { type Patch, patchMethod } from './patch.ts';
import { requestIdKey } from './request-id.ts';
import { requestStateKey } from './request-state.ts';
import { NOT_SENT, type RequestFacts, type ServerRequest, UNKNOWN_SIZE } from './server-request.ts';

/** A method whose arguments are passed on as they came. */
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What the recorder does when a server is about to hand out a request. */
interface ServerEvents {
  /** Called in place of `emit` for the events in `RECORDED_EVENTS`; calls it. */
  around(emit: Method, server: object, args: unknown[]): unknown;
  /** Called when an app has taken the socket from a response of HTTP/1, to answer by it. */
  detached(state: ServerRequest, socket: Socket): void;
}

export interface ServerHooks {
  enable(): void;
  /** Takes every patch away. Requests that are under way go on to their end. */
  disable(): void;
  /** To be called with each request of HTTP/1 whose body may still come, before its handler. */
  meetBody(request: IncomingMessage): void;
  /** To be called with each stream of HTTP/2, and its request if it has one: only they lead to their prototypes. */
  meetStream(stream: ServerHttp2Stream, request: Http2ServerRequest | undefined): void;
}

export interface ServerHooksSetup {
  readonly events: ServerEvents;
  /** What the requests of this recorder have for `facts`. */
  readonly owner: RequestFacts;
  readonly answerHeaders: AnswerHeaders;
  readonly countBodies: boolean;
}

interface WithState {
  /** Of another copy of this package it may be something else; `facts` tells. */
  readonly [requestStateKey]?: ServerRequest;
}

/** `emit` of whatever is called first, in a context. Here, so that no function is made for each call. */
function callIn(method: Method, self: unknown, args: unknown[]): unknown {
  return Reflect.apply(method, self, args);
}

/** Calls a method in a context, with the least that this can cost. */
export function callInContext(active: Context, method: Method, self: unknown, args: unknown[]): unknown {
  return context.with(active, callIn, undefined, method, self, args);
}

/**
 * Hooks every HTTP server of the process, made before or after.
 *
 * `emit` is wrapped on `net.Server.prototype`, from which the servers of `node:http`, `node:https` and `node:http2`
 * all inherit it: one place, and `node:http2` need not be loaded to find its own. `node:diagnostics_channel` costs the
 * same, but tells of a request without being able to run its handler in a context: what it sets stays set after it.
 */
export function createServerHooks({
  events,
  owner,
  answerHeaders,
  countBodies,
}: ServerHooksSetup): ServerHooks {
  let patches: Patch[] = [];
  let isStreamPatched = false;
  let isStreamRequestPatched = false;
  let isEnabled = false;

  /** The state of a request of this recorder; of another, or none, undefined. */
  function ownState(holder: unknown): ServerRequest | undefined {
    const state = (holder as WithState)[requestStateKey];
    return isEnabled && state?.facts === owner ? state : undefined;
  }

  /** The same for a response of HTTP/1, which leads to its request. */
  function ownResponseState(response: ServerResponse): ServerRequest | undefined {
    const state = (response.req as WithState | undefined)?.[requestStateKey] ?? ownState(response);
    // An app may make a response of its own for the same request.
    return isEnabled && state?.facts === owner && state.response === response ? state : undefined;
  }

  function wrapServerEmit(original: Method): Method {
    return function emit(...args) {
      if (!isEnabled) return Reflect.apply(original, this, args);
      switch (args[0]) {
        case 'request':
        case 'checkContinue':
        case 'checkExpectation':
        case 'upgrade':
        case 'connect':
        case 'stream':
          return events.around(original, this as object, args);
        default:
          return Reflect.apply(original, this, args);
      }
    };
  }

  /**
   * Events of a body come out of the parser, outside the handler's context; they are brought back into it. So are those of a
   * body whose reading another request has begun, as where handlers wait for each other in a queue.
   */
  function wrapRequestEmit(original: Method): Method {
    return function emit(...args) {
      const state = ownState(this);
      if (state === undefined || !state.hasBody) return Reflect.apply(original, this, args);
      // Of HTTP/2 both the stream and the request emit; the request where there is one is what the app reads.
      if (args[0] === 'data' && (state.request ?? state.stream) === this) countRead(state, args[1]);
      const isWithin = context.active().getValue(requestIdKey) === state.requestId;
      if (isWithin) return Reflect.apply(original, this, args);
      return callInContext(state.context, original, this, args);
    };
  }

  function wrapStoreHeader(original: Method): Method {
    return function storeHeader(firstLine, headers) {
      const state = ownResponseState(this as ServerResponse);
      if (state === undefined) return original.call(this, firstLine, headers);
      const hasLeft = state.request !== undefined && hasClientLeft(state.request);
      state.sentStatus = hasLeft ? NOT_SENT : (this as ServerResponse).statusCode;
      if (!answerHeaders.isNeeded) return original.call(this, firstLine, headers);
      const line = (firstLine as string) + answerHeaders.lines(state, this as ServerResponse, headers);
      return original.call(this, line, headers);
    };
  }

  function wrapEnd(original: Method): Method {
    return function end(...args) {
      // Node.js itself knows the length of the only chunk.
      if ((this as ServerResponse).headersSent && args[0] !== undefined && typeof args[0] !== 'function') {
        const state = ownResponseState(this as ServerResponse);
        if (state !== undefined && !(this as ServerResponse).writableEnded) {
          state.writtenBytes += chunkBytes(args[0], args[1]);
        }
      }
      return Reflect.apply(original, this, args);
    };
  }

  /** Node.js itself calls it as well, for each response that has ended. */
  function wrapDetachSocket(original: Method): Method {
    return function detachSocket(socket) {
      if ((this as ServerResponse).writableEnded) return original.call(this, socket);
      const state = ownResponseState(this as ServerResponse);
      const result = original.call(this, socket);
      if (state?.isDone === false && socket instanceof Socket) events.detached(state, socket);
      return result;
    };
  }

  function wrapStreamEnd(original: Method): Method {
    return function end(...args) {
      const state = ownState(this);
      if (state !== undefined && !(this as ServerHttp2Stream).writableEnded) {
        state.writtenBytes += chunkBytes(args[0], args[1]);
      }
      return Reflect.apply(original, this, args);
    };
  }

  function wrapRespond(original: Method): Method {
    return function respond(...args) {
      const state = ownState(this);
      const [headers, ...rest] = args;
      if (state === undefined || Array.isArray(headers)) return Reflect.apply(original, this, args);
      return Reflect.apply(original, this, [answerHeaders.merged(state, headers ?? {}), ...rest]);
    };
  }

  function wrapRespondWithFile(original: Method): Method {
    return function respondWithFile(...args) {
      const state = ownState(this);
      if (state === undefined) return Reflect.apply(original, this, args);
      // It is read from the file, past `write`.
      state.writtenBytes = UNKNOWN_SIZE;
      const [file, headers, ...rest] = args;
      if (!answerHeaders.isNeeded || Array.isArray(headers)) return Reflect.apply(original, this, args);
      const merged = answerHeaders.merged(state, headers ?? {});
      return Reflect.apply(original, this, [file, merged, ...rest]);
    };
  }

  function patch(target: object, name: string, replace: (original: Method) => Method): void {
    if (typeof (target as Record<string, unknown>)[name] === 'function') {
      patches.push(patchMethod(target, name, replace));
    }
  }

  return {
    enable() {
      if (isEnabled) return;
      isEnabled = true;
      patch(Server.prototype, 'emit', wrapServerEmit);
      // Who wrapped these first, such as another SDK, calls what was inherited then: past the one above.
      for (const { prototype } of [HttpServer, HttpsServer]) {
        if (Object.hasOwn(prototype, 'emit')) patch(prototype, 'emit', wrapServerEmit);
      }
      // Every way to the headers of HTTP/1 ends here, explicit or not: `writeHead`, `flushHeaders`, `write`, `end`.
      patch(ServerResponse.prototype, '_storeHeader', wrapStoreHeader);
      patch(ServerResponse.prototype, 'detachSocket', wrapDetachSocket);
      if (countBodies) {
        patch(ServerResponse.prototype, 'write', (original) => wrapWrite(original, ownResponseState));
        patch(ServerResponse.prototype, 'end', wrapEnd);
      }
    },
    disable() {
      isEnabled = false;
      for (const each of patches.toReversed()) each.undo();
      patches = [];
      isStreamPatched = false;
      isStreamRequestPatched = false;
    },
    meetBody(request) {
      // On the request, not on the prototype: the events of the many that bring no body go their usual way.
      if (isEnabled) patchMethod<Method>(request, 'emit', wrapRequestEmit);
    },
    meetStream(stream, request) {
      if (!isEnabled) return;
      if (request !== undefined && !isStreamRequestPatched) {
        isStreamRequestPatched = true;
        patch(Object.getPrototypeOf(request) as object, 'emit', wrapRequestEmit);
      }
      if (isStreamPatched) return;
      isStreamPatched = true;
      const prototype = Object.getPrototypeOf(stream) as object;
      patch(prototype, 'emit', wrapRequestEmit);
      if (answerHeaders.isNeeded) patch(prototype, 'respond', wrapRespond);
      if (countBodies) {
        patch(prototype, 'write', (original) => wrapWrite(original, ownState));
        patch(prototype, 'end', wrapStreamEnd);
      }
      patch(prototype, 'respondWithFile', wrapRespondWithFile);
      patch(prototype, 'respondWithFD', wrapRespondWithFile);
    },
  };
}

function wrapWrite(original: Method, stateOf: (holder: never) => ServerRequest | undefined): Method {
  return function write(...args) {
    const state = stateOf(this as never);
    if (state !== undefined && !(this as Writable).writableEnded) {
      state.writtenBytes += chunkBytes(args[0], args[1]);
    }
    return Reflect.apply(original, this, args);
  };
}

/** A string was decoded, so that its length in bytes is not known. */
function countRead(state: ServerRequest, chunk: unknown): void {
  if (state.readBytes === UNKNOWN_SIZE) return;
  if (ArrayBuffer.isView(chunk)) state.readBytes += chunk.byteLength;
  else state.readBytes = UNKNOWN_SIZE;
}
