import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { requestIdKey } from './request-id.ts';

/** The key of the OpenTelemetry API for the active span; whether it still is, `isSpanKeyKnown` looks. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');

/**
 * The context that a request is handled in: a span and an id on top of a base.
 *
 * The API's own context copies a map and makes three functions for each value. This one is an object of three fields,
 * and turns into the API's own as soon as somebody sets a value.
 */
export class RequestContext implements Context {
  readonly #base: Context;
  readonly #span: Span;
  readonly #requestId: string | undefined;

  constructor(base: Context, span: Span, requestId: string | undefined) {
    this.#base = base;
    this.#span = span;
    this.#requestId = requestId;
  }

  getValue(key: symbol): unknown {
    if (key === spanKey) return this.#span;
    if (key === requestIdKey && this.#requestId !== undefined) return this.#requestId;
    return this.#base === ROOT_CONTEXT ? undefined : this.#base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#usual().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#usual().deleteValue(key);
  }

  #usual(): Context {
    return usualContext(this.#base, this.#span, this.#requestId);
  }
}

function usualContext(base: Context, span: Span, requestId: string | undefined): Context {
  const withSpan = trace.setSpan(base, span);
  return requestId === undefined ? withSpan : withSpan.setValue(requestIdKey, requestId);
}

/** Whether the API that is installed finds a span in our context. */
function isSpanKeyKnown(): boolean {
  const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 0 });
  return trace.getSpan(new RequestContext(ROOT_CONTEXT, span, undefined)) === span;
}

/** Makes the context of a request; the API's own where ours would not be understood. */
export const requestContext: (base: Context, span: Span, requestId: string | undefined) => Context =
  isSpanKeyKnown() ? (base, span, requestId) => new RequestContext(base, span, requestId) : usualContext;
