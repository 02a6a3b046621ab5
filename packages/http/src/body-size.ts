import type { ServerResponse } from 'node:http';
import { type ServerRequest, UNKNOWN_SIZE } from './server-request.ts';

/** Where Node.js keeps a response's length: that of the header, or of the one chunk it was ended with. Internal to it. */
const contentLengthKey = '_contentLength';

/** The bytes of a chunk as they leave. */
export function chunkBytes(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}

/**
 * The size of a request's body as it was transferred [bytes]: what was read where all of it was, else its declared
 * length where all of it came. Undefined when neither is known.
 */
export function requestBodyBytes(state: ServerRequest): number | undefined {
  if (!state.hasBody) return 0;
  const { request, headers } = state;
  if (state.aborted || request?.complete === false) return undefined;
  const declared = declaredLength(headers['content-length']);
  if (declared !== undefined) return declared;
  const isRead = (request ?? state.stream)?.readableEnded === true;
  return isRead && state.readBytes !== UNKNOWN_SIZE ? state.readBytes : undefined;
}

/** The size of a body of HTTP/1 as it was transferred, without the framing of chunks [bytes]. */
export function responseBodyBytes(
  state: ServerRequest,
  response: ServerResponse,
  countBodies: boolean,
): number | undefined {
  if (state.aborted || !response.headersSent) return undefined;
  if (isBodiless(state.method, response.statusCode)) return 0;
  if (state.writtenBytes > 0) return state.writtenBytes;
  const known = (response as unknown as Record<string, unknown>)[contentLengthKey];
  if (typeof known === 'number' && Number.isFinite(known)) return known;
  return countBodies ? 0 : undefined;
}

/** The size of a body of HTTP/2 [bytes]. */
export function streamBodyBytes(state: ServerRequest, countBodies: boolean): number | undefined {
  const sent = state.stream?.sentHeaders;
  if (state.aborted || sent === undefined) return undefined;
  if (isBodiless(state.method, Number(sent[':status']))) return 0;
  const declared = declaredLength(sent['content-length']);
  return declared ?? (countBodies && state.writtenBytes !== UNKNOWN_SIZE ? state.writtenBytes : undefined);
}

function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || status < 200;
}

function declaredLength(header: unknown): number | undefined {
  const text = typeof header === 'number' ? String(header) : header;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
