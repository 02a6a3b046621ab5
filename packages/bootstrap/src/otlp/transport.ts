// Not the global ones, which tests of a service may replace for a while: an attempt that never ends would be the last one.
import { clearTimeout, setTimeout } from 'node:timers';
import { constants, gzip } from 'node:zlib';
import { halveRequest } from './halve-request.ts';
import type { HttpPost } from './http-post.ts';
import type { SyncRequest } from './send-sync-child.ts';
import type { Signal } from './sender.ts';
import type { Endpoint, OtlpTarget, TlsTexts } from './target.ts';
import { judgeAnswer, judgeError } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** What leaves in one request. */
export interface ExportPayload {
  /** Spans, points or records in it. */
  readonly items: number;
  readonly body: Buffer;
  readonly contentType: 'application/x-protobuf' | 'application/json';
}

/** A payload for where no event loop turns any more. */
export function syncRequestOf(
  { url, headers }: Endpoint,
  tls: TlsTexts | undefined,
  { body, contentType }: ExportPayload,
): SyncRequest {
  return {
    url: url.href,
    headers: { ...(headers as Record<string, string>), 'content-type': contentType },
    body,
    tls,
  };
}

/** Makes one attempt. */
export interface ExportTransport<Payload> {
  /** Never rejects. */
  send(payload: Payload, timeoutMs: number): Promise<Verdict>;
  /** The two halves of a payload that was too large; nothing where it has one item. Never throws. */
  halve(payload: Payload): readonly Payload[];
  /** Lets go of connections. */
  close(): void;
}

/** Bodies below this size are sent as they are [bytes]. */
const MIN_COMPRESSED_BYTES = 1_024;

/** @param now ms since 1970 */
export function createHttpTransport(
  signal: Signal,
  endpoint: Endpoint,
  compression: OtlpTarget['compression'],
  post: HttpPost,
  now: () => number,
): ExportTransport<ExportPayload> {
  const pack = async (body: Buffer): Promise<{ body: Buffer; encoding: Record<string, string> }> => {
    if (compression === 'none' || body.length < MIN_COMPRESSED_BYTES) return { body, encoding: {} };
    try {
      return { body: await gzipFast(body), encoding: { 'content-encoding': 'gzip' } };
    } catch {
      // Without memory for zlib it still goes, as it is.
      return { body, encoding: {} };
    }
  };

  return {
    async send({ body, contentType }, timeoutMs) {
      const end = new AbortController();
      const timer = setTimeout(() => end.abort(), timeoutMs);
      timer.unref();
      try {
        const packed = await pack(body);
        const headers = { ...endpoint.headers, 'content-type': contentType, ...packed.encoding };
        const answer = await post({ url: endpoint.url, headers, body: packed.body, signal: end.signal });
        return judgeAnswer(answer, now());
      } catch (error) {
        return judgeError(error, end.signal.aborted);
      } finally {
        clearTimeout(timer);
      }
    },
    halve(payload) {
      try {
        return halveRequest(signal, payload);
      } catch {
        // Not of our encoders: it goes whole, or not at all.
        return [];
      }
    },
    close: () => post.close(),
  };
}

/** Level 1: spans and lines shrink nearly as much as at level 6, in half the time. */
function gzipFast(plain: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(plain, { level: constants.Z_BEST_SPEED }, (error, packed) => {
      if (error) reject(error);
      else resolve(packed);
    });
  });
}
