import { type Span, SpanKind, type Tracer, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type HttpServerOptions, createServerRecorder, setRoute } from '@sightline/http';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * One case in a process of its own: `server-case.ts <case>` serves until it is told to end, tells its port, and answers
 * each message with the CPU time of its main thread [µs].
 */

const BODY = JSON.stringify({ id: 7, state: 'paid', total: 1299 });
const ROUTE = '/api/orders/:id';
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

function answer(request: IncomingMessage, response: ServerResponse): void {
  setRoute(request, ROUTE);
  response.setHeader('content-type', 'application/json');
  response.end(BODY);
}

/** An SDK as it is set up for production, but for the export: spans are made and dropped. */
function useSdk(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const nowhere = { forceFlush: async () => {}, shutdown: async () => {}, onStart() {}, onEnd() {} };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [nowhere] }));
}

/** What a careful hand writes around a handler: context from outside, one span, the attributes that are asked for. */
function withHandMadeSpan(request: IncomingMessage, response: ServerResponse): void {
  const parent = propagation.extract(context.active(), request.headers);
  const [path, query] = (request.url ?? '').split('?');
  const span: Span = trace.getTracer('bench').startSpan(
    'GET',
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': request.method ?? '',
        'url.path': path ?? '',
        'url.query': query ?? '',
        'url.scheme': 'http',
        'server.address': request.headers.host ?? '',
        'user_agent.original': request.headers['user-agent'] ?? '',
        'network.protocol.version': request.httpVersion,
      },
    },
    parent,
  );
  response.on('close', () => {
    span.setAttribute('http.route', ROUTE);
    span.setAttribute('http.response.status_code', response.statusCode);
    span.updateName(`GET ${ROUTE}`);
    span.end();
  });
  context.with(trace.setSpan(parent, span), () => {
    answer(request, response);
  });
}

/** Spans that take their record whole, and do nothing with it: what is left is the recorder. */
const idleTracer = {
  startSpan() {
    return Object.assign(trace.wrapSpanContext(IDS), { endRequest: () => true });
  },
} as unknown as Tracer;

let seconds = 0;
function useRecorder(options: HttpServerOptions, tracer?: Tracer): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const recorder = createServerRecorder(options, { tracer });
  recorder.addSink({
    prepare: () => (record) => {
      seconds += record.durationSeconds;
    },
  });
  recorder.enable();
}

const bare = {
  serverTiming: false,
  processTime: false,
  requestId: { answer: false },
  countBodies: false,
} as const;
const cases: Record<string, () => (request: IncomingMessage, response: ServerResponse) => void> = {
  baseline: () => answer,
  'raw library': () => {
    useSdk();
    return withHandMadeSpan;
  },
  'ours, recorder alone': () => {
    useRecorder({}, idleTracer);
    return answer;
  },
  'ours, recorder alone, no headers, no counting': () => {
    useRecorder(bare, idleTracer);
    return answer;
  },
  'ours, tracer that records nothing': () => {
    useRecorder({});
    return answer;
  },
  'ours, spans of the SDK': () => {
    useSdk();
    useRecorder({});
    return answer;
  },
};

const handler = cases[process.argv[2] ?? '']?.();
if (handler === undefined) throw new Error(`one of: ${Object.keys(cases).join('; ')}`);
const server = createServer(handler);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.threadCpuUsage();
  process.send?.({ micros: user + system, seconds });
});
process.on('disconnect', () => process.exit());
