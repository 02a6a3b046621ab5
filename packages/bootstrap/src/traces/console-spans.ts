import { createRequire } from 'node:module';
import type * as sdk from '@opentelemetry/sdk-trace';
import type { NamedSpanProcessor } from './span-processors.ts';

/** `OTEL_TRACES_EXPORTER=console`: each span on standard output, as the SDK writes it, which is loaded only for this. */
export function consoleSpans(): NamedSpanProcessor {
  const { ConsoleSpanExporter, SimpleSpanProcessor } = createRequire(import.meta.url)(
    '@opentelemetry/sdk-trace',
  ) as typeof sdk;
  return { name: 'console', processor: new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }) };
}
