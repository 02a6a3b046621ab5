// Loaded with --import, before the app: records its calls, and counts what comes of them.
import { createClientRecorder } from '@sightline/http';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, propagation } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());

const records = [];
const problems = [];
let told = () => {};
const recorder = createClientRecorder(
  {},
  { tracer: provider.getTracer('test'), onProblem: ({ message }) => problems.push(message) },
);
recorder.addSink({
  prepare: (kind) => () => {
    records.push(`${kind.method} ${kind.status ?? '-'} ${kind.errorType ?? '-'}`);
    told();
  },
});
recorder.enable();

/* oxlint-disable no-await-in-loop -- one call after the other */
/** Makes each call, waits until as many records are there as are expected, and prints what came of it. */
globalThis.runCalls = async function runCalls(calls, received) {
  const made = {};
  for (const [name, call, expected = 1] of calls) {
    records.length = 0;
    received.length = 0;
    exporter.reset();
    const { promise, resolve } = Promise.withResolvers();
    told = () => records.length >= expected && resolve();
    await call();
    await promise;
    // What would come twice comes within these turns.
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    const spans = exporter.getFinishedSpans();
    const ids = new Set(spans.map((span) => span.spanContext().spanId));
    made[name] = {
      records: [...records],
      spans: spans.length,
      passedOn: received.filter((header) => ids.has(header?.split('-')[2])).length,
    };
  }
  const active = [...recorder.active().values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(JSON.stringify({ made, active, problems }));
};
