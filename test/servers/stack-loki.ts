import { join } from 'node:path';
import { freePort } from './ports.ts';
import { type StackServer, startStackServer } from './stack-server.ts';

export interface StackLokiOptions {
  readonly path: string;
  readonly port: number;
}

/** Starts a Loki with the configuration of `compose/`, but that it finds patterns as well. */
export async function startStackLoki({ path, port }: StackLokiOptions): Promise<StackServer> {
  const grpcPort = await freePort();
  return startStackServer({
    path,
    port,
    config: new URL('../../compose/loki/loki.yml', import.meta.url),
    changes: { pattern_ingester: { enabled: true } },
    env: (folder) => ({
      LOKI_PORT: `${port}`,
      LOKI_GRPC_PORT: `${grpcPort}`,
      LOKI_DATA: join(folder, 'data'),
      LOKI_RULES: join(folder, 'rules'),
      PROMETHEUS_URL: 'http://127.0.0.1:9',
      ALERTMANAGER_URL: 'http://127.0.0.1:9',
    }),
  });
}
