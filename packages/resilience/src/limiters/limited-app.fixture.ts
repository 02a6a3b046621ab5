import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';

/** An app on a free port, as long as a test needs it. */
export interface LimitedApp extends AsyncDisposable {
  /** @returns the answer, its body read */
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** @param routes adds middlewares and routes; each path that it leaves answers `ok` */
export async function startApp(routes: (app: Express) => void): Promise<LimitedApp> {
  const app = express();
  routes(app);
  app.use((_request, response) => void response.send('ok'));
  // Express tells an error handler by its four parameters.
  app.use(
    (_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).send('failed');
    },
  );
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    async get(path, init) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      await response.arrayBuffer();
      return response;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
