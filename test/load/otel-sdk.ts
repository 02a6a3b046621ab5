/**
 * The OpenTelemetry SDK 3 as its documentation assembles it: `INSTRUMENTATION=auto` with everything, `http` with care.
 * Traces alone, or with `SIGNALS=environment` what `OTEL_*_EXPORTER` says. A preload for `--import`.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';

register({
  include: ['express', 'router', 'koa', '@koa/router', 'fastify', 'hono', 'pino', 'pino-http', 'prom-client'],
});

async function instrumentations(): Promise<Instrumentation[]> {
  if (process.env['INSTRUMENTATION'] === 'http') {
    const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
    return [new HttpInstrumentation()];
  }
  const { getNodeAutoInstrumentations } = await import('@opentelemetry/auto-instrumentations-node');
  return getNodeAutoInstrumentations();
}

const tracesAlone = { traceExporter: new OTLPTraceExporter(), metricReaders: [], logRecordProcessors: [] };
const sdk = new NodeSDK({
  ...(process.env['SIGNALS'] === 'environment' ? {} : tracesAlone),
  instrumentations: await instrumentations(),
});
sdk.start();
