// Instruments databases as `register` does, and prints the spans when the program ends. It runs the built package.
import { writeSync } from 'node:fs';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { instrumentationSwitch } from '../../dist/hooks/instrumentation-switch.js';
import { instrumentations } from '../../dist/hooks/instrumentations.js';
import { hookModules } from '../../dist/hooks/module-hooks.js';

const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
trace.setGlobalTracerProvider(tracerProvider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const { WITHOUT = '', LOADER, LATE } = process.env;
const databases = instrumentations({
  providers: { tracerProvider, meterProvider: metrics.getMeterProvider() },
  switches: instrumentationSwitch(undefined, WITHOUT.split(',')),
});
if (LATE) await import(LATE);
const hooks = hookModules(databases.targets, {
  alsoImported: databases.alsoImported,
  ...(LOADER === 'thread' && { loaderInThread: false }),
});
const activeAtStart = databases.active();

process.on('exit', () => {
  const spans = exporter.getFinishedSpans();
  const parent = spans.find(({ name }) => name === 'parent')?.spanContext().spanId;
  const below = spans
    .filter((span) => span.parentSpanContext?.spanId === parent && parent !== undefined)
    .map((span) => span.instrumentationScope.name.replace('@opentelemetry/instrumentation-', ''));
  const modules = hooks.outcomes.map(({ name, outcome, reason }) => [name, outcome, reason].join(' ').trim());
  writeSync(
    1,
    `${JSON.stringify({ below: [...new Set(below)].toSorted(), modules: modules.toSorted(), active: databases.active(), activeAtStart })}\n`,
  );
});
