import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckResult } from '../check.ts';
import { clientError, hasMethods } from './client-shape.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

export const redisCheckOptionsSchema = z.strictObject({
  /** Whether the server must take writes: `primary` asks for its role too, and a replica is down. */
  role: z.enum(['any', 'primary']).default('any'),
  /** Longest wait for the answer [ms]. */
  timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
});
export type RedisCheckOptions = z.input<typeof redisCheckOptionsSchema>;

/** What is used of a client of `ioredis`, single or cluster. */
export interface IoRedisClient {
  /** `ready`, `reconnecting`, … */
  readonly status: string;
  ping(): Promise<unknown>;
  role?(): Promise<unknown>;
}

/** What is used of a client or a client pool of `redis` (node-redis). */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** A client pool has none. */
  readonly isReady?: boolean;
  ping(): Promise<unknown>;
  role?(): Promise<unknown>;
}

/** Why a client cannot be asked now, by what `ioredis` calls its state. `wait` connects when it is first asked. */
const IOREDIS_STATES: Readonly<Record<string, string>> = {
  connecting: 'the client is connecting',
  connect: 'the client is connected and not ready yet: the server may be loading its data set',
  reconnecting:
    'the connection is lost and the client is reconnecting: see that Redis runs and can be reached',
  close: 'the connection is lost: see that Redis runs and can be reached',
  disconnecting: 'the client is disconnecting',
  end: 'the client was closed, or has given up to reconnect: see its retryStrategy',
};

/** What the errors of a server mean for whoever reads them, by their first word. */
const ANSWERS: Readonly<Record<string, string>> = {
  LOADING: 'Redis is loading its data set into memory and answers nothing else until it has',
  MASTERDOWN:
    'this replica has lost its primary and is told to answer nothing then (replica-serve-stale-data no)',
  READONLY: 'this is a replica, and takes no writes: see where the primary is',
  NOAUTH: 'Redis asks for a password and the client sends none',
  WRONGPASS: 'Redis does not take the user or the password of the client',
  NOPERM: 'the user of the client may not run PING or ROLE: see its ACL',
  BUSY: 'Redis is busy with a script: see SCRIPT KILL',
  CLUSTERDOWN: 'the cluster is down: see CLUSTER INFO',
  MISCONF: 'Redis cannot save its data to disk and takes no writes: see its log',
};

/**
 * Redis answers `PING`, through a client of `ioredis` or of `redis` (node-redis).
 *
 * A client that is not connected fails at once: its queue is not joined. With `role: 'primary'` a server that has
 * become a replica is down: it answers everything but writes.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what is no client; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('redis', redisCheck(new Redis(url)));
 */
export function redisCheck(
  client: IoRedisClient | NodeRedisClient,
  options?: RedisCheckOptions,
): BuiltInCheck {
  const { role, timeoutMs } = parseOptions('redisCheck', redisCheckOptionsSchema, options);
  const notReady = readinessOf(client);
  if (notReady === undefined || (role === 'primary' && !hasMethods(client, 'role'))) {
    throw clientError('redisCheck', client, {
      expected: `a client of ioredis or redis${role === 'primary' ? ' that can be asked for its role' : ''}`,
      fix: 'pass the client itself, as in `redisCheck(new Redis(url))`, not its address',
    });
  }
  const ask = createOutstanding(async () => {
    const pong = await client.ping();
    return { pong, role: role === 'primary' ? roleOf(await client.role?.()) : undefined };
  });

  return timedCheck(timeoutMs, () => ({
    async work() {
      const state = notReady();
      if (state !== undefined) return down(state);
      return judge(await ask());
    },
    late: (afterMs) =>
      down(notReady() ?? `no answer to PING after ${afterMs} ms: Redis is busy or hangs; see SLOWLOG GET`),
    failed: (error) => down(notReady() ?? answerText(error)),
  }));
}

/** @returns says why the client cannot be asked, or undefined when it can; undefined for what is no client */
function readinessOf(client: unknown): (() => string | undefined) | undefined {
  if (!hasMethods(client, 'ping')) return undefined;
  if ('isOpen' in client && typeof client.isOpen === 'boolean') {
    const nodeRedis = client as NodeRedisClient;
    return () => {
      if (!nodeRedis.isOpen) return 'the client is not connected: call connect(), or see why it was closed';
      return nodeRedis.isReady === false
        ? 'the connection is lost and the client is reconnecting: see that Redis runs and can be reached'
        : undefined;
    };
  }
  if ('status' in client && typeof client.status === 'string') {
    const ioredis = client as IoRedisClient;
    return () => IOREDIS_STATES[ioredis.status];
  }
  return undefined;
}

/** `ROLE` begins with the role; node-redis makes an object of it. */
function roleOf(reply: unknown): string {
  if (Array.isArray(reply)) return String(reply[0]);
  return typeof reply === 'object' && reply !== null && 'role' in reply ? String(reply.role) : 'unknown';
}

function judge({ pong, role }: { readonly pong: unknown; readonly role: string | undefined }): CheckResult {
  // Of a connection that subscribes, the answer is a list.
  if (String(Array.isArray(pong) ? pong[0] : pong).toUpperCase() !== 'PONG')
    return down('the answer to PING is not PONG: is this Redis?');
  const details = role === undefined ? undefined : { role };
  if (role === undefined || role === 'master') return up(details);
  if (role === 'unknown') return down('the answer to ROLE names none: is this Redis?', details);
  return down(
    `it is a ${role === 'slave' ? 'replica' : role} and takes no writes: see where the primary is`,
    details,
  );
}

function answerText(error: unknown): string {
  const text = failureText(error);
  const [, word = ''] = /^([A-Z]+)\b/.exec(text) ?? [];
  return Object.hasOwn(ANSWERS, word) ? `${ANSWERS[word]} (${word})` : text;
}
