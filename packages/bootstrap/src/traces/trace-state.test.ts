import { createTraceState, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { createRedactor } from '@sightline/redact';
import { describe, expect, it } from 'vitest';
import { createAttributeCensor } from '../otlp/attribute-censor.ts';
import { exportedContext, traceStateText } from './trace-state.ts';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';

const TOKEN = 'ghp_a8Kd72nQ0xZp1a8Kd72nQ0xZp1a8Kd72nQ0x';
const censor = createAttributeCensor(createRedactor());
const context = (state: string) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  traceState: createTraceState(state),
});

describe('traceStateText', () => {
  it('is the state as it came when no secret is in it', () => {
    expect(traceStateText(createTraceState('vendor=value,other=1'), censor)).toBe('vendor=value,other=1');
  });

  it.each([`vendor=${TOKEN}`, 'vendor=1,token=hunter2hunter2'])('is none for %s', (state) => {
    expect(traceStateText(createTraceState(state), censor)).toBeUndefined();
    expect(exportedContext(context(state), censor)).not.toHaveProperty('traceState');
  });

  it('is none when the state throws', () => {
    const state = {
      ...createTraceState(),
      serialize(): string {
        throw new Error('none');
      },
    };
    expect(traceStateText(state, censor)).toBeUndefined();
  });
});

describe('createTracing', () => {
  it('exports no secret of a tracer, a parent or a link, and passes the state on as it came', async () => {
    const processor = collectingProcessor();
    const tracing = startTracing(undefined, { spanProcessors: [{ name: 'collecting', processor }] });
    const parent = context(`vendor=${TOKEN}`);
    const span = tracing.tracerProvider
      .getTracer(`lib ${TOKEN}`, `1 ${TOKEN}`)
      .startSpan('work', { links: [{ context: parent }] }, trace.setSpanContext(ROOT_CONTEXT, parent));
    expect(span.spanContext().traceState?.serialize()).toBe(`vendor=${TOKEN}`);
    span.end();
    const [ended] = processor.ended;
    expect(ended?.instrumentationScope).toMatchObject({ name: 'lib [REDACTED]', version: '1 [REDACTED]' });
    expect(ended?.spanContext().traceState).toBeUndefined();
    expect(ended?.parentSpanContext?.traceState).toBeUndefined();
    expect(ended?.links[0]?.context.traceState).toBeUndefined();
    await tracing.shutdown(1000);
  });
});
