import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Drain, Health } from '@sightline/health';
import type { Logger } from '@sightline/logger';
import type { Metrics } from '@sightline/metrics';
import type { Redactor } from '@sightline/redact';
import type { WatchHandle, WatchOptions } from '@sightline/resilience';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The running instance: one in a process, whether `--import` started it or `start()`. */
export interface Sightline {
  /**
   * False when `OTEL_SDK_DISABLED=true`: then everything here works and does nothing, but for the logger and the probes. False after
   * `shutdown()`, too.
   */
  readonly enabled: boolean;
  readonly logger: Logger;
  /** Business metrics, the page and the registry. */
  readonly metrics: Metrics;
  /** Checks, the tasks of the start, and what the probes answer. */
  readonly health: Health;
  /** What ends with the service, and which servers do. */
  readonly drain: Pick<Drain, 'state' | 'add' | 'ignore' | 'include'>;
  /**
   * Watches a breaker, a policy, a limiter, a cache or a pool: metrics, a line for each transition, health, `/status`.
   *
   * @throws {SightlineError} `SIGHTLINE_WATCH_UNKNOWN` when it is nothing that can be watched, `SIGHTLINE_OPTIONS`
   * @example sightline.watch(breaker, { name: 'payments' })
   */
  watch(thing: unknown, options: WatchOptions): WatchHandle;
  readonly redactor: Redactor;
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly admin: {
    /** Where it listens; undefined while it does not. */
    readonly address: { readonly host: string; readonly port: number } | undefined;
    /** The admin paths for the service's own server, as an Express or node:http handler; `next` gets what is not among them. */
    readonly handler: (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;
  };
  /** The report of the start, and what has been found wrong since; what `/status` shows. */
  status(): Promise<Readonly<Record<string, unknown>>>;
  /** Sends what waits. Resolves when it is gone or the deadline has passed; never rejects. */
  flush(deadlineMs?: number): Promise<void>;
  /** Flushes, closes the admin server and lets go of everything; `start()` after it makes another instance. Never rejects. */
  shutdown(deadlineMs?: number): Promise<void>;
}
