import type { ServerResponse } from 'node:http';
import type { AdminResponse } from './route.ts';

/**
 * Writes an answer. A body in parts is asked for the next one when the connection has taken the last one.
 *
 * @param isHead whether the body is left out, as for HEAD
 * @throws what the body throws; then the connection is ended, so that nobody takes a part for the whole
 */
export async function respond(
  response: ServerResponse,
  { status, headers = {}, body = '' }: AdminResponse,
  isHead: boolean,
): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(isHead ? undefined : body);
    return;
  }
  if (isHead) {
    await body[Symbol.asyncIterator]().return?.();
    response.end();
    return;
  }
  try {
    for await (const part of body) {
      if (response.destroyed) return;
      if (!response.write(part)) await drained(response);
      // Before the next part is made.
      if (response.destroyed) return;
    }
    response.end();
  } catch (error) {
    if (response.headersSent) response.destroy();
    throw error;
  }
}

/** Resolves when more can be written, or nothing can any more. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
