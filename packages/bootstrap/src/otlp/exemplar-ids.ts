import type { SeriesSnapshot } from '@sightline/metrics';

type Exemplar = NonNullable<SeriesSnapshot['exemplar']>;

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/**
 * An exemplar as OTLP takes it. What a service puts into those of `prom-client` may be ids of any other tracer, and for one that
 * is not 16 bytes long a collector refuses the whole request.
 *
 * @returns undefined where there is none, or it has no such trace id; without a span id that is none
 */
export function otlpExemplar(exemplar: Exemplar | undefined): Exemplar | undefined {
  if (exemplar === undefined || !TRACE_ID.test(exemplar.traceId)) return undefined;
  return SPAN_ID.test(exemplar.spanId) ? exemplar : { ...exemplar, spanId: '' };
}
