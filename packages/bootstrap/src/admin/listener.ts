import { SightlineError } from '@sightline/errors';
import type { Server } from 'node:http';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ListenerSetup {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  readonly onProblem: (error: SightlineError) => void;
  readonly onListening?: ((address: ListenAddress) => void) | undefined;
}

export interface Listener {
  address(): ListenAddress | undefined;
  /** Resolves after the first attempt, whatever came of it. */
  listen(): Promise<void>;
  /** Lets running answers end for a moment, then ends every connection. */
  close(): Promise<void>;
}

/** Another process may let go of the port, as the old one does in a rolling restart: soon, or when somebody sees to it. */
const RETRY_MS = 1000;
const SOON_ATTEMPTS = 30;
const LATER_RETRY_MS = 15_000;
/** Long enough for an answer that is being written. */
const GRACE_MS = 500;

/** Listens without keeping the process alive, and tries again when the address cannot be had. */
export function createListener({ server, host, port, onProblem, onListening }: ListenerSetup): Listener {
  let retry: NodeJS.Timeout | undefined;
  let attempts = 0;
  let reported = false;
  let closed = false;

  function address(): ListenAddress | undefined {
    const found = server.address();
    return typeof found === 'object' && found !== null
      ? { host: found.address, port: found.port }
      : undefined;
  }

  async function attempt(): Promise<void> {
    attempts++;
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const onError = (error: Error): void => {
        server.off('listening', onSuccess);
        resolve(error);
      };
      const onSuccess = (): void => {
        server.off('error', onError);
        resolve(undefined);
      };
      server.once('error', onError);
      server.once('listening', onSuccess);
      // Exclusive: workers of a cluster would take turns on one port, each with numbers of its own.
      server.listen({ host, port, exclusive: true });
      server.unref();
    });
    if (closed) {
      server.close();
      return;
    }
    const found = address();
    if (failure === undefined && found !== undefined) {
      server.on('error', () => {});
      onListening?.(found);
      return;
    }
    if (!reported) {
      reported = true;
      onProblem(portError(host, port, failure));
    }
    const delayMs = attempts <= SOON_ATTEMPTS ? RETRY_MS : LATER_RETRY_MS;
    retry = setTimeout(() => void attempt().catch(() => {}), delayMs);
    retry.unref();
  }

  return {
    address,
    listen: attempt,
    async close() {
      closed = true;
      clearTimeout(retry);
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

function portError(host: string, port: number, cause: NodeJS.ErrnoException | undefined): SightlineError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another process has it',
    EACCES: 'this process may not have it',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  const code = cause?.code ?? 'unknown';
  return new SightlineError(
    'SIGHTLINE_ADMIN_PORT',
    {
      problem: `the admin server cannot listen on ${host} port ${port}: ${why[code] ?? code}`,
      expected:
        'an address and a port that are free; the service runs on, and it is tried again all the time',
      fix: 'set OTEL_EXPORTER_PROMETHEUS_PORT to a port of its own for each process of a machine, such as 9465, and have that one scraped',
    },
    cause === undefined ? undefined : { cause },
  );
}
