import { ROOT_CONTEXT, createContextKey, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { RequestContext, requestContext } from './request-context.ts';
import { requestIdKey } from './request-id.ts';

const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
const other = trace.wrapSpanContext({ traceId: '3'.repeat(32), spanId: '4'.repeat(16), traceFlags: 1 });
const key = createContextKey('a key');

describe('requestContext', () => {
  it('is our own kind, which the API reads', () => {
    const made = requestContext(ROOT_CONTEXT, span, 'id');
    expect(made).toBeInstanceOf(RequestContext);
    expect(trace.getSpan(made)).toBe(span);
    expect(made.getValue(requestIdKey)).toBe('id');
    expect(made.getValue(key)).toBeUndefined();
  });

  it('has what its base has', () => {
    expect(requestContext(ROOT_CONTEXT.setValue(key, 7), span, 'id').getValue(key)).toBe(7);
  });

  it('keeps all when a value is set or taken away, and is not changed by it', () => {
    const made = requestContext(ROOT_CONTEXT.setValue(key, 7), span, 'id');
    const changed = trace.setSpan(made, other).setValue(key, 8);
    expect(trace.getSpan(changed)).toBe(other);
    expect([changed.getValue(requestIdKey), changed.getValue(key)]).toEqual(['id', 8]);
    expect(trace.getSpan(made)).toBe(span);
    expect(made.getValue(key)).toBe(7);
    expect(made.deleteValue(key).getValue(key)).toBeUndefined();
    expect(trace.getSpan(trace.deleteSpan(made))).toBeUndefined();
    expect(made.deleteValue(requestIdKey).getValue(requestIdKey)).toBeUndefined();
  });
});
