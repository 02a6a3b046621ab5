import { ProxyTracerProvider, ROOT_CONTEXT, context, metrics, propagation, trace } from '@opentelemetry/api';
import type { MeterProvider, TextMapPropagator } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { registerGlobals } from './globals.ts';

afterEach(() => {
  for (const api of [trace, metrics, propagation, context]) api.disable();
});

function globals(name: string) {
  const propagator: TextMapPropagator = {
    inject: () => {},
    extract: (given) => given,
    fields: () => [name],
  };
  return {
    tracerProvider: new ProxyTracerProvider(),
    meterProvider: { getMeter: () => metrics.getMeter(name) } satisfies MeterProvider,
    propagator,
  };
}

const keepsContext = (): boolean => {
  const key = Symbol('key');
  return context.with(ROOT_CONTEXT.setValue(key, 1), () => context.active().getValue(key) === 1);
};
const provider = (): unknown => (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();

describe('registerGlobals', () => {
  it('leaves room for the next one when it takes its own away', () => {
    const [first, second] = [globals('first'), globals('second')];
    const takeAway = registerGlobals(first);
    expect([provider(), metrics.getMeterProvider(), propagation.fields(), keepsContext()]).toEqual([
      first.tracerProvider,
      first.meterProvider,
      ['first'],
      true,
    ]);
    takeAway();
    expect([propagation.fields(), keepsContext()]).toEqual([[], false]);
    registerGlobals(second);
    expect(provider()).toBe(second.tracerProvider);
    expect(metrics.getMeterProvider()).toBe(second.meterProvider);
    expect([propagation.fields(), keepsContext()]).toEqual([['second'], true]);
  });

  it('leaves what another one has registered before', () => {
    const [other, own] = [globals('other'), globals('own')];
    registerGlobals(other);
    registerGlobals(own)();
    expect(provider()).toBe(other.tracerProvider);
    expect(metrics.getMeterProvider()).toBe(other.meterProvider);
    expect([propagation.fields(), keepsContext()]).toEqual([['other'], true]);
  });

  it('registers no propagator where there is none', () => {
    registerGlobals({ ...globals('own'), propagator: undefined })();
    expect(propagation.fields()).toEqual([]);
  });
});
