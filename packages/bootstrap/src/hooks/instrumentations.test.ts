import { createRequire } from 'node:module';
import { metrics, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { describe, expect, it, vi } from 'vitest';
import { knownInstrumentations } from './instrumentation-table.ts';
import { instrumentations } from './instrumentations.ts';

const providers = { tracerProvider: trace.getTracerProvider(), meterProvider: metrics.getMeterProvider() };
const everything = { isOn: () => true };

function fakeInstrumentation(instrumentationName: string, more: object = {}): Instrumentation {
  return {
    instrumentationName,
    instrumentationVersion: '1.0.0',
    enable: vi.fn<() => void>(),
    disable: vi.fn<() => void>(),
    setTracerProvider: vi.fn<Instrumentation['setTracerProvider']>(),
    setMeterProvider: vi.fn<Instrumentation['setMeterProvider']>(),
    setConfig: vi.fn<Instrumentation['setConfig']>(),
    getConfig: () => ({}),
    ...more,
  };
}

describe('knownInstrumentations', () => {
  it.each(knownInstrumentations.filter(({ name }) => name !== 'redis'))(
    'has the modules and the versions of $package',
    ({ package: packageName, className, modules }) => {
      const load = createRequire(import.meta.url);
      const exports = load(packageName) as Record<string, new (config: object) => Instrumentation>;
      const created = new exports[className]!({ enabled: false });
      const definitions = Reflect.get(created, '_modules') as { name: string; supportedVersions: string[] }[];
      expect(Object.keys(modules)).toEqual(expect.arrayContaining(definitions.map(({ name }) => name)));
      const major = Object.values(modules)[0]?.replace(/^.*</, '');
      expect(definitions.map(({ supportedVersions }) => supportedVersions.join()).join()).toMatch(
        new RegExp(`<${major}|\\^${Number(major) - 1}`),
      );
    },
  );
});

describe('instrumentations', () => {
  it('loads nothing until the service loads a module, and then once', () => {
    const created = fakeInstrumentation('@opentelemetry/instrumentation-pg');
    const load = vi.fn<(packageName: string) => unknown>(() => ({
      PgInstrumentation: function PgInstrumentation() {
        return created;
      },
    }));
    const { targets, active, disable } = instrumentations({ providers, switches: everything, load });
    expect([load.mock.calls, active()]).toEqual([[], []]);

    for (const { name, beforeLoad } of targets) if (name.startsWith('pg')) beforeLoad?.();
    expect(load.mock.calls).toEqual([['@opentelemetry/instrumentation-pg']]);
    expect(active()).toEqual(['pg']);
    expect(created.setTracerProvider).toHaveBeenCalledWith(providers.tracerProvider);
    expect(created.setMeterProvider).toHaveBeenCalledWith(providers.meterProvider);
    expect(created.enable).toHaveBeenCalledTimes(1);

    disable();
    expect([active(), vi.mocked(created.disable).mock.calls.length]).toEqual([[], 1]);
  });

  it('has no targets for what is off', () => {
    const { targets } = instrumentations({ providers, switches: { isOn: (name) => name === 'ioredis' } });
    expect(targets.map(({ name }) => name)).toEqual(['ioredis']);
  });

  it('runs what is brought, in place of its own, and names the modules that it wants to see', () => {
    const brought = fakeInstrumentation('@opentelemetry/instrumentation-pg', {
      _modules: [{ name: 'pg' }, {}],
    });
    const { targets, active, alsoImported } = instrumentations({
      providers,
      switches: everything,
      added: [brought],
    });
    expect(active()).toEqual(['@opentelemetry/instrumentation-pg']);
    expect(brought.enable).toHaveBeenCalledTimes(1);
    expect(alsoImported).toEqual(['pg']);
    expect(targets.map(({ name }) => name)).not.toContain('pg');
  });

  it('leaves out what is brought and throws, and tells of it', () => {
    const problem = new Error('broken');
    const brought = fakeInstrumentation('@acme/broken', {
      enable() {
        throw problem;
      },
    });
    const onProblem = vi.fn<(name: string, error: unknown) => void>();
    const { active } = instrumentations({ providers, switches: everything, added: [brought], onProblem });
    expect(active()).toEqual([]);
    expect(onProblem.mock.calls).toEqual([['@acme/broken', problem]]);
  });

  it.each([
    { what: 'lacks its class', load: () => ({}), reason: 'has no PgInstrumentation' },
    {
      what: 'cannot be loaded',
      load: () => {
        throw new Error('no such package');
      },
      reason: 'no such package',
    },
  ])('tells whoever loads the module that the package of its instrumentation $what', ({ load, reason }) => {
    const { targets, active } = instrumentations({ providers, switches: everything, load });
    expect(() => targets.find(({ name }) => name === 'pg')?.beforeLoad?.()).toThrow(
      expect.objectContaining({ message: expect.stringContaining(reason) as unknown }),
    );
    expect(active()).toEqual([]);
  });

  it('disables the others when one throws, and tells of it if anybody listens', () => {
    const problem = new Error('stuck');
    const stuck = (): Instrumentation =>
      fakeInstrumentation('@acme/stuck', {
        disable() {
          throw problem;
        },
      });
    const last = fakeInstrumentation('@acme/last');
    const onProblem = vi.fn<(name: string, error: unknown) => void>();
    const told = instrumentations({ providers, switches: everything, added: [stuck(), last], onProblem });
    told.disable();
    expect(onProblem.mock.calls).toEqual([['@acme/stuck', problem]]);
    expect(last.disable).toHaveBeenCalledOnce();
    expect(told.active()).toEqual([]);

    const untold = instrumentations({ providers, switches: everything, added: [stuck()] });
    expect(() => untold.disable()).not.toThrow();
  });

  it('takes one that says no modules', () => {
    const { active, alsoImported } = instrumentations({
      providers,
      switches: everything,
      added: [fakeInstrumentation('@acme/plain')],
    });
    expect([active(), alsoImported]).toEqual([['@acme/plain'], []]);
  });
});
