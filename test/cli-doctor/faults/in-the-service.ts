import { join } from 'node:path';
import { doctored } from '../run-doctor.ts';
import { root } from '../world.ts';
import type { Plant } from './plant.ts';

export const inTheService: readonly Plant[] = [
  {
    fault: 'a service that does not load Sightline',
    found: ['app-not-instrumented'],
    plant: (world) => doctored(world, { FAULT: 'plain' }, false, { without: ['loki', 'tempo'] }),
  },
  {
    fault: 'OTEL_SDK_DISABLED=true',
    found: ['app-disabled'],
    plant: (world) => doctored(world, { OTEL_SDK_DISABLED: 'true' }, true, { without: ['loki', 'tempo'] }),
  },
  {
    fault: 'Sightline that is loaded after the server, and two registries',
    found: ['app-loaded-late', 'app-two-registries'],
    plant: (world) =>
      doctored(world, { FAULT: 'late', CLIENTS_OF: join(root, 'packages/metrics/package.json') }, false, {
        without: ['loki', 'tempo'],
      }),
  },
  {
    fault: 'no name, a log level above that of requests, a sampler that keeps nothing that begins here',
    found: ['app-sampled-away', 'app-log-level', 'app-unnamed'],
    plant: (world) =>
      doctored(world, {
        LOG_LEVEL: 'error',
        OTEL_TRACES_SAMPLER: 'always_off',
        OTEL_SERVICE_NAME: 'unknown_service:node',
      }),
  },
  {
    fault: 'traces that are off, and a wrong option',
    found: ['app-options-wrong', 'app-traces-off'],
    plant: (world) => doctored(world, { OTEL_TRACES_EXPORTER: 'none', OTEL_BSP_MAX_QUEUE_SIZE: 'many' }),
  },
  {
    fault: 'no page of metrics, and lines that stay on stdout',
    long: true,
    found: ['app-metrics-off', 'line-lost'],
    plant: (world) =>
      doctored(world, { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, true, {
        without: ['tempo'],
        withPrometheus: true,
      }),
  },
];
