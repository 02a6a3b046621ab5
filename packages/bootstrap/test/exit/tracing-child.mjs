// Makes spans and ends in one of several ways: the exit handler sends what waits.
import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createRedactor } from '@sightline/redact';

const settings = JSON.parse(process.argv[2]);
const { createTracing } = await import(settings.module);

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracing = createTracing({
  resource: resourceFromAttributes({ 'service.name': 'child' }),
  redactor: createRedactor(),
  sampler: { name: settings.sampler ?? 'parentbased_always_on' },
  target: {
    url: `${settings.url}/v1/traces`,
    headers: { 'x-tenant': 'a' },
    protocol: settings.protocol ?? 'http/protobuf',
    compression: 'gzip',
    timeoutMs: 10_000,
  },
  batch: { maxExportBatchSize: 10 },
  onProblem: (problem) => process.stderr.write(`${problem.code}\n`),
});
const tracer = tracing.tracerProvider.getTracer('child');

process.on('uncaughtExceptionMonitor', (error) => tracing.recordCrash(error));
process.on('exit', () => {
  const startMs = performance.now();
  tracing.flushSync(settings.deadlineMs ?? 5_000);
  const { exported, dropped, queued } = tracing.stats();
  process.stdout.write(JSON.stringify({ ms: performance.now() - startMs, exported, dropped, queued }));
});

for (let n = 0; n < settings.spans; n++) {
  const span = tracer.startSpan(`span ${n}`);
  span.setAttribute('n', n);
  span.end();
}

const endings = {
  natural() {},
  exit: () => process.exit(7),
  'exit-later': () => setTimeout(() => process.exit(7), 50),
  exception() {
    tracer.startActiveSpan('root', () => {
      tracer.startActiveSpan('crash', () => {
        setTimeout(() => {
          throw new TypeError('it broke: password=hunter2-hunter2');
        }, 1);
      });
    });
  },
  rejection() {
    tracer.startActiveSpan('root', async (span) => {
      span.setStatus({ code: SpanStatusCode.UNSET });
      await Promise.reject(new RangeError('nobody caught it'));
    });
  },
};
if (trace.getActiveSpan() !== undefined) throw new Error('no span is active here');
endings[settings.ending]();
