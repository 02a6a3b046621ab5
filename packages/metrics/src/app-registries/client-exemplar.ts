import type { Exemplar } from '../family.ts';
import type { ClientExemplar } from './client-metric.ts';

const traceIdNames = ['trace_id', 'traceId', 'traceID', 'TraceID'];
const spanIdNames = ['span_id', 'spanId', 'spanID', 'SpanID'];

/** An exemplar as our page has them; undefined for one that leads to no trace. */
export function exemplarOf(exemplar: ClientExemplar | null | undefined): Exemplar | undefined {
  if (!exemplar) return undefined;
  const traceId = firstOf(exemplar.labelSet, traceIdNames);
  if (traceId === '') return undefined;
  return {
    traceId,
    spanId: firstOf(exemplar.labelSet, spanIdNames),
    value: exemplar.value,
    timeMs: (exemplar.timestamp ?? 0) * 1000,
  };
}

function firstOf(labelSet: ClientExemplar['labelSet'], names: readonly string[]): string {
  for (const name of names) {
    const value = labelSet[name];
    if (typeof value === 'string') return value;
  }
  return '';
}
