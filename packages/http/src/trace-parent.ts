import { TraceFlags } from '@opentelemetry/api';

/** What a traceparent header says. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string;
  readonly traceFlags: number;
}

/** `00-<32>-<16>-<2>`. */
const LENGTH = 55;
const INVALID_TRACE_ID = '0'.repeat(32);
const INVALID_SPAN_ID = '0'.repeat(16);
const DASH = 0x2d;
/** Of the flags, version 00 knows whether it is sampled and whether the trace id is random. */
const KNOWN_FLAGS = TraceFlags.SAMPLED | 0x02;

/**
 * Reads a traceparent header, strictly.
 *
 * A version later than 00 is read as 00 as far as that goes, as the specification asks; `ff` is refused.
 * Source: https://www.w3.org/TR/trace-context-1/#traceparent-header
 *
 * @returns undefined when it is malformed: then the request begins a trace of its own
 */
export function parseTraceParent(header: string): TraceParent | undefined {
  if (header.length < LENGTH) return undefined;
  if (
    header.charCodeAt(2) !== DASH ||
    header.charCodeAt(35) !== DASH ||
    header.charCodeAt(52) !== DASH ||
    !isHex(header, 0, 2) ||
    !isHex(header, 3, 35) ||
    !isHex(header, 36, 52) ||
    !isHex(header, 53, 55)
  ) {
    return undefined;
  }
  if (!header.startsWith('00-')) {
    if (header.startsWith('ff') || (header.length > LENGTH && header.charCodeAt(LENGTH) !== DASH))
      return undefined;
  } else if (header.length !== LENGTH) return undefined;

  const traceId = header.slice(3, 35);
  const spanId = header.slice(36, 52);
  if (traceId === INVALID_TRACE_ID || spanId === INVALID_SPAN_ID) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(header.slice(53, 55), 16) & KNOWN_FLAGS };
}

/** Lower case only, as the specification has it. */
function isHex(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}
