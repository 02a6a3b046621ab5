/** Longest text of an error that goes into a reason [characters]. */
const MAX_LENGTH = 200;
/** Most different failures of one attempt that are told: a host with many addresses fails at each. */
const MAX_PARTS = 3;
/** How deep causes are looked into: they may be a circle. */
const MAX_DEPTH = 5;

/** What the codes of Node.js mean, in words; what it failed at goes in the place of `{}`. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused{}: nothing listens there',
  ECONNRESET: 'the connection was reset by the other side{}',
  ECONNABORTED: 'the connection was aborted{}',
  EPIPE: 'the connection was closed by the other side{}',
  ETIMEDOUT: 'no answer to the attempt to connect{}: the host is down, or a firewall drops packets',
  EHOSTUNREACH: 'no route to the host{}',
  ENETUNREACH: 'the network cannot be reached{}',
  EADDRNOTAVAIL: 'no local address is left to connect from{}',
  EMFILE: 'this process has too many open files or sockets',
  ENOTFOUND: 'the name{} is not known',
  EAI_AGAIN: 'the name{} cannot be looked up at the moment',
  ENODATA: 'the name{} has no record of that kind',
  ESERVFAIL: 'the name server fails to look up the name{}',
  EREFUSED: 'the name server refuses the question',
  ETIMEOUT: 'the name server does not answer',
  ENOENT: 'there is no file{}',
  EACCES: 'permission denied{}',
  EPERM: 'not permitted{}',
  UND_ERR_SOCKET: 'the connection was closed by the other side{}',
  UND_ERR_CONNECT_TIMEOUT: 'no answer to the attempt to connect{}',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
  readonly path?: unknown;
}

/**
 * What an error says, in one short line that a person understands: the failures behind an empty `AggregateError` and
 * behind `fetch failed`, and the codes of Node.js in words. Credentials in URLs are left out.
 *
 * @example failureText(error) // 'connection refused at 127.0.0.1:5432: nothing listens there (ECONNREFUSED)'
 */
export function failureText(error: unknown): string {
  const text = withoutLogin(textOf(error, 0)).replaceAll(/\s+/g, ' ').trim();
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}

function textOf(error: unknown, depth: number): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const failure: Failure = error;
  if (depth < MAX_DEPTH && Array.isArray(failure.errors) && failure.errors.length > 0) {
    const parts = failure.errors.slice(0, MAX_PARTS).map((each) => textOf(each, depth + 1));
    return [...new Set(parts)].join('; ');
  }
  // What fetch throws says nothing by itself.
  const isEmpty =
    failure.message === 'fetch failed' || failure.message === '' || failure.message === undefined;
  if (depth < MAX_DEPTH && isEmpty && typeof failure.cause === 'object' && failure.cause !== null) {
    return textOf(failure.cause, depth + 1);
  }
  const code = typeof failure.code === 'string' ? failure.code : '';
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  if (words !== undefined) return `${words.replace('{}', placeOf(failure))} (${code})`;
  if (typeof failure.message === 'string' && failure.message !== '') return failure.message;
  return code || (typeof failure.name === 'string' ? failure.name : 'an error without a message');
}

function placeOf({ address, port, hostname, path }: Failure): string {
  if (typeof address === 'string' && address !== '') {
    const host = address.includes(':') && port !== undefined ? `[${address}]` : address;
    return ` at ${host}${typeof port === 'number' ? `:${port}` : ''}`;
  }
  const name = hostname ?? path;
  return typeof name === 'string' ? ` ${name}` : '';
}

function withoutLogin(text: string): string {
  return text.replaceAll(/\/\/[^\s/@]*@/g, '//');
}
