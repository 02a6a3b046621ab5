import { createHealth } from '@sightline/health';
import type { Health, HealthObserver } from '@sightline/health';
import type { SightlineError } from '@sightline/errors';
import type { Metrics } from '@sightline/metrics';
import type { Redactor } from '@sightline/redact';
import type { Config } from '../config/config.ts';
import { healthLog } from './health-log.ts';
import type { WriteHealth } from './health-log.ts';
import { healthMetrics } from './health-metrics.ts';

export interface ServiceHealthSetup {
  readonly config: Config;
  readonly service: { readonly name: string | undefined; readonly version: string | undefined };
  readonly metrics: Metrics;
  readonly redactor: Redactor;
  readonly write: WriteHealth;
  readonly isDraining: () => boolean;
  readonly onProblem: (problem: SightlineError) => void;
}

/** The health of the service, with its metrics and its lines. */
export function createServiceHealth(setup: ServiceHealthSetup): Health {
  const { config, service, metrics, redactor, onProblem } = setup;
  const observers: readonly HealthObserver[] = [
    ...(config.metrics.enabled ? [healthMetrics(metrics.registry)] : []),
    healthLog(setup.write, setup.isDraining),
  ];
  return createHealth(
    {
      ...config.health,
      // What is wrong was told, and left out, with everything else that is.
      strict: false,
      onProblem,
      ...(service.name !== undefined && { serviceName: service.name }),
      ...(service.version !== undefined && { version: service.version }),
    },
    { observer: inTurn(observers), redactor },
  );
}

function inTurn(observers: readonly HealthObserver[]): HealthObserver {
  return {
    ran: (run) => observers.forEach((each) => each.ran?.(run)),
    activeRuns: (check, count) => observers.forEach((each) => each.activeRuns?.(check, count)),
    lateResult: (check) => observers.forEach((each) => each.lateResult?.(check)),
    statusChanged: (change) => observers.forEach((each) => each.statusChanged?.(change)),
    probeChanged: (change) => observers.forEach((each) => each.probeChanged?.(change)),
    removed: (check) => observers.forEach((each) => each.removed?.(check)),
    mainThreadBlocked: (block) => observers.forEach((each) => each.mainThreadBlocked?.(block)),
  };
}
