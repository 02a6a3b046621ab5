import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { createRedactor } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';
import type { ExportProblem } from '../otlp/export-problems.ts';
import { createTracing } from './create-tracing.ts';
import type { Tracing, TracingOptions } from './create-tracing.ts';

/** A redactor that finds nothing. */
export const blindRedactor: Redactor = {
  ...createRedactor(),
  text: (text) => text,
  url: (url) => url,
  isSecretKey: () => false,
};

/** A processor that keeps what it is called with. */
export function collectingProcessor(): SpanProcessor & {
  readonly started: string[];
  readonly ended: ReadableSpan[];
} {
  const started: string[] = [];
  const ended: ReadableSpan[] = [];
  return {
    started,
    ended,
    onStart: (span) => started.push(span.name),
    onEnd: (span) => ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

export interface TestTracing extends Tracing {
  readonly problems: ExportProblem[];
}

/** @param url of a receiver; without one spans go to the processors alone */
export function startTracing(url?: string, options: Partial<TracingOptions> = {}): TestTracing {
  const problems: ExportProblem[] = [];
  const tracing = createTracing({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    redactor: createRedactor(),
    sampler: { name: 'parentbased_always_on' },
    target:
      url === undefined
        ? undefined
        : {
            url: `${url}/v1/traces`,
            headers: {},
            protocol: 'http/protobuf',
            compression: 'none',
            timeoutMs: 5_000,
          },
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { ...tracing, problems };
}
