import type { Attributes } from '@opentelemetry/api';
import type { SightlineError } from '@sightline/errors';
import type { Health } from '@sightline/health';
import type { Metrics } from '@sightline/metrics';
import type { Redactor } from '@sightline/redact';
import { isMainThread } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import type { DrainAtSignal } from '../lifecycle/signals.ts';
import type { Sightline } from '../sightline.ts';
import { drainCluster } from './cluster-drain.ts';
import type { WriteHealth } from './health-log.ts';
import { noDrain } from './no-drain.ts';
import { refreshWithPages } from './refresh-with-pages.ts';
import { holdUntilListening } from './server-hold.ts';
import { createServiceDrain } from './service-drain.ts';
import { createServiceHealth } from './service-health.ts';

export interface HealthyServiceSetup {
  readonly config: Config;
  /** The resource, which names the service. */
  readonly attributes: Attributes;
  readonly metrics: Metrics;
  readonly redactor: Redactor;
  readonly write: WriteHealth;
  /** Answers probes until the process ends. */
  readonly adminServer: object;
  readonly onProblem: (problem: SightlineError) => void;
}

/** The health of the service from its start to its drain. */
export interface HealthyService {
  readonly health: Health;
  readonly drain: Sightline['drain'];
  /** Undefined where a signal ends the process without it. */
  readonly drainAtSignal: DrainAtSignal | undefined;
  stop(): void;
}

export function createHealthyService(setup: HealthyServiceSetup): HealthyService {
  const { config, attributes, metrics, redactor, write, adminServer, onProblem } = setup;
  const health = createServiceHealth({
    config,
    service: { name: textOf(attributes['service.name']), version: textOf(attributes['service.version']) },
    metrics,
    redactor,
    write,
    isDraining: () => drain !== undefined && drain.state !== 'off',
    onProblem,
  });
  // A thread gets no signals.
  const drain =
    config.shutdown.drain && isMainThread
      ? createServiceDrain({ config: config.shutdown, write, onDraining: health.drainStarted })
      : undefined;
  drain?.ignore(adminServer);
  const clusterDrain = drain && drainCluster(drain, config.shutdown);
  let stopRefreshing: (() => void) | undefined;
  const stopHolding = holdUntilListening(health, adminServer, () => {
    // Not before: a check that another one depends on may still be added.
    if (config.metrics.enabled) stopRefreshing = refreshWithPages(health, metrics.registry);
  });

  return {
    health,
    drain: drain ?? noDrain,
    drainAtSignal:
      drain &&
      ((reason, { hurry, endsProcess }) => {
        if (endsProcess) clusterDrain?.begin(reason, hurry);
        return drain.start({ reason, hurry, ends: endsProcess ? 'servers' : 'clients' });
      }),
    stop() {
      stopHolding();
      stopRefreshing?.();
      clusterDrain?.stop();
      drain?.close();
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
