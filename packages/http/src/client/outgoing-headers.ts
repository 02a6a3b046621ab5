import { type TextMapSetter, propagation } from '@opentelemetry/api';
import { requestContext } from '../request-context.ts';
import { requestIdKey } from '../request-id.ts';
import type { Call } from './calls.ts';
import type { ResolvedHttpClientOptions } from './client-options.ts';

/** Reads and writes the headers of a call that has not left. */
export interface HeaderAccess<Outgoing> {
  has(this: void, outgoing: Outgoing, name: string): boolean;
  /** Only for a name that is not there. */
  add(this: void, outgoing: Outgoing, name: string, value: string): void;
}

/** Writes trace context and the request id into the headers of a call. */
export type WriteHeaders<Outgoing> = (call: Call, outgoing: Outgoing) => void;

/** Compiles what is written for one kind of client. */
export function createHeaderWriter<Outgoing>(
  { propagate, requestId }: Pick<ResolvedHttpClientOptions, 'propagate' | 'requestId'>,
  { has, add }: HeaderAccess<Outgoing>,
): WriteHeaders<Outgoing> {
  const isTold = compilePropagate(propagate);
  const setter: TextMapSetter<Outgoing> = {
    set(outgoing, name, value) {
      if (!has(outgoing, name)) add(outgoing, name, value);
    },
  };

  return function writeHeaders(call, outgoing) {
    if (!isTold(call.host)) return;
    // Whoever has set it knows what the call belongs to; ours beside its tracestate would be neither.
    if (!has(outgoing, 'traceparent')) {
      propagation.inject(requestContext(call.parent, call.span, undefined), outgoing, setter);
    }
    if (requestId === false) return;
    const id = call.parent.getValue(requestIdKey);
    if (typeof id === 'string' && !has(outgoing, requestId)) add(outgoing, requestId, id);
  };
}

function compilePropagate(propagate: ResolvedHttpClientOptions['propagate']): (host: string) => boolean {
  if (propagate === 'all') return () => true;
  if (typeof propagate !== 'function') {
    const hosts = new Set(propagate);
    return (host) => hosts.has(host);
  }
  return (host) => {
    try {
      return propagate(host);
    } catch {
      return false;
    }
  };
}
