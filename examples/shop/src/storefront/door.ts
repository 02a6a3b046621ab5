import type { RequestHandler } from 'express';
import { type Options, rateLimit } from 'express-rate-limit';
import { Redis } from 'ioredis';
import CircuitBreaker from 'opossum';
import { type RedisReply, RedisStore } from 'rate-limit-redis';
import type { Sightline } from '@sightline/bootstrap';
import { skipProbes } from '@sightline/resilience/express-rate-limit';
import { Problem } from '../service/problem.ts';

export interface DoorOptions extends Pick<Sightline, 'watch' | 'logger'> {
  readonly perMinute: number;
  readonly perHour: number;
  /** How long the minute and the hour last [ms]. */
  readonly minuteMs: number;
  readonly hourMs: number;
  /** Where several storefronts count together. Default: each counts by itself. */
  readonly redisUrl?: string | undefined;
}

/** Lets in so many requests of an address for each minute and for each hour. */
export interface Door {
  readonly handlers: readonly RequestHandler[];
  close(): void;
}

type SendCommand = (...command: string[]) => Promise<RedisReply>;

export function createDoor(options: DoorOptions): Door {
  const { perMinute, perHour, minuteMs, hourMs, redisUrl, watch, logger } = options;
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl, watch);

  function limiter(name: string, windowMs: number, limit: number): RequestHandler {
    const settings: Partial<Options> = {
      windowMs,
      limit,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      skip: skipProbes(),
      // Who is let in is worth less than that the shop is open.
      passOnStoreError: true,
      logger: {
        warn: (error) => logger.warn(error, 'the door is not set up well'),
        error: (error) => logger.debug(error, 'the door cannot count'),
      },
      handler: (_request, _response, next) => next(new Problem(429, 'Too many requests')),
      ...(redis && { store: new RedisStore({ prefix: `${name}:`, sendCommand: redis.send }) }),
    };
    const handler = rateLimit(settings);
    watch(handler, { name });
    return handler;
  }

  return {
    handlers: [limiter('door-minute', minuteMs, perMinute), limiter('door-hour', hourMs, perHour)],
    close: () => redis?.close(),
  };
}

/** A Redis that is slow or gone must not make the shop slow: the breaker gives up on it before anybody waits. */
function connectRedis(url: string, watch: Sightline['watch']): { readonly send: SendCommand; close(): void } {
  const client = new Redis(url, { commandTimeout: 200, enableOfflineQueue: true, maxRetriesPerRequest: 1 });
  client.on('error', () => {});
  const breaker = new CircuitBreaker(
    (command: string, ...args: string[]) => client.call(command, ...args) as Promise<RedisReply>,
    {
      timeout: 250,
      volumeThreshold: 5,
      errorThresholdPercentage: 50,
      resetTimeout: 500,
      rollingCountTimeout: 2000,
      // An error that Redis answers with is an answer: after it was restarted it knows no script, and is given it anew.
      errorFilter: (error: unknown) => error instanceof Error && error.name === 'ReplyError',
    },
  );
  watch(client, { name: 'redis' });
  watch(breaker, { name: 'redis' });
  return {
    send: (command, ...args) => breaker.fire(command, ...args),
    close() {
      breaker.shutdown();
      client.disconnect();
    },
  };
}
