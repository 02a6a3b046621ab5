import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import { http1Traffic } from './http1-traffic.ts';
import { keptBy } from './kept-by.ts';
import { createQuietTurns } from './quiet-turns.ts';
import type { ServerTraffic } from './traffic.ts';

/** Longest wait for a moment at which no request has come and waits to be read [ms]. */
const QUIET_LIMIT_MS = 250;

/** The sessions of a server of `node:http2`, and the connections of HTTP/1 that a secure one may take as well. */
export function http2Traffic(server: Server, onChange: () => void): ServerTraffic {
  const sessions = new Map<ServerHttp2Session, Set<ServerHttp2Stream>>();
  const http1 = 'setSecureContext' in server ? http1Traffic(server, onChange) : undefined;
  const turns = createQuietTurns<ServerHttp2Session>();
  let stopped = false;

  function onSession(session: ServerHttp2Session): void {
    if (sessions.has(session)) return;
    const streams = new Set<ServerHttp2Stream>();
    const follow = (stream: ServerHttp2Stream): void => {
      streams.add(stream);
      stream.once('close', () => {
        streams.delete(stream);
        onChange();
      });
    };
    sessions.set(session, streams);
    for (const stream of openStreams(session)) follow(stream);
    session.on('stream', (stream) => {
      follow(stream);
      turns.came(session);
      if (stopped) end(session);
    });
    session.once('close', () => {
      sessions.delete(session);
      onChange();
    });
  }

  /**
   * Says which requests are still answered, so that the client sends the others again elsewhere, and ends after the last of them.
   *
   * Not by a notice that refuses nothing, as RFC 9113 has it: once one is sent, Node.js takes no request any more all the same, and
   * what comes then is neither answered nor refused.
   */
  function end(session: ServerHttp2Session): void {
    if (session.closed) return;
    turns.wait(session, { limitMs: QUIET_LIMIT_MS }, () => session.close());
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
        // Where there is TLS, they are among the connections below it.
        connections: Math.max(below.connections, sessions.size),
      };
    },
    awaited: () => http1?.awaited() ?? 0,
    announce() {
      http1?.announce();
      for (const session of openSessions(server)) onSession(session);
    },
    stop() {
      stopped = true;
      for (const session of sessions.keys()) end(session);
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

/** Those that came before the server was found. Node.js keeps them from 24 on. */
function openSessions(server: Server): readonly ServerHttp2Session[] {
  return valuesOf(keptBy(server, 'sessions')) as ServerHttp2Session[];
}

function openStreams(session: ServerHttp2Session): readonly ServerHttp2Stream[] {
  const state = keptBy(session, 'state') as { readonly streams?: unknown } | undefined;
  return valuesOf(state?.streams) as ServerHttp2Stream[];
}

/** Of a set or a map of Node.js' own, which is none of the classes that are known here. */
function valuesOf(kept: unknown): readonly unknown[] {
  const values: unknown[] = [];
  (kept as Partial<ReadonlySet<unknown>> | undefined)?.forEach?.((value) => values.push(value));
  return values;
}
