import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sightline } from '@sightline/bootstrap';

/** Longest that open requests may take to end once the process was asked to. */
const DRAIN_MS = 5000;

/** What a service tells the process that started it. */
export interface Listening {
  readonly listening: { readonly port: number; readonly adminPort: number | undefined };
}

export interface ServeOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Called when the last request has ended. */
  readonly onClose?: () => void | Promise<void>;
}

/** Listens until SIGTERM, SIGINT or the end of the process that started it, then lets open requests end. */
export async function serve(app: RequestListener, { port, onClose }: ServeOptions): Promise<void> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 65_000 },
    app,
  );
  server.timeout = 30_000;
  server.listen(port);
  await once(server, 'listening');

  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    server.close(async () => {
      await onClose?.();
      if (process.connected) process.disconnect();
    });
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
  };
  // `disconnect`: the process that started this one is gone.
  process.once('SIGTERM', close).once('SIGINT', close).once('disconnect', close);

  const address = server.address() as AddressInfo;
  sightline.logger.info({ port: address.port }, 'listening');
  const news: Listening = {
    listening: { port: address.port, adminPort: sightline.admin.address?.port },
  };
  process.send?.(news);
}
