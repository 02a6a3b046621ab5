import { SightlineError } from '@sightline/errors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAccess } from './access.ts';
import type { AccessRule } from './access.ts';
import { text } from './answers.ts';
import { MAX_BODY_BYTES, plainHeaders, readBody, readTarget } from './request.ts';
import { respond } from './respond.ts';
import { allowedMethods } from './routes.ts';
import type { RouteTable } from './routes.ts';
import type { AdminRequest, AdminResponse, AdminRoute } from './route.ts';

export interface DispatchSetup extends AccessRule {
  readonly routes: RouteTable;
  /** Told of each route whose handler throws, once. */
  readonly onProblem: (error: SightlineError) => void;
}

export interface Dispatch {
  /**
   * Answers a request, also for a path that is not among the routes. Never rejects.
   *
   * @param trustsLoopback whether requests of this machine may see what is guarded
   */
  answer(request: IncomingMessage, response: ServerResponse, trustsLoopback: boolean): Promise<void>;
  /** Whether a request is for here where the rest of its server is the service's. */
  serves(request: IncomingMessage): boolean;
  /** How many handlers threw, and how many requests were refused. */
  stats(): { readonly failures: number; readonly refused: number };
  /** Tells the handlers that run that nobody waits any more. */
  abort(): void;
}

/** Finds the route of a request, guards it, calls its handler and writes what it answers. */
export function createDispatch({ routes, onProblem, ...rule }: DispatchSetup): Dispatch {
  const access = createAccess(rule);
  const running = new Set<AbortController>();
  const reported = new Set<string>();
  let failures = 0;
  let refused = 0;

  function failed(route: AdminRoute, cause: unknown): void {
    failures++;
    if (reported.has(route.path)) return;
    reported.add(route.path);
    onProblem(
      new SightlineError(
        'SIGHTLINE_ADMIN_ROUTE',
        {
          problem: `the handler of ${route.path} threw`,
          expected: 'an answer',
          fix: 'see the cause; later failures of this path are counted only',
        },
        { cause },
      ),
    );
  }

  /** What is answered before the handler is asked; undefined when it may be. */
  function refusal(
    route: AdminRoute,
    request: IncomingMessage,
    trustsLoopback: boolean,
  ): AdminResponse | undefined {
    const { method = '' } = request;
    const allowed = allowedMethods(route);
    if (!allowed.includes(method)) {
      return text(405, `${route.path} answers ${allowed.join(', ')}.`, { allow: allowed.join(', ') });
    }
    const reads = method === 'GET' || method === 'HEAD';
    if (route.access === 'open' && reads) return undefined;
    const granted = access(request, trustsLoopback);
    if (granted === 'granted') return undefined;
    refused++;
    return denied(route.path, granted, rule.token !== undefined, trustsLoopback);
  }

  async function handle(
    route: AdminRoute,
    request: IncomingMessage,
    response: ServerResponse,
    target: NonNullable<ReturnType<typeof readTarget>>,
    trustsLoopback: boolean,
  ): Promise<void> {
    const method = request.method as AdminRequest['method'];
    const reads = method === 'GET' || method === 'HEAD';
    const controller = new AbortController();
    const onClose = (): void => controller.abort();
    response.once('close', onClose);
    running.add(controller);
    try {
      const body = reads ? '' : await readBody(request);
      if (body === undefined) {
        const answer = text(413, `A body has at most ${MAX_BODY_BYTES} bytes.`, { connection: 'close' });
        await respond(response, answer, false);
        return;
      }
      if (response.destroyed) return;
      const { signal } = controller;
      const answer = await route.handle({
        method,
        ...target,
        headers: plainHeaders(request),
        body,
        signal,
        get trusted() {
          return access(request, trustsLoopback) === 'granted';
        },
      });
      await respond(response, answer, method === 'HEAD');
    } catch (error) {
      // Whoever asked is gone, or the server stops: a handler may well throw then.
      if (controller.signal.aborted) {
        response.destroy();
        return;
      }
      failed(route, error);
      await respond(response, text(500, 'This page failed; the service is not affected.'), method === 'HEAD');
    } finally {
      response.off('close', onClose);
      running.delete(controller);
    }
  }

  return {
    serves(request) {
      const path = readTarget(request.url)?.path;
      return (path !== undefined && routes.find(path) !== undefined) || isIndexOfMount(request, path);
    },
    async answer(request, response, trustsLoopback) {
      const target = readTarget(request.url);
      const route = target && routes.find(target.path);
      if (target !== undefined && route !== undefined) {
        const answer = refusal(route, request, trustsLoopback);
        if (answer === undefined) await handle(route, request, response, target, trustsLoopback);
        else await respond(response, answer, request.method === 'HEAD');
      } else {
        const isIndex = target?.path === '/';
        const answer = routes.index(
          isIndex ? 200 : 404,
          isIndex ? 'What this server answers:' : 'There is no such path. What this server answers:',
        );
        await respond(response, answer, request.method === 'HEAD');
      }
      // What was not read would stand before the next request of the connection.
      if (!request.readableEnded) request.resume();
    },
    stats: () => ({ failures, refused }),
    abort() {
      for (const controller of running) controller.abort();
    },
  };
}

/** Below a path of its own, as with `app.use('/admin', handler)`, the root is the index; at the root it is the service's. */
function isIndexOfMount(request: IncomingMessage, path: string | undefined): boolean {
  const base: unknown = Reflect.get(request, 'baseUrl');
  return path === '/' && typeof base === 'string' && base !== '';
}

function denied(
  path: string,
  access: 'no-token' | 'wrong-token',
  hasToken: boolean,
  trustsLoopback: boolean,
): AdminResponse {
  const here = trustsLoopback
    ? 'It answers on this machine itself, asked for as localhost and without a proxy'
    : 'On the port of the service itself it answers nobody';
  if (!hasToken) {
    const how = 'and elsewhere once SIGHTLINE_ADMIN_TOKEN is set';
    return text(
      403,
      `${path} is guarded. ${here}, ${trustsLoopback ? how : `until SIGHTLINE_ADMIN_TOKEN is set`}.`,
    );
  }
  const what = access === 'wrong-token' ? 'The token is wrong.' : `${path} is guarded.`;
  return text(401, `${what} Send authorization: Bearer with the token of SIGHTLINE_ADMIN_TOKEN.`, {
    'www-authenticate': 'Bearer realm="sightline"',
  });
}
