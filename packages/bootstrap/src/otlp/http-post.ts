import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import type * as https from 'node:https';
import { createRequire } from 'node:module';
import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { envProxy } from '@sightline/logger';
import type { TlsTexts } from './target.ts';

/** One request to a collector. */
interface PostCall {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** Ends everything: connecting, sending, waiting and reading. */
  readonly signal: AbortSignal;
}

/** What came back. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** At most 64 KiB; what came of it when it broke off. */
  readonly body: Buffer;
}

/** Sends one request. Rejects when there were no headers of an answer. */
export interface HttpPost {
  (call: PostCall): Promise<PostAnswer>;
  /** Lets go of idle connections. */
  close(): void;
}

/** An answer has a sentence for what was refused; more of it is not read [bytes]. */
const MAX_ANSWER_BYTES = 65_536;

type Https = typeof https;

/** Below it nothing is traced: an export must not make spans that are exported. */
const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

/**
 * Posts over one kept-alive connection with node:http: the service may replace the dispatcher of `fetch` for the
 * whole process, and `fetch` follows redirects. The connection does not keep the process running.
 */
export function createHttpPost(tls: TlsTexts = {}): HttpPost {
  const proxyEnv = envProxy();
  const settings = {
    keepAlive: true,
    maxSockets: 1,
    keepAliveMsecs: 15_000,
    ...(proxyEnv && { proxyEnv }),
  };
  const plain = new Agent(settings);
  let secure: InstanceType<Https['Agent']> | undefined;

  function open(url: URL, options: RequestOptions): ClientRequest {
    if (url.protocol !== 'https:') return httpRequest(url, { ...options, agent: plain });
    // Loaded when it is needed: it brings TLS with it.
    const https = createRequire(import.meta.url)('node:https') as Https;
    secure ??= new https.Agent({ ...settings, ...tls });
    return https.request(url, { ...options, agent: secure });
  }

  const post = ({ url, headers, body, signal }: PostCall): Promise<PostAnswer> =>
    new Promise((resolve, reject) => {
      const request = open(url, {
        method: 'POST',
        // A length, not chunks: proxies refuse chunked uploads, and a half-sent body is known to be one.
        headers: { ...headers, 'content-length': body.length },
        signal,
      });
      request.on('socket', (socket) => socket.unref());
      // Once there is an answer this does nothing: what came of it is in the answer.
      request.on('error', reject);
      request.on('response', (response) => {
        request.off('error', reject);
        request.on('error', () => undefined);
        readAnswer(response, (answer) => {
          // Who answers before the end of a request may never read the rest of it, and the connection is the only one.
          if (!request.writableFinished) request.destroy();
          resolve(answer);
        });
      });
      request.end(body);
    });

  return Object.assign((call: PostCall) => context.with(SUPPRESSED, post, undefined, call), {
    close() {
      plain.destroy();
      secure?.destroy();
    },
  });
}

/** The status says what became of the items; a body that breaks off, hangs or has no end changes nothing about that. */
function readAnswer(response: IncomingMessage, resolve: (answer: PostAnswer) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  const finish = (): void => {
    resolve({
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'],
      contentType: response.headers['content-type'],
      body: Buffer.concat(parts),
    });
  };
  response.on('data', (part: Buffer) => {
    if (size + part.length > MAX_ANSWER_BYTES) {
      // A connection with the rest of this answer on it is of no use to the next request.
      response.destroy();
      return;
    }
    size += part.length;
    parts.push(part);
  });
  response.on('error', finish);
  response.on('close', finish);
}
