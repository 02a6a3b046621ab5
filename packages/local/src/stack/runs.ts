import type { Attributes } from '@sightline/query/traceql';
import { attributeText } from '../ingest/otlp/attributes.ts';

/** One start of one instance of a service. */
export interface Run {
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  /** When something of it came first and last, since 1970 [ms]. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export interface Runs {
  /** Something came from a service. */
  seen(resource: Attributes, timeMs: number): void;
  /** The newest first. */
  all(): readonly Run[];
}

const MAX_RUNS = 1000;

/** Remembers the starts of services: each has an instance id of its own. */
export function createRuns(): Runs {
  const runs = new Map<string, Run>();
  return {
    seen(resource, timeMs) {
      const text = (key: string): string => {
        const value = resource.get(key);
        return value === undefined ? '' : attributeText(value);
      };
      const service = text('service.name');
      const instance = text('service.instance.id');
      if (service === '') return;
      const version = text('service.version');
      const key = JSON.stringify([service, version, instance]);
      const known = runs.get(key);
      // In the order in which something came last: a service that goes on is not forgotten for those that others began since.
      runs.delete(key);
      if (runs.size >= MAX_RUNS) runs.delete(runs.keys().next().value!);
      const firstSeenMs = known?.firstSeenMs ?? timeMs;
      runs.set(key, {
        service,
        version,
        instance,
        firstSeenMs,
        lastSeenMs: Math.max(known?.lastSeenMs ?? 0, timeMs),
      });
    },
    all: () => [...runs.values()].toSorted((one, other) => other.firstSeenMs - one.firstSeenMs),
  };
}
