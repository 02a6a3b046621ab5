import { HttpError } from './http-error.ts';
import type { Answer, Call, Route } from './route.ts';

export interface AdmissionOptions {
  /** Most requests of one client that are answered at the same time. */
  readonly maxInFlight: number;
  /** Bytes of bodies that one client may send in a second, in the long run; in between it may send those of two. */
  readonly bytesPerSecond: number;
  /** Since any moment [ms]. */
  readonly nowMs: () => number;
}

/** How many requests were refused, by which bound. */
export interface AdmissionCounts {
  readonly inFlight: number;
  readonly bytes: number;
}

/** Keeps one client from taking everything: of others it is told apart by its address. */
export interface Admission {
  /**
   * Lets a request in.
   *
   * @returns to be called when it is answered
   * @throws {HttpError} 429 while the client has too many
   */
  enter(address: string): () => void;
  /**
   * The same routes, each with the bound of bytes in front of it: 429 with `retry-after` past it. Of large bodies one is
   * worked on at a time.
   */
  limited(routes: readonly Route[]): readonly Route[];
  counts(): AdmissionCounts;
}

interface Client {
  inFlight: number;
  /** Bytes that it may still send; below zero what it has sent too much. */
  leftBytes: number;
  seenMs: number;
}

const BURST_SECONDS = 2;
/** From so long on a body is large: read, it takes many times its length [bytes]. */
const LARGE_BYTES = 4_194_304;
/** Clients that are remembered before those that owe nothing are forgotten. */
const MAX_IDLE_CLIENTS = 1000;

export function createAdmission({ maxInFlight, bytesPerSecond, nowMs }: AdmissionOptions): Admission {
  const clients = new Map<string, Client>();
  const counts = { inFlight: 0, bytes: 0 };
  /** Settles when the large bodies that came so far are done with. */
  let large: Promise<unknown> = Promise.resolve();
  const mostBytes = bytesPerSecond * BURST_SECONDS;

  function clientOf(address: string): Client {
    const atMs = nowMs();
    let client = clients.get(address);
    if (client === undefined) {
      if (clients.size >= MAX_IDLE_CLIENTS) forgetIdle(atMs);
      clients.set(address, (client = { inFlight: 0, leftBytes: mostBytes, seenMs: atMs }));
    }
    client.leftBytes = leftAt(client, atMs);
    client.seenMs = atMs;
    return client;
  }

  function leftAt({ leftBytes, seenMs }: Client, atMs: number): number {
    return Math.min(mostBytes, leftBytes + ((atMs - seenMs) / 1000) * bytesPerSecond);
  }

  function forgetIdle(atMs: number): void {
    for (const [address, client] of clients)
      if (client.inFlight === 0 && leftAt(client, atMs) === mostBytes) clients.delete(address);
  }

  function takeBytes({ request, body }: Call): void {
    const client = clientOf(request.socket?.remoteAddress ?? '');
    if (client.leftBytes <= 0) {
      counts.bytes += 1;
      const seconds = Math.max(1, Math.ceil(-client.leftBytes / bytesPerSecond));
      throw new HttpError(429, `more than ${bytesPerSecond} bytes a second from this address; send later`, {
        'retry-after': String(seconds),
      });
    }
    // A body larger than what is left is taken and paid for later: else one that is larger than all would never pass.
    client.leftBytes -= body.length;
  }

  function afterLarge(route: Route, call: Call): Promise<Answer> {
    const answer = large.then(() => route.handle(call));
    large = answer.catch(() => undefined);
    return answer;
  }

  return {
    enter(address) {
      const client = clientOf(address);
      if (client.inFlight >= maxInFlight) {
        counts.inFlight += 1;
        throw new HttpError(429, `more than ${maxInFlight} requests at the same time from this address`, {
          'retry-after': '1',
        });
      }
      client.inFlight += 1;
      return () => {
        client.inFlight -= 1;
      };
    },
    limited: (routes) =>
      routes.map((route) => ({
        ...route,
        handle(call) {
          takeBytes(call);
          return call.body.length < LARGE_BYTES ? route.handle(call) : afterLarge(route, call);
        },
      })),
    counts: () => ({ ...counts }),
  };
}
