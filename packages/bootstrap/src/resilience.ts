import type { SightlineError } from '@sightline/errors';
import type { Health } from '@sightline/health';
import { type IncomingRequest, requestState } from '@sightline/http';
import type { Logger } from '@sightline/logger';
import type { Metrics } from '@sightline/metrics';
import type { Redactor } from '@sightline/redact';
import { createResilience, type Resilience } from '@sightline/resilience';
import type { Config } from './config/config.ts';

export interface ServiceResilienceSetup {
  readonly config: Pick<Config, 'metrics'>;
  readonly metrics: Metrics;
  /** Gets the lines of transitions. */
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly health: Health;
  readonly redactor: Redactor;
  readonly addStatus: (name: string, section: () => unknown) => () => void;
  readonly onProblem: (problem: SightlineError) => void;
}

/** The watching of the service, with its metrics, lines, health and its section of the status. */
export function createServiceResilience(setup: ServiceResilienceSetup): Pick<Resilience, 'watch' | 'close'> {
  const { config, metrics, logger, health, redactor, addStatus, onProblem } = setup;
  const resilience = createResilience(
    {},
    {
      ...(config.metrics.enabled && { metrics: metrics.registry }),
      logger: {
        info: (fields, message) => logger.info(fields, message),
        warn: (fields, message) => logger.warn(fields, message),
      },
      health: { add: (name, contribution) => health.add(name, contribution).dispose },
      redactor,
      // The same route by which the request is counted when it has ended.
      routeOf: (request) => requestState(request as IncomingRequest)?.route,
      onProblem,
    },
  );
  const takeOff = addStatus('resilience', resilience.status);
  return {
    watch: resilience.watch,
    close() {
      takeOff();
      resilience.close();
    },
  };
}
