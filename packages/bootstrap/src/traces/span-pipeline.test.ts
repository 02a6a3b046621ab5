import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../otlp/otlp-receiver.fixture.ts';
import type { OtlpReceiver } from '../otlp/otlp-receiver.fixture.ts';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';
import type { TestTracing } from './tracing.fixture.ts';

let tracing: TestTracing;
let receiver: OtlpReceiver | undefined;
afterEach(async () => {
  await tracing.shutdown(1_000);
  await receiver?.close();
});

describe('createSpanPipeline', () => {
  it('tells processors once of the start of a span that the head sampled', () => {
    const processor = collectingProcessor();
    tracing = startTracing(undefined, { spanProcessors: [{ name: 'p', processor }] });
    tracing.tracerProvider.getTracer('lib').startSpan('once').end();
    expect(processor.started).toEqual(['once']);
    expect(processor.ended.map(({ name }) => name)).toEqual(['once']);
  });

  it('holds nothing of a trace that was dropped when its root had ended', async () => {
    receiver = await startOtlpReceiver();
    tracing = startTracing(receiver.url, { sampler: { name: 'parentbased_traceidratio', ratio: 0 } });
    const tracer = tracing.tracerProvider.getTracer('lib');
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const early = tracer.startSpan('early', {}, trace.setSpan(ROOT_CONTEXT, root));
    const late = tracer.startSpan('late', {}, trace.setSpan(ROOT_CONTEXT, root));
    early.end();
    expect(tracing.stats().held).toMatchObject({ traces: 1, spans: 1 });
    root.end();
    late.end();
    expect(tracing.stats().held).toMatchObject({ traces: 0, spans: 0 });
  });
});
