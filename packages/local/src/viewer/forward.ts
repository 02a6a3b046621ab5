import { HttpError } from '../server/http-error.ts';
import type { Forward } from '../server/request-handler.ts';
import type { Call } from '../server/route.ts';
import { type ServerName, findUpstream } from './find-upstream.ts';
import type { ResolvedViewerOptions, Upstream } from './options.ts';

/** Of a request, what a read API looks at; cookies and whatever else a browser adds stay here. */
const PASSED_ON = ['accept', 'content-type', 'x-query-tags'];

/**
 * Hands requests of the read APIs on to the servers that have them.
 *
 * Its `handle` throws an HttpError: 404 for a server that was not named, 405 for what would write, 502 and 504 for one
 * that does not answer.
 */
export function createForward(options: ResolvedViewerOptions): Forward {
  return {
    takes: (path) => findUpstream('GET', path) !== undefined,
    async handle(call) {
      const method = call.request.method!;
      const server = findUpstream(method, call.path);
      if (server === undefined || server === 'method') {
        throw new HttpError(405, `${method} is not handed on to ${call.path}`);
      }
      const upstream = options[server];
      if (upstream === undefined)
        throw new HttpError(404, `no ${server} was named: start with --${server} http://…`);
      const response = await ask(call, upstream, server, options.timeoutMs);
      return {
        status: response.status,
        headers: { 'content-type': response.headers.get('content-type') ?? 'application/octet-stream' },
        bytes: await bounded(response, server, options.maxAnswerBytes),
      };
    },
  };
}

async function ask(call: Call, upstream: Upstream, server: ServerName, timeoutMs: number): Promise<Response> {
  const { request, body } = call;
  const base = new URL(upstream.url);
  // What follows the first `?` is the query whole: a second one belongs to it.
  const questionAt = request.url!.indexOf('?');
  const url = new URL(`${base.pathname.replace(/\/$/, '')}${call.path}`, base);
  url.search = questionAt === -1 ? '' : request.url!.slice(questionAt);
  const headers = new Headers(upstream.headers);
  for (const name of PASSED_ON) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(url, {
      method: request.method!,
      headers,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      redirect: 'error',
      signal: AbortSignal.any([call.signal, timeout]),
    });
  } catch (error) {
    if (timeout.aborted)
      throw new HttpError(504, `${server} at ${base.origin} did not answer in ${timeoutMs} ms`);
    throw new HttpError(502, `${server} at ${base.origin} does not answer: ${reasonOf(error)}`);
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error && cause.message !== '' ? cause.message : 'it cannot be asked';
}

async function bounded(response: Response, server: ServerName, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new HttpError(502, `the answer of ${server} is longer than ${maxBytes} bytes: ask for less`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(502, `the answer of ${server} broke off: ${reasonOf(error)}`);
  }
  return Buffer.concat(chunks);
}
