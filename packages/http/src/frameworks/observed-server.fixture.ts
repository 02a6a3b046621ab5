import { once } from 'node:events';
import { type IncomingMessage, type Server, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RequestState, requestStateKey } from '../request-state.ts';

/** One answer, and what the adapters said of its request by its end. */
interface Observed {
  readonly status: number;
  readonly body: string;
  readonly route: string | undefined;
  readonly error: unknown;
}

/** A server whose requests have a state, as those of a recorder have. */
export interface ObservedServer {
  /** Sends a request with the target as it is written, and waits for both ends of it. */
  send(target: string, method?: string, headers?: Record<string, string>): Promise<Observed>;
  close(): Promise<void>;
}

/** Starts to observe a server; one that does not listen yet listens on a free port of the loopback. */
export async function observe(server: Server): Promise<ObservedServer> {
  const ended = new Map<string, PromiseWithResolvers<RequestState>>();
  let sent = 0;
  server.prependListener('request', (incoming, response) => {
    const state: RequestState = { route: undefined, mount: '', error: undefined };
    Object.defineProperty(incoming, requestStateKey, { value: state });
    response.once('close', () => ended.get(String(incoming.headers['x-number']))?.resolve({ ...state }));
  });
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const { port } = server.address() as AddressInfo;

  return {
    async send(target, method = 'GET', headers = {}) {
      const number = String((sent += 1));
      const end = Promise.withResolvers<RequestState>();
      ended.set(number, end);
      const outgoing = request({
        port,
        host: '127.0.0.1',
        path: target,
        method,
        agent: false,
        headers: { ...headers, 'x-number': number },
      });
      outgoing.end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      let body = '';
      try {
        for await (const chunk of response) body += String(chunk);
      } catch {
        // The answer broke off.
      }
      const { route, error } = await end.promise;
      return { status: response.statusCode ?? 0, body, route, error };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
