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

const FORM = 'application/x-www-form-urlencoded';

/** Answers requests by these routes. */
export function createRequestHandler(options: RequestHandlerOptions): RequestListener {
  const { routes, guard, limits, forward, app, onFailure } = options;
  const router = createRouter(routes);

  async function admitted(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const leave = options.admission?.enter(request.socket.remoteAddress ?? '');
    try {
      return await answer(request, response);
    } finally {
      leave?.();
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const url = URL.parse(request.url!, 'http://localhost');
    if (url === null) throw new HttpError(400, 'the path is none');
    const found = router.find(request.method!, url.pathname);
    const handler =
      found ?? (forward?.takes(url.pathname) === true ? { route: forward, params: {} } : undefined);
    guard(request, handler === undefined ? 'names' : 'token');
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
    admitted(request, response)
      .catch((error: unknown): Answer => {
        if (error instanceof HttpError) {
          return { status: error.status, headers: error.headers, text: `${error.message}\n` };
        }
        onFailure(request.url!, error);
        return { status: 500, text: 'the stack failed on this request; its log says how\n' };
      })
      .then((answered) => send(request, response, answered))
      .catch(() => response.destroy());
  };
}

function whileConnected(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
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

function bodyOf({ json, text, bytes }: Answer): readonly [Buffer, string | undefined] {
  if (json !== undefined) return [Buffer.from(JSON.stringify(json)), 'application/json; charset=utf-8'];
  if (text !== undefined) return [Buffer.from(text), 'text/plain; charset=utf-8'];
  return [Buffer.from(bytes ?? new Uint8Array(0)), undefined];
}
