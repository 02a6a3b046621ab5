import { createRequire } from 'node:module';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { InstrumentationSwitch } from './instrumentation-switch.ts';
import { type KnownInstrumentation, knownInstrumentations } from './instrumentation-table.ts';
import type { ModuleTarget } from './module-hooks.ts';

/** What instrumentations record with. */
export interface InstrumentationProviders {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
}

export interface Instrumentations {
  /** For `hookModules`: each loads its instrumentation when the service loads the module. */
  readonly targets: readonly ModuleTarget[];
  /** For `hookModules`: what the added ones want to see imported. */
  readonly alsoImported: readonly string[];
  /** The names of those that run. */
  active(): readonly string[];
  /** Disables all of them. */
  disable(): void;
}

/**
 * OpenTelemetry's instrumentations for databases, queues and RPC, and those that plug-ins and options bring.
 *
 * @param options.switches which are on
 * @param options.added run from now on; one that throws is left out and told
 * @param options.load gives the exports of a package; a test's own, or a `require` from here
 */
export function instrumentations(options: {
  readonly providers: InstrumentationProviders;
  readonly switches: Pick<InstrumentationSwitch, 'isOn'>;
  readonly added?: readonly Instrumentation[];
  readonly load?: (packageName: string) => unknown;
  readonly onProblem?: (name: string, error: unknown) => void;
}): Instrumentations {
  const { providers, switches, added = [], load = createRequire(import.meta.url), onProblem } = options;
  const running = new Map<string, Instrumentation>();

  function run(name: string, instrumentation: Instrumentation): void {
    instrumentation.setTracerProvider(providers.tracerProvider);
    instrumentation.setMeterProvider(providers.meterProvider);
    instrumentation.enable();
    running.set(name, instrumentation);
  }

  const wanted = added.filter(({ instrumentationName }) => switches.isOn(instrumentationName));
  for (const each of wanted) {
    try {
      run(each.instrumentationName, each);
    } catch (error) {
      onProblem?.(each.instrumentationName, error);
    }
  }
  // One that somebody brings, with a configuration of its own, takes the place of ours.
  const brought = new Set(added.map(({ instrumentationName }) => instrumentationName));
  const known = knownInstrumentations.filter(
    (each) => switches.isOn(each.name) && !brought.has(each.package),
  );
  return {
    targets: known.flatMap((each) => {
      const start = (): void => {
        if (!running.has(each.name)) run(each.name, create(each, load));
      };
      return Object.entries(each.modules).map(([name, versions]) => ({ name, versions, beforeLoad: start }));
    }),
    alsoImported: wanted.flatMap(moduleNames),
    active: () => [...running.keys()],
    disable() {
      for (const [name, each] of running) {
        try {
          each.disable();
        } catch (error) {
          onProblem?.(name, error);
        }
      }
      running.clear();
    },
  };
}

/** The CommonJS build: it can be loaded while Node.js is busy with the imports of the service. */
function create(known: KnownInstrumentation, load: (packageName: string) => unknown): Instrumentation {
  const exports = load(known.package) as Readonly<
    Record<string, new (config: { enabled: boolean }) => Instrumentation>
  >;
  const Class = exports[known.className];
  if (Class === undefined) throw new TypeError(`${known.package} has no ${known.className}`);
  return new Class({ enabled: false });
}

/** The modules that an instrumentation patches; its base class keeps them there. */
function moduleNames(instrumentation: Instrumentation): string[] {
  const modules: unknown = Reflect.get(instrumentation, '_modules');
  if (!Array.isArray(modules)) return [];
  return modules.flatMap((each: { readonly name?: unknown }) =>
    typeof each.name === 'string' ? [each.name] : [],
  );
}
