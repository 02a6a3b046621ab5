import { join } from 'node:path';
import { freePort } from './ports.ts';
import { type StackServer, startStackServer } from './stack-server.ts';

export interface StackTempoOptions {
  readonly path: string;
  readonly port: number;
  /** Where it takes OTLP over HTTP. */
  readonly otlpPort: number;
  /** Takes the numbers over spans, by remote write. */
  readonly prometheusUrl: string;
}

/** Starts a Tempo with the configuration of `compose/`, but that it answers about what came a moment ago. */
export async function startStackTempo(options: StackTempoOptions): Promise<StackServer> {
  const { path, port, otlpPort, prometheusUrl } = options;
  const [grpcPort, otlpGrpcPort] = [await freePort(), await freePort()];
  return startStackServer({
    path,
    port,
    config: new URL('../../compose/tempo/tempo.yml', import.meta.url),
    changes: {
      live_store: { flush_check_period: '1s', max_trace_idle: '1s' },
      query_frontend: { query_end_cutoff: '0s' },
      metrics_generator: { registry: { collection_interval: '1s' } },
    },
    env: (folder) => ({
      TEMPO_PORT: `${port}`,
      TEMPO_GRPC_PORT: `${grpcPort}`,
      TEMPO_OTLP_HTTP_PORT: `${otlpPort}`,
      TEMPO_OTLP_GRPC_PORT: `${otlpGrpcPort}`,
      TEMPO_DATA: join(folder, 'data'),
      PROMETHEUS_URL: prometheusUrl,
    }),
  });
}
