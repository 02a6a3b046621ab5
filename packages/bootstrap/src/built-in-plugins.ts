import type { Health } from '@sightline/health';
import type { Logger } from '@sightline/logger';
import type { Metrics } from '@sightline/metrics';
import { healthRoutes } from './admin/routes/health.ts';
import { logLevelRoute } from './admin/routes/log-level.ts';
import { metricsRoute } from './admin/routes/metrics.ts';
import { statusRoute } from './admin/routes/status.ts';
import type { Config } from './config/config.ts';
import { cpuProfileRoute } from './debug/cpu-profile.ts';
import { heapSnapshotRoute } from './debug/heap-snapshot.ts';
import type { Plugin } from './plugin.ts';

/** What the built-in plug-ins are made of. */
export interface BuiltInParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly readStatus: () => Promise<Readonly<Record<string, unknown>>>;
  readonly onPageFailure: (error: unknown) => void;
}

/** Sightline's own parts, through the door that plug-ins come in by. */
export function builtInPlugins({
  config,
  logger,
  metrics,
  health,
  readStatus,
  onPageFailure,
}: BuiltInParts): Plugin[] {
  const plugins: Plugin[] = [
    { name: 'sightline-admin', routes: [statusRoute(readStatus)] },
    {
      name: 'sightline-health',
      routes: healthRoutes(health),
      requestSink: health.requests,
      status: { health: () => health.report() },
      start: () => () => health.close(),
    },
    {
      name: 'sightline-logs',
      requestSink: logger.requestLog(),
      routes: [logLevelRoute(logger)],
      status: { logs: () => logStatus(logger) },
    },
    {
      name: 'sightline-debug',
      routes: [
        cpuProfileRoute(config.admin.debug.cpuProfile),
        heapSnapshotRoute(config.admin.debug.heapSnapshot),
      ],
    },
  ];
  if (config.metrics.enabled) {
    plugins.push({
      name: 'sightline-metrics',
      requestSink: metrics.requestSink,
      clientRequestSink: metrics.clientRequestSink,
      ...(config.metrics.page && { routes: [metricsRoute(metrics, onPageFailure)] }),
    });
  }
  return plugins;
}

/** Names of rules stand in values: as keys they would look like those of secrets. */
function logStatus(logger: Logger): object {
  const { redacted, ...stats } = logger.stats();
  return {
    levels: logger.levelsInForce(),
    ...stats,
    redacted: Object.entries(redacted).map(([rule, count]) => ({ rule, count })),
  };
}
