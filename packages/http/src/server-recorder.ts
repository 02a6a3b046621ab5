import { ROOT_CONTEXT, type Tracer, trace } from '@opentelemetry/api';
import { type SightlineError, parseOptions } from '@sightline/errors';
import { type Redactor, createRedactor } from '@sightline/redact';
import { createAnswerHeaders } from './answer-headers.ts';
import { requestBodyBytes } from './body-size.ts';
import { createClock } from './clock.ts';
import { compileIgnore } from './ignored-paths.ts';
import { createKindTable } from './kinds.ts';
import { type HttpServerOptions, httpServerOptionsSchema } from './options.ts';
import { originForm } from './origin-form.ts';
import { createProblems } from './problems.ts';
import { createIdSource, givenRequestId } from './request-id.ts';
import { createActiveRequests } from './request-method.ts';
import type { RequestKind, RequestRecord, RequestSink } from './request-record.ts';
import { type Arrival, arrivalOf } from './server-arrival.ts';
import { createEndings, isKnown, statusSoFar } from './server-endings.ts';
import { callInContext, createServerHooks } from './server-hooks.ts';
import { recordedErrorType } from './recorded-error-type.ts';
import { createTargetCensor } from './safe-target.ts';
import { type Connection, type RequestFacts, ServerRequest } from './server-request.ts';
import { createServerTracing } from './server-tracing.ts';
import { createSinks } from './sinks.ts';

/** Observes each request of every HTTP server in the process once. */
export interface ServerRecorder {
  /** Begins with the next request, of servers made before or after. Again it does nothing. */
  enable(): void;
  /** Takes every patch away; requests under way are still recorded at their end. Again it does nothing. */
  disable(): void;
  /** Requests that are being answered now, by method; methods that never came are absent. */
  active(): ReadonlyMap<string, number>;
  /**
   * Adds a sink. What it throws is counted, told once, and never reaches the app.
   *
   * @returns takes it out again
   */
  addSink(sink: RequestSink): () => void;
  /** Leaves the requests of one server alone, such as that of an admin port. */
  ignore(server: object): void;
  stats(): ServerRecorderStats;
}

/** What a recorder has done since it was made. */
export interface ServerRecorderStats {
  /** Requests that were recorded. */
  readonly recorded: number;
  /** Requests that were left out by the option or by `ignore`. */
  readonly ignored: number;
  /** Calls of sinks, and of what opens and ends spans, that threw. */
  readonly failures: number;
  /** Kinds of requests that are remembered. */
  readonly kinds: number;
  /** Requests whose route and error type were given up, because there were too many kinds. */
  readonly kindOverflows: number;
}

/** What a recorder works with. */
export interface ServerRecorderParts {
  /** Opens the spans. Default: the tracer of the provider that is registered at the OpenTelemetry API. */
  readonly tracer?: Tracer | (() => Tracer) | undefined;
  /** Censors what spans hold. Default: one with the built-in rules. */
  readonly redactor?: Redactor | undefined;
  /** Told of each thing that goes wrong, once. Default: a warning of the process. */
  readonly onProblem?: ((problem: SightlineError) => void) | undefined;
}

/** The context key under which the OpenTelemetry SDK is told to make no spans. */
export const suppressTracingKey: symbol = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** What an ignored request runs in: whatever it does begins no trace. */
const suppressedContext = ROOT_CONTEXT.setValue(suppressTracingKey, true);

/**
 * Makes a recorder; `enable` starts it.
 *
 * A request is observed from its arrival to the end of its response, or to the loss of its connection, and makes
 * exactly one record. One whose handler takes the socket (`upgrade`, `connect`) ends with the first bytes of the answer.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every option that is wrong
 * @example
 * const recorder = createServerRecorder({ slow: { routes: { 'GET /reports': 5000 } } });
 * recorder.addSink({ prepare: (kind) => (record) => console.log(kind.route, record.durationSeconds) });
 * recorder.enable();
 */
export function createServerRecorder(
  options: HttpServerOptions = {},
  parts: ServerRecorderParts = {},
): ServerRecorder {
  const resolved = parseOptions('createServerRecorder', httpServerOptionsSchema, options);
  const { countBodies, requestId } = resolved;
  const redactor = parts.redactor ?? createRedactor();
  const facts: RequestFacts = { ...resolved, censorTarget: createTargetCensor(redactor) };
  const clock = createClock();
  const { now } = clock;
  const nextId = createIdSource();
  const isIgnored = compileIgnore(resolved.ignore);
  const activeRequests = createActiveRequests();
  const kinds = createKindTable(resolved.slow);
  const answerHeaders = createAnswerHeaders(clock, resolved);
  const problems = createProblems(redactor, parts.onProblem);
  const sinks = createSinks<RequestKind, RequestRecord>(problems.failed);
  const tracing = createServerTracing({
    tracer: tracerSource(parts.tracer),
    redactor,
    propagation: resolved.propagation,
  });
  /** Stands on servers that are left alone: a set of them would be asked for each request. */
  const ignoredKey = Symbol('ignored');
  let recorded = 0;
  let ignored = 0;

  /** The state of a new request, with its span open. Nothing is kept of it if this throws. */
  function begin(arrival: Arrival): ServerRequest {
    const { request } = arrival;
    const headers = arrival.by === 'stream' ? arrival.headers : arrival.request.headers;
    const method = request?.method ?? headerText(headers[':method']);
    const arrivedAt = now();
    const state = new ServerRequest(
      facts,
      activeRequests.cell(method),
      arrivedAt,
      clock.epochMs(arrivedAt),
      method,
      request?.url ?? headerText(headers[':path'] ?? headers[':authority']),
      headers,
      connectionOf(arrival, facts.clientAddress),
      request,
    );
    if (arrival.by === 'stream') state.stream = arrival.stream;
    state.hasBody =
      arrival.by === 'stream'
        ? !arrival.stream.endAfterHeaders
        : headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    state.requestId = givenRequestId(headers, requestId.from, redactor) ?? nextId();
    tracing.open(state);
    return state;
  }

  /** What a handler threw ends its request at once: mostly the process does not outlive it. */
  function thrown(state: ServerRequest, error: unknown): void {
    if (state.isDone) return;
    state.error ??= error ?? new Error(`${String(error)} was thrown`);
    finish(state, statusSoFar(state));
  }

  function finish(state: ServerRequest, status: number | undefined): void {
    if (state.isDone) return;
    state.isDone = true;
    state.cell.active -= 1;
    recorded += 1;
    try {
      state.durationSeconds = (now() - state.arrivedAt) / 1000;
      state.requestBodyBytes = requestBodyBytes(state);
      const compiled = kinds.find(
        state.cell.method,
        state.route,
        status,
        recordedErrorType(state, status, redactor),
        state.scheme,
        state.protocolVersion,
      );
      state.kind = compiled.kind;
      state.slow = state.durationSeconds > compiled.slowSeconds;
      endSpan(state);
      sinks.tell(compiled, state);
    } catch (error) {
      problems.failed('the end of a request', error);
      endSpan(state);
    }
  }

  function endSpan(state: ServerRequest): void {
    try {
      tracing.close(state);
    } catch (error) {
      problems.failed('the end of a span', error);
    }
  }

  const hooks = createServerHooks({
    owner: facts,
    answerHeaders,
    countBodies,
    events: {
      around(emit, server, args) {
        const arrival = arrivalOf(server, args);
        if (arrival === undefined || isKnown(arrival)) return Reflect.apply(emit, server, args);
        if (ignoredKey in server || isIgnoredArrival(arrival)) {
          ignored += 1;
          return callInContext(suppressedContext, emit, server, args);
        }
        let state: ServerRequest | undefined;
        try {
          state = begin(arrival);
          endings.follow(state, arrival);
          if (state.hasBody && arrival.by !== 'stream') hooks.meetBody(arrival.request);
        } catch (error) {
          problems.failed('the start of a span', error);
          // Its end may be seen or not: it was none of the active ones.
          if (state !== undefined) state.isDone = true;
          return Reflect.apply(emit, server, args);
        }
        state.cell.active += 1;
        try {
          return callInContext(state.context, emit, server, args);
        } catch (error) {
          thrown(state, error);
          throw error;
        }
      },
      detached: (state, socket) => endings.followSocket(state, socket),
    },
  });

  const endings = createEndings({ finish, meetStream: hooks.meetStream, countBodies });

  function isIgnoredArrival(arrival: Arrival): boolean {
    const { request } = arrival;
    if (request !== undefined) return isIgnored(originForm(request.url ?? ''), request.method ?? '');
    const headers = arrival.by === 'stream' ? arrival.headers : {};
    return isIgnored(headerText(headers[':path']), headerText(headers[':method']));
  }

  return {
    enable: () => hooks.enable(),
    disable: () => hooks.disable(),
    active: () => activeRequests.read(),
    addSink: (sink) => sinks.add(sink),
    ignore(server) {
      Object.defineProperty(server, ignoredKey, { value: true });
    },
    stats: () => ({
      recorded,
      ignored,
      failures: problems.count(),
      kinds: kinds.size(),
      kindOverflows: kinds.overflows(),
    }),
  };
}

/**
 * Sockets do not know their peer once they are destroyed, so that it is taken now where it is asked for: else HTTP/1 pays
 * for nothing. What an HTTP/2 session has for a socket throws at every look once the session is lost.
 */
function connectionOf(arrival: Arrival, asksAddress: boolean): Connection | undefined {
  if (arrival.by === 'stream') {
    const { session } = arrival.stream;
    if (session === undefined) return undefined;
    const encrypted = session.encrypted === true;
    return { encrypted, remoteAddress: session.destroyed ? undefined : session.socket.remoteAddress };
  }
  const socket: Connection | undefined = arrival.request.socket ?? undefined;
  if (socket === undefined || !asksAddress) return socket;
  return { encrypted: socket.encrypted === true, remoteAddress: socket.remoteAddress };
}

function headerText(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

function tracerSource(tracer: ServerRecorderParts['tracer']): () => Tracer {
  if (typeof tracer === 'function') return tracer;
  const fixed = tracer ?? trace.getTracer('@sightline/http');
  return () => fixed;
}
