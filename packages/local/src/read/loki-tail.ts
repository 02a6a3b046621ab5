import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { QueryError } from '@sightline/query';
import { type LogqlEngine, parseLogql } from '@sightline/query/logql';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Guard } from '../server/guard.ts';
import { HttpError } from '../server/http-error.ts';
import type { Changes } from '../stack/changes.ts';
import { tailMessage } from './loki-json.ts';
import { timeNs, wholeNumber } from './parameters.ts';

export interface TailOptions {
  readonly engine: LogqlEngine;
  readonly changes: Changes;
  readonly guard: Guard;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Aborted when the stack closes. */
  readonly closing: AbortSignal;
}

const PATH = '/loki/api/v1/tail';
const MAX_TAILS = 20;
/** Bytes that may wait for a reader who does not keep up; then it is left out for a while, and told how much it missed. */
const MAX_WAITING_BYTES = 4_194_304;
const MAX_LINES = 5000;

/**
 * Live lines over a WebSocket, as `logcli query --tail` and Grafana's live mode ask for them.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs
 */
export function serveTails(server: Server, options: TailOptions): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      options.guard(request);
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname !== PATH) throw new HttpError(404, 'no live data here');
      if (sockets.clients.size >= MAX_TAILS)
        throw new HttpError(503, `${MAX_TAILS} readers are connected already`);
      const tail = tailOf(url.searchParams, options);
      sockets.handleUpgrade(request, socket, head, (client) => {
        void follow(client, tail, options);
      });
    } catch (error) {
      refuse(socket, error);
    }
  });
  options.closing.addEventListener('abort', () => {
    for (const client of sockets.clients) client.terminate();
  });
}

interface Tail {
  readonly query: string;
  readonly startNs: bigint;
  readonly limit: number;
}

/** @throws {HttpError} 400 */
function tailOf(parameters: URLSearchParams, { now }: TailOptions): Tail {
  const query = parameters.get('query') ?? '';
  try {
    if (parseLogql(query).type !== 'log')
      throw new QueryError('bad_data', 'tail is for queries of lines only');
  } catch (error) {
    if (error instanceof QueryError) throw new HttpError(400, error.message);
    throw error;
  }
  const hourAgoNs = BigInt(now() - 3_600_000) * 1_000_000n;
  return {
    query,
    startNs: timeNs(parameters, 'start', hourAgoNs),
    limit: Math.min(MAX_LINES, wholeNumber(parameters, 'limit', 100)),
  };
}

/** Sends the newest lines that are there, then each that comes. */
async function follow(
  client: WebSocket,
  tail: Tail,
  { engine, changes, now, closing }: TailOptions,
): Promise<void> {
  const gone = new AbortController();
  client.on('close', () => gone.abort());
  client.on('error', () => client.terminate());
  const signal = AbortSignal.any([gone.signal, closing]);
  let fromNs = tail.startNs;
  let isFirst = true;
  try {
    for (;;) {
      const next = changes.next(signal);
      next.catch(() => undefined);
      const endNs = BigInt(now() + 60_000) * 1_000_000n;
      // oxlint-disable-next-line no-await-in-loop -- lines go out in their order
      const result = await engine.range(tail.query, {
        startNs: fromNs,
        endNs,
        limit: isFirst ? tail.limit : MAX_LINES,
        direction: isFirst ? 'backward' : 'forward',
        signal,
      });
      isFirst = false;
      if (result.type === 'streams' && result.streams.length > 0) {
        const newest = result.streams.flatMap(({ entries }) => entries.map((entry) => entry.timeNs));
        fromNs = newest.reduce((one, other) => (other > one ? other : one), fromNs) + 1n;
        if (client.bufferedAmount <= MAX_WAITING_BYTES) {
          client.send(JSON.stringify(tailMessage(result.streams)));
        }
      }
      // oxlint-disable-next-line no-await-in-loop -- until something has come
      await next;
    }
  } catch (error) {
    if (!signal.aborted) client.close(1011, (error as Error).message.slice(0, 100));
  }
}

function refuse(socket: Duplex, error: unknown): void {
  const { status, message } = error instanceof HttpError ? error : { status: 500, message: 'it failed' };
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`,
  );
}
