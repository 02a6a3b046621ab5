import { type Tracer, trace } from '@opentelemetry/api';
import { type SightlineError, parseOptions } from '@sightline/errors';
import { type Redactor, createRedactor } from '@sightline/redact';
import { createProblems } from '../problems.ts';
import type { ClientRequestKind, ClientRequestRecord, ClientRequestSink } from '../request-record.ts';
import { createSinks } from '../sinks.ts';
import { createCalls } from './calls.ts';
import { createClientKinds } from './client-kinds.ts';
import { type HttpClientOptions, httpClientOptionsSchema } from './client-options.ts';
import { httpHandlers, outgoingHeaders } from './http-calls.ts';
import { createHeaderWriter } from './outgoing-headers.ts';
import { subscribeAll } from './subscriptions.ts';
import { undiciHandlers, undiciHeaders } from './undici-calls.ts';

/** Observes the calls that the process makes. */
export interface ClientRecorder {
  /** Starts; twice is once. */
  enable(): void;
  /** Stops: calls that run are not ended any more. */
  disable(): void;
  /**
   * Adds a sink. What it throws is counted, told once, and never reaches the app.
   *
   * @returns takes it out again
   */
  addSink(sink: ClientRequestSink): () => void;
  /** Calls that have not ended, by host as in labels; hosts that were never called are absent. */
  active(): ReadonlyMap<string, number>;
  stats(): ClientRecorderStats;
}

/** What a recorder has done since it was made. */
export interface ClientRecorderStats {
  /** What threw while a call was being recorded: sinks, spans, propagators. */
  readonly failures: number;
}

/** What a recorder works with. */
export interface ClientRecorderParts {
  /** Opens the spans. Default: the tracer of the provider that is registered at the OpenTelemetry API. */
  readonly tracer?: Tracer | (() => Tracer) | undefined;
  /** Censors what spans hold. Default: one with the built-in rules. */
  readonly redactor?: Redactor | undefined;
  /** Told of each thing that goes wrong, once. Default: a warning of the process. */
  readonly onProblem?: ((problem: SightlineError) => void) | undefined;
  /** Whose calls are observed: those of `node:http` and `node:https`, those of `fetch` and undici. Default: both. */
  readonly clients?: readonly HttpClientName[];
}

export type HttpClientName = 'http' | 'undici';

/**
 * Makes a recorder of calls out; `enable` starts it.
 *
 * `node:http`, `node:https`, `fetch` and undici are observed through `node:diagnostics_channel`, so a call makes one
 * span and one record however its client was imported, and nothing is patched.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every option that is wrong
 * @example
 * const recorder = createClientRecorder({ propagate: ['orders.internal'] });
 * recorder.addSink({ prepare: (kind) => (record) => console.log(kind.serverAddress, record.durationSeconds) });
 * recorder.enable();
 */
export function createClientRecorder(
  options: HttpClientOptions = {},
  parts: ClientRecorderParts = {},
): ClientRecorder {
  const resolved = parseOptions('createClientRecorder', httpClientOptionsSchema, options);
  const redactor = parts.redactor ?? createRedactor();
  const problems = createProblems(redactor, parts.onProblem);
  const kinds = createClientKinds();
  const sinks = createSinks<ClientRequestKind, ClientRequestRecord>(problems.failed);
  const calls = createCalls({
    tracer: tracerSource(parts.tracer),
    redactor,
    kinds,
    sinks,
    ignore: resolved.ignore,
  });
  const { clients = ['http', 'undici'] } = parts;
  const handlers = {
    ...(clients.includes('http') &&
      httpHandlers(calls, createHeaderWriter(resolved, outgoingHeaders), problems.failed)),
    ...(clients.includes('undici') &&
      undiciHandlers(calls, createHeaderWriter(resolved, undiciHeaders), problems.failed)),
  };
  let unsubscribe: (() => void) | undefined;

  return {
    enable() {
      unsubscribe ??= subscribeAll(handlers, problems.failed);
    },
    disable() {
      unsubscribe?.();
      unsubscribe = undefined;
    },
    addSink: sinks.add,
    active: kinds.active,
    stats: () => ({ failures: problems.count() }),
  };
}

function tracerSource(tracer: ClientRecorderParts['tracer']): () => Tracer {
  if (typeof tracer === 'function') return tracer;
  const fixed = tracer ?? trace.getTracer('@sightline/http');
  return () => fixed;
}
