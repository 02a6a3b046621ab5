import type { AddressInfo } from 'node:net';
import { parseOptions } from '@sightline/errors';
import { createAppFiles } from '../server/app-files.ts';
import { createGuard } from '../server/guard.ts';
import { checkOpen, listen } from '../server/listen.ts';
import { nodeHttp } from '../server/node-http.ts';
import { createRequestHandler } from '../server/request-handler.ts';
import { createForward } from './forward.ts';
import { type ViewerOptions, viewerOptionsSchema } from './options.ts';

/** The web app over other servers, running. */
export interface Viewer {
  /** `http://127.0.0.1:4319`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const MAX_QUERY_BYTES = 1_048_576;

/**
 * Serves the web app over real servers: it hands what the app asks on to Prometheus, Loki, Tempo and Alertmanager, and
 * nothing that would change them but silences.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, `SIGHTLINE_LOCAL_OPEN`, `SIGHTLINE_LOCAL_PORT`
 * @example await startViewer({ prometheus: 'http://localhost:9090', loki: 'http://localhost:3100' })
 */
export async function startViewer(input: ViewerOptions): Promise<Viewer> {
  const options = parseOptions('startViewer', viewerOptionsSchema, input);
  checkOpen(options);
  const server = nodeHttp.createServer(
    createRequestHandler({
      routes: [{ methods: ['GET'], path: '/ready', handle: () => ({ text: 'ready\n' }) }],
      forward: createForward(options),
      guard: createGuard({ ...options, token: options.token }),
      app: createAppFiles(),
      limits: { maxBodyBytes: MAX_QUERY_BYTES, maxUncompressedBytes: MAX_QUERY_BYTES },
      onFailure: (path, error) =>
        process.emitWarning(`${path}: ${error instanceof Error ? error.stack : String(error)}`, {
          code: 'SIGHTLINE_LOCAL_FAILED',
        }),
    }),
  );
  const url = await listen(server, options);
  return {
    url,
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
