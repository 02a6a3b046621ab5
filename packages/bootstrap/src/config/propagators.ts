import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { EnvironmentReader } from './environment.ts';
import { withoutNone } from './traces.ts';
import { propagatorNames } from './words.ts';
import type { PropagatorName } from './words.ts';

/** What a package of propagators exports, as far as it is used. */
interface PropagatorPackage {
  readonly B3Propagator?: new (config?: { readonly injectEncoding: number }) => TextMapPropagator;
  readonly B3InjectEncoding?: { readonly SINGLE_HEADER: number; readonly MULTI_HEADER: number };
  readonly JaegerPropagator?: new () => TextMapPropagator;
}

/** Loads a package of the service's; undefined when it is not installed. */
export type LoadPackage = (name: string) => unknown;

/** Where each comes from. */
const PACKAGES: Readonly<Record<PropagatorName, string>> = {
  tracecontext: '@opentelemetry/core',
  baggage: '@opentelemetry/core',
  b3: '@opentelemetry/propagator-b3',
  b3multi: '@opentelemetry/propagator-b3',
  jaeger: '@opentelemetry/propagator-jaeger',
};
const DEFAULT: readonly PropagatorName[] = ['tracecontext', 'baggage'];

/**
 * From the service's own folder first: an optional package is installed there, if anywhere.
 *
 * @param entry the file of the service, or the folder that `node .` names, as a preload sees it
 */
export function loadFromService(name: string, entry: string | undefined = process.argv[1]): unknown {
  // As if it were a folder: nothing is below a file, and its own folder comes next.
  const folders = [...(entry === undefined ? [] : [entry]), process.cwd()];
  for (const from of [...folders.map((folder) => join(folder, 'package.json')), import.meta.filename]) {
    try {
      return createRequire(from)(name);
    } catch {
      // Not there: the next place may have it.
    }
  }
  return undefined;
}

/** What `OTEL_PROPAGATORS` names, in its order and once each; what is not installed is reported and left out. */
export function propagatorsFromEnvironment(
  read: EnvironmentReader,
  load: LoadPackage,
): readonly PropagatorName[] {
  const words = read.words('OTEL_PROPAGATORS', {
    words: [...propagatorNames, 'none'],
    elsewhere: {
      xray: 'use tracecontext, which AWS takes as well',
      ottrace: 'use tracecontext, or b3',
    },
  });
  if (words === undefined) return DEFAULT;
  const usable = withoutNone(words).filter((name) => {
    const found = createOne(name, load) !== undefined;
    if (!found) {
      const missing = PACKAGES[name];
      read.refuse(
        'OTEL_PROPAGATORS',
        `names ${name}, whose package ${missing} is not installed`,
        `${missing} beside the service`,
        `npm install ${missing}, or take ${name} out`,
      );
    }
    return found;
  });
  return usable.length === 0 && !words.includes('none') ? DEFAULT : usable;
}

/** One propagator for those that are named; the last one that finds a trace when reading has the say. */
export function createPropagator(
  names: readonly PropagatorName[],
  load: LoadPackage = loadFromService,
): TextMapPropagator {
  const propagators = names.flatMap((name) => createOne(name, load) ?? []);
  return new CompositePropagator({ propagators });
}

function createOne(name: PropagatorName, load: LoadPackage): TextMapPropagator | undefined {
  if (name === 'tracecontext') return new W3CTraceContextPropagator();
  if (name === 'baggage') return new W3CBaggagePropagator();
  const found = (load(PACKAGES[name]) ?? {}) as PropagatorPackage;
  const { B3Propagator, B3InjectEncoding, JaegerPropagator } = found;
  if (name === 'jaeger') return JaegerPropagator && new JaegerPropagator();
  if (B3Propagator === undefined || B3InjectEncoding === undefined) return undefined;
  const { SINGLE_HEADER, MULTI_HEADER } = B3InjectEncoding;
  return new B3Propagator({ injectEncoding: name === 'b3' ? SINGLE_HEADER : MULTI_HEADER });
}
