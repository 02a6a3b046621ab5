import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { requestIdKey } from './request-id.ts';

/** The key of the OpenTelemetry API for the active span; whether it still is, `isSpanKeyKnown` looks. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');

/** So many layers are looked through for a value; with more, those that are hidden by others are left out. */
const MANY_LAYERS = 8;

/** One value on top of another context. */
class LayeredContext implements Context {
  readonly #below: Context;
  readonly #key: symbol;
  readonly #value: unknown;
  /** With itself. */
  readonly #layers: number;

  constructor(below: Context, key: symbol, value: unknown) {
    this.#below = below;
    this.#key = key;
    this.#value = value;
    this.#layers = below instanceof LayeredContext ? below.#layers + 1 : 1;
  }

  getValue(key: symbol): unknown {
    if (key === this.#key) return this.#value;
    let below = this.#below;
    for (; below instanceof LayeredContext; below = below.#below) if (key === below.#key) return below.#value;
    return below.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    // A span below a span: the one that is hidden is not kept.
    if (key === this.#key) return new LayeredContext(this.#below, key, value);
    return new LayeredContext(
      this.#layers < MANY_LAYERS ? this : LayeredContext.#withoutHidden(this),
      key,
      value,
    );
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }

  static #withoutHidden(top: Context): Context {
    const values = new Map<symbol, unknown>();
    let context = top;
    for (; context instanceof LayeredContext; context = context.#below)
      if (!values.has(context.#key)) values.set(context.#key, context.#value);
    for (const [key, value] of values) context = new LayeredContext(context, key, value);
    return context;
  }
}

/**
 * The context that a request is handled in: a span and an id on top of a base.
 *
 * The API's own context copies a map and makes three functions for each value. This one is an object of three fields, and
 * what is set on it is another one on top.
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
    return new LayeredContext(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new LayeredContext(this, key, undefined);
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

/** A context with a span on top, for what is made below it: in a request, and where there is none. */
export function contextWithSpan(context: Context, span: Span): Context {
  const isOurs = context instanceof RequestContext || context instanceof LayeredContext;
  return isOurs ? trace.setSpan(context, span) : requestContext(context, span, undefined);
}
