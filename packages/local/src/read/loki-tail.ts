import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Labels, QueryError } from '@sightline/query';
import { type LogqlEngine, type ResultEntry, type ResultStream, parseLogql } from '@sightline/query/logql';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Guard } from '../server/guard.ts';
import { HttpError } from '../server/http-error.ts';
import type { Changes } from '../stack/changes.ts';
import { integer, lokiLimit, notATime } from './loki-range.ts';
import { timeNs as timeParameter } from './parameters.ts';

export interface TailOptions {
  readonly engine: LogqlEngine;
  /** Told of each that comes. */
  readonly newLines: Changes;
  readonly guard: Guard;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Aborted when the stack closes. */
  readonly closing: AbortSignal;
}

const PATH = '/loki/api/v1/tail';
const MAX_TAILS = 20;
/** Bytes that may wait for a reader who does not keep up; then it is left out for a while, and told what it missed. */
const MAX_WAITING_BYTES = 4_194_304;
/** Most lines of one message, and of one look. */
const MAX_LINES = 5000;
/** Of so many lines a reader is told that it missed them. Source: Loki's `maxDroppedEntriesPerTailResponse` */
const MAX_DROPPED = 1000;
/** Lines are never held back here; Loki takes no longer a delay. */
const MAX_DELAY_SECONDS = 5;
/** A line may come so much later than one that is newer: services send theirs in batches. */
const LATE_NS = 10_000_000_000n;
/**
 * While none comes, a line may come so much later than its time: whoever sends it tries again for about as long when
 * nobody answers. What is older is not read again, or each look at a quiet query would read more than the one before.
 */
const LATE_WHILE_QUIET_NS = 60_000_000_000n;
/** Of the time that looks take, all readers together wait so many times as much between them: others work meanwhile. */
const WAITS_PER_LOOK = 4;
/** Longest of these waits [ms]. */
const MAX_WAIT_MS = 1000;
/** Between two signs to a reader that this side is there: proxies end what is quiet for a minute [ms]. */
const PING_EVERY_MS = 20_000;
/** Clocks of services may be so much ahead. */
const AHEAD_NS = 60_000_000_000n;

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
      const url = new URL(request.url!, 'http://localhost');
      if (url.pathname !== PATH) throw new HttpError(404, 'no live data here');
      if (sockets.clients.size >= MAX_TAILS)
        throw new HttpError(503, `${MAX_TAILS} readers are connected already`);
      const tail = tailOf(url.searchParams, options);
      // A reader whose machine has gone without a word would keep its place.
      request.socket.setKeepAlive(true, PING_EVERY_MS);
      sockets.handleUpgrade(request, socket, head, (client) => {
        void follow(client, tail, options, () => sockets.clients.size);
      });
    } catch (error) {
      refuse(socket, error);
    }
  });
  const pinging = setInterval(() => {
    for (const client of sockets.clients) client.ping();
  }, PING_EVERY_MS);
  pinging.unref();
  options.closing.addEventListener('abort', () => {
    clearInterval(pinging);
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
    if (parseLogql(query).type !== 'log') throw new QueryError('bad_data', 'only log selector is supported');
  } catch (error) {
    if (error instanceof QueryError) throw new HttpError(400, error.message);
    throw error;
  }
  if (integer(parameters, 'delay_for', 0) > MAX_DELAY_SECONDS)
    throw new HttpError(400, `delay_for can't be greater than ${MAX_DELAY_SECONDS}`);
  const hourAgoNs = BigInt(now() - 3_600_000) * 1_000_000n;
  return {
    query,
    startNs: timeParameter(parameters, 'start', hourAgoNs, notATime),
    limit: Math.min(MAX_LINES, lokiLimit(parameters)),
  };
}

/** Sends the newest lines that are there, then each that comes, also when it is older than one that came before. */
async function follow(
  client: WebSocket,
  tail: Tail,
  { engine, newLines, now, closing }: TailOptions,
  readers: () => number,
): Promise<void> {
  const gone = new AbortController();
  client.on('close', () => gone.abort());
  client.on('error', () => client.terminate());
  const signal = AbortSignal.any([gone.signal, closing]);
  const delivery = createDelivery(client);
  let startNs = tail.startNs;
  /** Lines of the time that is looked at again. */
  let known: ReadonlySet<string> | undefined;
  /** Undefined once lines have come: who is behind looks again before that, and does not wait twice. */
  let coming: Promise<void> | undefined;
  try {
    for (;;) {
      const next = (coming ??= newLines.next(signal).finally(() => void (coming = undefined)));
      next.catch(() => undefined);
      const startedMs = performance.now();
      const nowNs = BigInt(now()) * 1_000_000n;
      const endNs = nowNs + AHEAD_NS;
      // oxlint-disable-next-line no-await-in-loop -- lines go out in their order
      const lines = await readLines({ engine, query: tail.query, startNs, endNs, known, signal });
      const news = lines.filter(({ key }) => known?.has(key) !== true);
      delivery.send(known === undefined ? news.slice(Math.max(0, news.length - tail.limit)) : news);
      const lastNs = lines.at(-1)?.timeNs ?? startNs;
      const lateNs = (lastNs < nowNs ? lastNs : nowNs) - LATE_NS;
      const quietNs = news.length === 0 ? nowNs - LATE_WHILE_QUIET_NS : startNs;
      for (const laterNs of [lateNs, quietNs]) if (laterNs > startNs) startNs = laterNs;
      known = new Set(lines.filter(({ timeNs }) => timeNs >= startNs).map(({ key }) => key));
      const tookMs = performance.now() - startedMs;
      // Who has missed lines hears of them once there is room, also when none comes any more.
      const until = delivery.isBehind()
        ? [next, sleep(MAX_WAIT_MS, undefined, { signal, ref: false })]
        : [next];
      // oxlint-disable-next-line no-await-in-loop -- until something has come
      await Promise.race(until);
      const waitMs = Math.min(MAX_WAIT_MS, tookMs * WAITS_PER_LOOK * readers());
      // oxlint-disable-next-line no-await-in-loop -- what comes meanwhile is of the same look
      await sleep(waitMs, undefined, { signal, ref: false });
    }
  } catch (error) {
    if (!signal.aborted) client.close(1011, (error as Error).message.slice(0, 100));
  }
}

interface Delivery {
  send(lines: readonly TailLine[]): void;
  /** Whether the reader has missed lines and not heard of it yet. */
  isBehind(): boolean;
}

/** Sends lines, as far as the reader keeps up, and with the next that it takes what it has missed. */
function createDelivery(client: WebSocket): Delivery {
  let dropped: DroppedEntry[] = [];

  function send(lines: readonly TailLine[]): void {
    for (let from = 0; from === 0 || from < lines.length; from += MAX_LINES) {
      const part = lines.slice(from, from + MAX_LINES);
      if (client.bufferedAmount > MAX_WAITING_BYTES) {
        for (const { labels, timeNs } of part.slice(0, MAX_DROPPED - dropped.length))
          dropped.push({ labels, timestamp: String(timeNs) });
      } else if (part.length > 0 || dropped.length > 0) {
        client.send(
          JSON.stringify({ ...tailMessage(part), ...(dropped.length > 0 && { dropped_entries: dropped }) }),
        );
        dropped = [];
      }
    }
  }

  return { send, isBehind: () => dropped.length > 0 };
}

/** A line that a reader has missed, as Loki tells of it. */
interface DroppedEntry {
  readonly labels: Labels;
  /** Since 1970 [ns]. */
  readonly timestamp: string;
}

interface Look {
  readonly engine: LogqlEngine;
  readonly query: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Lines that one look has found before. */
  readonly known: ReadonlySet<string> | undefined;
  readonly signal: AbortSignal;
}

/** The lines of a time, the oldest first: the newest, and those before until one comes that is known. */
async function readLines(look: Look): Promise<readonly TailLine[]> {
  const { engine, query, startNs, known, signal } = look;
  const pages: (readonly TailLine[])[] = [];
  /** Of the page before, those of its first nanosecond. */
  let shared: ReadonlySet<string> = new Set();
  let { endNs } = look;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- where the next begins is told by the one before
    const result = await engine.range(query, { startNs, endNs, limit: MAX_LINES, signal });
    const page = linesOf(result.type === 'streams' ? result.streams : []);
    pages.unshift(page.filter(({ key }) => !shared.has(key)));
    const [first] = page;
    if (first === undefined || page.length < MAX_LINES || known?.has(first.key) !== false)
      return pages.flat();
    // Its own nanosecond once more: the page may not have all of it.
    if (first.timeNs + 1n >= endNs) return pages.flat();
    shared = new Set(page.filter(({ timeNs }) => timeNs === first.timeNs).map(({ key }) => key));
    endNs = first.timeNs + 1n;
  }
}

interface TailLine extends ResultEntry {
  readonly labels: Labels;
  /** The same for the same line. */
  readonly key: string;
}

/** The oldest first. */
function linesOf(streams: readonly ResultStream[]): readonly TailLine[] {
  return streams
    .flatMap(({ labels, entries }) => {
      const stream = JSON.stringify(labels);
      return entries.map(({ timeNs, line }): TailLine => ({
        timeNs,
        line,
        labels,
        key: `${timeNs} ${stream} ${line}`,
      }));
    })
    .toSorted((one, other) => (one.timeNs < other.timeNs ? -1 : one.timeNs > other.timeNs ? 1 : 0));
}

/** As Loki sends them: in the order of time, those of one stream that follow one another together. */
function tailMessage(lines: readonly TailLine[]): { readonly streams: readonly object[] } {
  const streams: { stream: Labels; values: [string, string][] }[] = [];
  for (const { labels, timeNs, line } of lines) {
    const last = streams.at(-1);
    if (last?.stream === labels) last.values.push([String(timeNs), line]);
    else streams.push({ stream: labels, values: [[String(timeNs), line]] });
  }
  return { streams };
}

function refuse(socket: Duplex, error: unknown): void {
  const { status, message } = error instanceof HttpError ? error : { status: 500, message: 'it failed' };
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`,
  );
}
