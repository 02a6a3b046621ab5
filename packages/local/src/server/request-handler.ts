import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import type { AppFiles } from './app-files.ts';
import type { Guard } from './guard.ts';
import { HttpError } from './http-error.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import type { Answer, Call, Route } from './route.ts';
import { createRouter } from './router.ts';

export interface RequestHandlerOptions {
  readonly routes: readonly Route[];
  readonly guard: Guard;
  readonly limits: BodyLimits;
  /** Keeps one client from taking everything; without it none is held back. */
  readonly admission?: Pick<Admission, 'enter'>;
  /** Answers what no route does, from another server. */
  readonly forward?: Forward;
  /** The web app, at every other path. */
  readonly app?: AppFiles;
  /** Told of what a handler threw that is no answer. */
  readonly onFailure: (path: string, error: unknown) => void;
}

/** Hands requests on. */
export interface Forward {
  takes(path: string): boolean;
  handle(call: Call): Promise<Answer>;
}

/** On every answer: nothing is kept, guessed, framed or loaded from elsewhere. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Of an answer in pieces, what is written at once [characters]. */
const WRITTEN_TOGETHER = 65_536;
const JSON_TYPE = 'application/json; charset=utf-8';

const FORM = 'application/x-www-form-urlencoded';

/** Answers requests by these routes. */
export function createRequestHandler(options: RequestHandlerOptions): RequestListener {
  const { routes, guard, limits, forward, app, onFailure } = options;
  const router = createRouter(routes);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const url = URL.parse(request.url!, 'http://localhost');
    if (url === null) throw new HttpError(400, 'the path is none');
    const asked = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined;
    if (asked !== undefined && isForPages(router.find(asked, url.pathname))) {
      guard(request, 'names');
      return { headers: { ...crossOrigin(request), ...preflight(request, asked) } };
    }
    const found = router.find(request.method!, url.pathname);
    const handler =
      found ?? (forward?.takes(url.pathname) === true ? { route: forward, params: {} } : undefined);
    guard(request, handler === undefined ? 'names' : 'token');
    if (isForPages(found))
      for (const [name, value] of Object.entries(crossOrigin(request))) response.setHeader(name, value);
    if (handler === undefined && (request.method === 'GET' || request.method === 'HEAD')) {
      const { accept: types = '', 'accept-encoding': encodings } = request.headers;
      const file = await app?.find(url.pathname, { types, encodings: String(encodings) });
      if (file !== undefined) return file;
    }
    if (handler === undefined) throw new HttpError(404, `nothing is at ${url.pathname.slice(0, 200)}`);
    if (!('route' in handler)) {
      throw new HttpError(405, `expected ${handler.join(' or ')}`, { allow: handler.join(', ') });
    }
    const body = await readBody(request, limits);
    const isForm = request.headers['content-type']?.startsWith(FORM) === true;
    // As in Go, what a form says comes before what the address says.
    const parameters = isForm
      ? new URLSearchParams([...new URLSearchParams(body.toString()), ...url.searchParams])
      : url.searchParams;
    const call: Call = {
      request,
      response,
      path: url.pathname,
      parameters,
      params: handler.params,
      body,
      signal: whileConnected(response),
    };
    return handler.route.handle(call);
  }

  return (request, response) => {
    let leave: (() => void) | undefined;
    async function admitted(): Promise<Answer> {
      leave = options.admission?.enter(request.socket.remoteAddress ?? '');
      return answer(request, response);
    }
    admitted()
      .catch((error: unknown): Answer => {
        if (error instanceof HttpError) {
          return { status: error.status, headers: error.headers, text: `${error.message}\n` };
        }
        onFailure(request.url!, error);
        return { status: 500, text: 'the stack failed on this request; its log says how\n' };
      })
      .then((answered) => send(request, response, answered))
      .finally(() => leave?.())
      .catch(() => response.destroy());
  };
}

function isForPages(found: ReturnType<ReturnType<typeof createRouter>['find']>): boolean {
  return found !== undefined && 'route' in found && found.route.isForPages === true;
}

/** Lets the page that asks see the answer; the guard has looked at its Origin. */
function crossOrigin({ headers: { origin } }: IncomingMessage): Record<string, string> {
  if (origin === undefined) return { vary: 'origin' };
  // With credentials, though there are none: `sendBeacon`, by which older exporters send, always asks with them.
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
  };
}

/** What a browser asks before a page may send anything but a form. */
function preflight({ headers }: IncomingMessage, method: string): Record<string, string> {
  const asked = headers['access-control-request-headers'];
  return {
    'access-control-allow-methods': method,
    ...(asked !== undefined && { 'access-control-allow-headers': asked }),
    'access-control-max-age': '600',
  };
}

function whileConnected(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  if (answer.pieces !== undefined) await sendPieces(request, response, answer.pieces);
  else sendWhole(request, response, answer);
}

function sendWhole(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status = 200, headers = {} } = answer;
  const [body, contentType] = bodyOf(answer);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...(contentType !== undefined && { 'content-type': contentType }),
    'content-length': body.length,
    ...headers,
    // What was not read of a body that is too long is not read later either.
    ...((status === 413 || status === 429) && { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** No faster than they are read on the other side; what is short goes whole. */
async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: Iterable<string>,
): Promise<void> {
  const head = { ...SECURITY_HEADERS, 'content-type': JSON_TYPE };
  if (request.method === 'HEAD') {
    response.writeHead(200, head).end();
    return;
  }
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < WRITTEN_TOGETHER) continue;
    if (!response.headersSent) response.writeHead(200, head);
    const hasRoom = response.write(text);
    text = '';
    // oxlint-disable-next-line no-await-in-loop -- others work meanwhile, and the reader takes what was written
    await (hasRoom ? new Promise(setImmediate) : hasDrained(response));
    if (response.destroyed) return;
  }
  if (response.headersSent) response.end(text);
  else sendWhole(request, response, { headers: { 'content-type': JSON_TYPE }, text });
}

function hasDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function bodyOf({ json, text, bytes }: Answer): readonly [Buffer, string | undefined] {
  if (json !== undefined) return [Buffer.from(JSON.stringify(json)), JSON_TYPE];
  if (text !== undefined) return [Buffer.from(text), 'text/plain; charset=utf-8'];
  return [Buffer.from(bytes ?? new Uint8Array(0)), undefined];
}
