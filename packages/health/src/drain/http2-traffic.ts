import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import { http1Traffic } from './http1-traffic.ts';
import type { ServerTraffic } from './traffic.ts';

const NO_ERROR = 0;
/**
 * The highest id of a stream: as the last one that will be answered, it says "begin no more here" and refuses nothing.
 * Source: https://www.rfc-editor.org/rfc/rfc9113#section-6.8
 */
const ANY_STREAM = 2 ** 31 - 1;

/** The sessions of a server of `node:http2`, and the connections of HTTP/1 that a secure one may take as well. */
export function http2Traffic(server: Server, onChange: () => void): ServerTraffic {
  const sessions = new Map<ServerHttp2Session, Set<ServerHttp2Stream>>();
  const http1 = 'setSecureContext' in server ? http1Traffic(server, onChange) : undefined;
  const noticed = new WeakSet<ServerHttp2Session>();
  let announced = false;
  let closing = false;

  function onSession(session: ServerHttp2Session): void {
    if (sessions.has(session)) return;
    const streams = new Set<ServerHttp2Stream>();
    sessions.set(session, streams);
    session.on('stream', (stream) => {
      streams.add(stream);
      stream.once('close', () => {
        streams.delete(stream);
        onChange();
      });
      // A session that is new was opened for this request: it is asked to go with its first one.
      if (announced) notice(session);
    });
    session.once('close', () => {
      sessions.delete(session);
      onChange();
    });
    if (closing) session.close();
  }

  function notice(session: ServerHttp2Session): void {
    if (noticed.has(session) || session.closed || session.destroyed) return;
    noticed.add(session);
    session.goaway(NO_ERROR, ANY_STREAM);
  }

  (server as Http2Server).on('session', onSession);

  return {
    server,
    meet: (socket) => http1?.meet(socket),
    open() {
      const below = http1?.open() ?? { requests: 0, streams: 0, connections: 0 };
      const requests = [...sessions.values()].reduce((sum, streams) => sum + streams.size, 0);
      return {
        requests: below.requests + requests,
        streams: below.streams,
        connections: below.connections + sessions.size,
      };
    },
    announce() {
      announced = true;
      http1?.announce();
      for (const session of sessions.keys()) notice(session);
    },
    closeIdle: () => http1?.closeIdle(),
    stop() {
      closing = true;
      // Says which requests are still answered, and ends after the last of them.
      for (const session of sessions.keys()) session.close();
    },
    destroy() {
      http1?.destroy();
      for (const session of sessions.keys()) session.destroy();
    },
    letGo() {
      http1?.letGo();
      (server as Http2Server).off('session', onSession);
    },
  };
}
