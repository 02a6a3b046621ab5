/** A service that tells all it knows: the request, the statement and the error, in spans, lines and labels. */
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { sightline } from '@sightline/bootstrap';
import express, { type ErrorRequestHandler } from 'express';
import type { AddressInfo } from 'node:net';

const app = express();
const tracer = trace.getTracer('secrets');
app.use(express.json());

interface Order {
  readonly statement: string;
  readonly error: { readonly name: string; readonly code: string; readonly message: string };
}

/** As instrumentations of databases do: the text of the statement, and the database's error, which repeats it. */
function query(statement: string, failure: Error): void {
  const span = tracer.startSpan('UPDATE users', {
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.query.text': statement, 'db.statement': statement },
  });
  span.recordException(failure);
  span.addEvent('retry', { statement });
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  span.end();
}

app.post('/orders/:id', (request) => {
  const { statement, error } = request.body as Order;
  const { headers, url, body } = request as { headers: object; url: string; body: unknown };
  const failure = Object.assign(new Error(error.message), { name: error.name, code: error.code, statement });
  query(statement, failure);
  sightline.logger.warn({ headers, url, body, statement }, `${url} sends ${JSON.stringify(body)}`);
  trace.getSpan(context.active())?.setAttributes({ 'app.url': url, 'app.body': JSON.stringify(body) });
  throw failure;
});
const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  sightline.logger.error({ err: error, request: { url: request.url } }, String(error));
  response.status(500).end();
};
app.use(onError);

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});
process.on('message', () => {
  void sightline.flush().then(() => process.send?.({}));
});
process.on('disconnect', () => process.exit());
