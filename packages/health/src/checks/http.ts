import { parseOptions } from '@sightline/errors';
import { Agent, request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';
import * as z from 'zod';
import type { CheckResult } from '../check.ts';
import { readBody } from './body.ts';
import { failureText } from './failure-text.ts';
import { safeAddress } from './safe-address.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

const statusSchema = z.int().min(100).max(599);

export const httpCheckOptionsSchema = z
  .strictObject({
    /** What is asked: `https://payments:8443/livez`. A login in it is sent as basic authentication and never shown. */
    url: z
      .union([z.string(), z.instanceof(URL)])
      .transform((url) => URL.parse(String(url)))
      .refine((url) => url?.protocol === 'http:' || url?.protocol === 'https:', {
        error: 'a URL that begins with http:// or https://',
      })
      .transform((url) => url!),
    /** The method. */
    method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST']).default('GET'),
    /** The status that is right, or several. By default any from 200 to 299; redirects are not followed. */
    expectStatus: z.union([statusSchema, z.array(statusSchema).min(1).readonly()]).optional(),
    /** Headers to send. */
    headers: z
      .record(
        z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'the name of a header'),
        z.string().regex(/^[\t\u0020-\u007E\u0080-\u00FF]*$/, 'a value of one line'),
      )
      .default({}),
    /** What the body must hold: a text, a pattern, or a function of the text that answers true. */
    expectBody: z
      .union([
        z.string().min(1),
        z.instanceof(RegExp),
        z.custom<(body: string) => boolean>((value) => typeof value === 'function', 'a function'),
      ])
      .optional(),
    /** Most of the body that is read [B]. */
    maxBodyBytes: z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(64 * 1024),
    /** Longest wait for the answer, body included [ms]. */
    timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
  })
  .refine(({ method, expectBody }) => method !== 'HEAD' || expectBody === undefined, {
    error: 'a method whose answer has a body, as there is expectBody',
    path: ['method'],
  });
export type HttpCheckOptions = z.input<typeof httpCheckOptionsSchema>;
type ResolvedHttpCheckOptions = Readonly<z.output<typeof httpCheckOptionsSchema>>;

/**
 * An HTTP server answers with the right status and, when asked for, the right body.
 *
 * Each run opens a connection of its own: so a name that moved or a proxy that is full is seen, and nothing stays open.
 * Redirects are not followed, as they would take the headers elsewhere. What is sent and what is answered is in no
 * reason; of the URL only what cannot be a secret. Details: `url`, `status`.
 *
 * As the calls of `fetch` and `node:http`, it goes past the proxies that `HTTP_PROXY` and `HTTPS_PROXY` name, unless Node.js is
 * asked to take them, with `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`; then `NO_PROXY` counts as well.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('payments', httpCheck({ url: 'http://payments:8080/livez', expectBody: '"up"' }));
 */
export function httpCheck(options: HttpCheckOptions): BuiltInCheck {
  const resolved = parseOptions('httpCheck', httpCheckOptionsSchema, options);
  const { method, timeoutMs } = resolved;
  const { target, headers } = withoutLogin(resolved);
  const url = safeAddress(target);
  const asked = `${method} ${url}`;

  return timedCheck(timeoutMs, () => {
    let status: number | undefined;
    return {
      async work(stop) {
        const response = await ask(target, { method, headers, signal: stop });
        status = response.statusCode ?? 0;
        try {
          return await judge(response, resolved, asked, { url, status });
        } finally {
          // Without it the connection stays open until the rest has come.
          response.destroy();
        }
      },
      late: (afterMs) =>
        status === undefined
          ? down(`${asked} has no answer after ${afterMs} ms`, { url })
          : down(`${asked} answers ${status}, and its body is not there after ${afterMs} ms`, {
              url,
              status,
            }),
      failed: (error) => down(`${asked} fails: ${failureText(error)}`, { url, status }),
    };
  });
}

/**
 * Not by `fetch`: where it does not read an answer to its end, some versions of it open another connection at once, and keep it open for
 * seconds.
 */
function ask(
  target: URL,
  options: { readonly method: string; readonly headers: Headers; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const isSecure = target.protocol === 'https:';
  const proxy = takesEnvProxy() ? { proxyEnv: process.env } : {};
  return new Promise((resolve, reject) => {
    const request = (isSecure ? requestHttps : requestHttp)(target, {
      ...options,
      headers: Object.fromEntries(options.headers),
      // A connection of its own, as `fetch` has it with the variable.
      agent: new (isSecure ? SecureAgent : Agent)({ keepAlive: false, ...proxy }),
    });
    request.once('response', resolve);
    // Also after the answer, when nobody waits for the rest.
    request.on('error', reject);
    // After an answer that changes the protocol.
    request.once('close', () => reject(new Error('the connection was closed without an answer')));
    request.end();
  });
}

/** Whether Node.js is asked to take the proxies of the environment, as it then does for what the service itself asks. */
function takesEnvProxy(): boolean {
  const { env, execArgv } = process;
  const flags = [...execArgv, ...(env['NODE_OPTIONS']?.split(/\s+/) ?? [])];
  return env['NODE_USE_ENV_PROXY'] === '1' || flags.includes('--use-env-proxy');
}

const USUAL_HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'node' };

/** A URL with a login is shown in errors, and the login of a URL is not always sent as one. */
function withoutLogin({ url, headers: given }: ResolvedHttpCheckOptions): {
  readonly target: URL;
  readonly headers: Headers;
} {
  const headers = new Headers({ ...USUAL_HEADERS });
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  headers.set('connection', 'close');
  const target = new URL(url);
  if (target.username !== '' || target.password !== '') {
    const login = `${decoded(target.username)}:${decoded(target.password)}`;
    if (!headers.has('authorization')) {
      headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`);
    }
    target.username = '';
    target.password = '';
  }
  target.hash = '';
  return { target, headers };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function judge(
  response: IncomingMessage,
  { expectStatus, expectBody, maxBodyBytes }: ResolvedHttpCheckOptions,
  asked: string,
  details: Readonly<Record<string, unknown>>,
): Promise<CheckResult> {
  const { statusCode: status = 0 } = response;
  const expected = expectStatus === undefined ? undefined : [expectStatus].flat();
  if (expected === undefined ? status < 200 || status > 299 : !expected.includes(status)) {
    const wanted = expected?.join(' or ') ?? '200 to 299';
    const hint = status >= 300 && status < 400 ? '; redirects are not followed, give the final URL' : '';
    return down(`${asked} answers ${status}, expected ${wanted}${hint}`, details);
  }
  if (expectBody === undefined) {
    await readIfShort(response, maxBodyBytes);
    return up(details);
  }
  const { text, isWhole } = await readBody(response, maxBodyBytes);
  const fits = matches(text, expectBody);
  if (fits === undefined)
    return down(`${asked} answers ${status}, and what looks into its body threw`, details);
  if (fits) return up(details);
  const read = isWhole ? '' : ` in its first ${maxBodyBytes} B`;
  return down(`${asked} answers ${status}, and its body is not as expected${read}`, details);
}

/** @returns undefined when the function threw: what it says may be of the body */
function matches(text: string, expected: string | RegExp | ((body: string) => boolean)): boolean | undefined {
  if (typeof expected === 'string') return text.includes(expected);
  // `search` keeps no position between calls, as `test` does of a global pattern.
  if (expected instanceof RegExp) return text.search(expected) !== -1;
  try {
    return expected(text);
  } catch {
    return undefined;
  }
}

/** A short body is read to its end: to a server whose answer is cut off, that looks like a client that is gone. */
async function readIfShort(response: IncomingMessage, maxBodyBytes: number): Promise<void> {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  if (length <= maxBodyBytes) await readBody(response, maxBodyBytes);
}
