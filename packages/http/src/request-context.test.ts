import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ROOT_CONTEXT, createContextKey, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { RequestContext, contextWithSpan, requestContext } from './request-context.ts';
import { requestIdKey } from './request-id.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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

  it('has the last value of each key, however many are set', () => {
    const keys = Array.from({ length: 12 }, (_, index) => createContextKey(`key ${index}`));
    const api = { context: ROOT_CONTEXT.setValue(key, 7) };
    let ours = requestContext(api.context, span, 'id');
    for (let turn = 0; turn < 100; turn++) {
      const at = keys[(turn * 7) % keys.length]!;
      const isTaken = turn % 9 === 0;
      ours = isTaken ? ours.deleteValue(at) : ours.setValue(at, turn);
      api.context = isTaken ? api.context.deleteValue(at) : api.context.setValue(at, turn);
    }
    expect(keys.map((each) => ours.getValue(each))).toEqual(keys.map((each) => api.context.getValue(each)));
    expect([ours.getValue(key), ours.getValue(requestIdKey), trace.getSpan(ours)]).toEqual([7, 'id', span]);
  });

  it('keeps no span that is hidden by another', async () => {
    let context = requestContext(ROOT_CONTEXT, span, 'id');
    const hidden = Array.from({ length: 20 }, () => {
      const each = { ...span };
      context = trace.setSpan(context, each);
      return new WeakRef(each);
    });
    context = trace.setSpan(context, other);
    // Not within the turn that has made them.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(hidden.filter((each) => each.deref() !== undefined)).toEqual([]);
    expect(trace.getSpan(context)).toBe(other);
  });
});

describe('contextWithSpan', () => {
  it.each([
    ['a request', requestContext(ROOT_CONTEXT.setValue(key, 7), span, 'id')],
    ['a span in a request', trace.setSpan(requestContext(ROOT_CONTEXT.setValue(key, 7), span, 'id'), span)],
    ['no request', ROOT_CONTEXT.setValue(key, 7).setValue(requestIdKey, 'id')],
  ])('has the span on top of what %s has', (_, context) => {
    const made = contextWithSpan(context, other);
    expect([trace.getSpan(made), made.getValue(key), made.getValue(requestIdKey)]).toEqual([other, 7, 'id']);
    expect(trace.getSpan(contextWithSpan(made, span))).toBe(span);
    expect(trace.getSpan(made)).toBe(other);
  });
});
