import type { TraceMessage } from './trace-message.ts';

const KINDS = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];
const IDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

/**
 * A message of OTLP as Tempo's JSON has it, which is protobuf's and not OTLP's: ids in base64, enums by name, 64-bit
 * integers as text.
 */
export function messageJson(message: object): string {
  return JSON.stringify(jsonOf(message, ''));
}

/** The list of a trace's resources with their spans, which are JSON already. */
export function resourceSpansJson({ resourceSpans }: TraceMessage<string>): string {
  const ofScope = ({ scope, spans }: (typeof resourceSpans)[number]['scopeSpans'][number]): string =>
    `{"scope":${messageJson(scope)},"spans":[${spans.join(',')}]}`;
  const ofResource = ({ resource, scopeSpans }: (typeof resourceSpans)[number]): string =>
    `{"resource":${messageJson(resource)},"scopeSpans":[${scopeSpans.map(ofScope).join(',')}]}`;
  return `[${resourceSpans.map(ofResource).join(',')}]`;
}

function jsonOf(value: unknown, key: string): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return IDS.has(key) ? Buffer.from(value, 'hex').toString('base64') : value;
  if (typeof value === 'number') {
    if (key === 'kind') return KINDS[value];
    if (key === 'code') return STATUSES[value];
    return Number.isFinite(value) ? value : String(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((each) => jsonOf(each, ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined && !(Array.isArray(each) && each.length === 0))
      .map(([name, each]) => [name, jsonOf(each, name)]),
  );
}
