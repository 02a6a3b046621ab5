import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { OutgoingHttpHeaders } from 'node:http';
import { getCACertificates } from 'node:tls';
import { envProxy } from './env-proxy.ts';

/** One push, as it goes over the wire. */
interface PushCall {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Ends everything: connecting, sending, waiting and reading. */
  readonly signal: AbortSignal;
}

/** A whole answer. */
export interface PushAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** Sends one push. Rejects unless the whole answer came. */
export interface PushRequest {
  (call: PushCall): Promise<PushAnswer>;
  /** Lets go of idle connections. */
  close?(): void;
}

/** Loki gives a reason for every line it refused, 5,000 at most; the rest of an answer is read and thrown away. */
const MAX_BODY_LENGTH = 2 * 1024 * 1024;

/**
 * Pushes over one kept-alive connection with node:http.
 *
 * Not with fetch: its answer resolves at the headers, so a body that hangs or breaks off needs a second guard; a
 * service may replace its dispatcher for the whole process; and it follows a redirect on its own, as a GET that ends
 * in somebody's login page with status 200. Here the signal destroys the socket at whatever stage it is, a socket
 * that failed is never used again, and `complete` tells a whole answer from a torn one.
 *
 * @param ca certificates to trust besides those that Node.js trusts, PEM
 */
export function createPushRequest(ca?: string): PushRequest {
  const trust = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  const proxyEnv = envProxy();
  const settings = { keepAlive: true, maxSockets: 1, keepAliveMsecs: 15_000, ...(proxyEnv && { proxyEnv }) };
  const agents = {
    'http:': new HttpAgent(settings),
    'https:': new HttpsAgent({ ...settings, ...trust }),
  };

  function push({ url, headers, body, signal }: PushCall): Promise<PushAnswer> {
    return new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: agents[secure ? 'https:' : 'http:'],
        // A length, not chunks: proxies refuse chunked uploads, and a half-sent body is known to be one.
        headers: { ...headers, 'content-length': body.length },
        signal,
      });
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < MAX_BODY_LENGTH) text += chunk.slice(0, MAX_BODY_LENGTH - text.length);
        });
        response.on('error', reject);
        const { socket, statusCode = 0 } = response;
        response.on('end', () => {
          // Who has not read all of a push may take the next one on this connection for the rest of it.
          if (statusCode === 413 || !request.writableFinished) socket.destroy();
          resolve({
            status: statusCode,
            retryAfter: response.headers['retry-after'],
            contentType: response.headers['content-type'],
            body: text,
          });
        });
        response.on('close', () => reject(new Error('the answer broke off')));
      });
      request.end(body);
    });
  }

  return Object.assign(push, {
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  });
}
