import type { IncomingMessage } from 'node:http';

/** Most that a body may have; nothing that is taken here is longer. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Path and query of a request target; undefined for what is no path, such as `*`. */
export function readTarget(target: string | undefined): { path: string; query: URLSearchParams } | undefined {
  if (target === undefined || !target.startsWith('/')) return undefined;
  const fragmentAt = target.indexOf('#');
  const sent = fragmentAt === -1 ? target : target.slice(0, fragmentAt);
  const queryAt = sent.indexOf('?');
  return queryAt === -1
    ? { path: sent, query: new URLSearchParams() }
    : { path: sent.slice(0, queryAt), query: new URLSearchParams(sent.slice(queryAt + 1)) };
}

/**
 * The body as text.
 *
 * @returns undefined when it is longer than 64 KiB
 * @throws when the connection ends before the body does
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  // A body parser of the service's may have read it before.
  if (request.readableEnded) return parsedBefore(request);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) resolve(undefined);
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the connection ended')));
  });
}

function parsedBefore(request: IncomingMessage): string {
  const body: unknown = Reflect.get(request, 'body');
  if (typeof body === 'string') return body;
  if (Buffer.isBuffer(body)) return body.toString('utf8');
  return typeof body === 'object' && body !== null ? JSON.stringify(body) : '';
}

/** The first of each header, by lower-case name. */
export function plainHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
