import { z } from 'zod';

/** What an `http_config` says of the requests to a receiver. */
export interface HttpConfig {
  /** Besides those of every message; `authorization` is one of them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: 'follow' | 'manual';
  /** What it wants and this does not do, in words: `http_config.tls_config`; undefined without such a thing. */
  readonly cannot: string | undefined;
}

export const plainHttp: HttpConfig = { headers: {}, redirect: 'follow', cannot: undefined };

/** Where nothing is said there is an empty text, as in Alertmanager. */
const text = z.string().default('');
const texts = z.array(z.string()).default([]);

export const httpConfigSchema = z
  .looseObject({
    authorization: z
      .strictObject({ type: z.string().trim().default(''), credentials: text, credentials_file: text })
      .optional(),
    basic_auth: z
      .strictObject({ username: text, username_file: text, password: text, password_file: text })
      .optional(),
    bearer_token: text,
    bearer_token_file: text,
    follow_redirects: z.boolean().default(true),
    http_headers: z
      .record(z.string(), z.strictObject({ values: texts, secrets: texts, files: texts }))
      .default({}),
  })
  .superRefine((written, context) => {
    for (const message of problemsOf(written)) context.addIssue({ code: 'custom', message });
  });

type Written = z.output<typeof httpConfigSchema>;

/** What it may say besides; that it may be asked by HTTP/2 is no duty. */
const obeyed: ReadonlySet<string> = new Set([
  'authorization',
  'basic_auth',
  'bearer_token',
  'bearer_token_file',
  'follow_redirects',
  'http_headers',
  'enable_http2',
]);

/** Source: prometheus/common, config/headers.go, without those that Prometheus alone sends. */
const reserved: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
]);

/**
 * What is to be done of an `http_config`.
 *
 * @param readFile reads what `credentials_file` and the like name; undefined when it is missing
 */
export function readHttpConfig(written: Written, readFile: (path: string) => string | undefined): HttpConfig {
  const redirect = written.follow_redirects ? 'follow' : 'manual';
  const others = Object.keys(written).filter((key) => !obeyed.has(key) && isSet(written[key]));
  if (others.length > 0) return { ...plainHttp, cannot: `http_config.${others[0]}` };
  const missing: string[] = [];
  const contentOf = (key: string, path: string): string => {
    const content = readFile(path);
    if (content === undefined) missing.push(key);
    return content?.trim() ?? '';
  };
  const secretOf = (key: string, secret: string, path: string): string =>
    path === '' ? secret : contentOf(`${key}_file`, path);
  const authorization = authorizationOf(written, secretOf);
  const headers = headersOf([
    ...(authorization === undefined ? [] : [['authorization', authorization] as const]),
    ...Object.entries(written.http_headers).flatMap(([name, { values, secrets, files }]) =>
      [...values, ...secrets, ...files.map((path) => contentOf('file of http_headers', path))].map(
        (value) => [name, value] as const,
      ),
    ),
  ]);
  if (missing.length > 0) return { ...plainHttp, cannot: `a ${missing[0]} that is missing` };
  if (headers === undefined) return { ...plainHttp, cannot: 'a header that HTTP does not take' };
  return { headers, redirect, cannot: undefined };
}

function authorizationOf(
  written: Written,
  secretOf: (key: string, secret: string, path: string) => string,
): string | undefined {
  const { authorization, basic_auth: basic } = written;
  if (basic !== undefined) {
    const username = secretOf('username', basic.username, basic.username_file);
    const password = secretOf('password', basic.password, basic.password_file);
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  if (authorization !== undefined) {
    const { type, credentials, credentials_file: path } = authorization;
    return `${type || 'Bearer'} ${secretOf('credentials', credentials, path)}`;
  }
  if (written.bearer_token === '' && written.bearer_token_file === '') return undefined;
  return `Bearer ${secretOf('bearer_token', written.bearer_token, written.bearer_token_file)}`;
}

/** Undefined where one cannot be sent. */
function headersOf(
  pairs: readonly (readonly [name: string, value: string])[],
): HttpConfig['headers'] | undefined {
  const headers = new Headers();
  try {
    for (const [name, value] of pairs) headers.append(name, value);
  } catch {
    return undefined;
  }
  return Object.fromEntries(headers);
}

function problemsOf(written: Written): readonly string[] {
  const { authorization, basic_auth: basic, http_headers: headers } = written;
  const ways = {
    authorization,
    basic_auth: basic,
    oauth2: written['oauth2'],
    bearer_token: written.bearer_token,
    bearer_token_file: written.bearer_token_file,
  };
  const pairs = [
    { credentials: authorization?.credentials, credentials_file: authorization?.credentials_file },
    { username: basic?.username, username_file: basic?.username_file },
    { password: basic?.password, password_file: basic?.password_file },
  ];
  return [
    ...[ways, ...pairs]
      .filter((each) => Object.values(each).filter(isGiven).length > 1)
      .map((each) => `at most one of ${Object.keys(each).join(', ')}`),
    ...(authorization?.type.toLowerCase() === 'basic' ? ['for the type basic there is basic_auth'] : []),
    ...Object.keys(headers)
      .filter((name) => reserved.has(name.toLowerCase()))
      .map((name) => `http_headers must not set ${name}`),
  ];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Whether it is more than the default of whatever it is. */
function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return isGiven(value) && value !== false;
}
