import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

export interface GuardOptions {
  /** What it listens on. */
  readonly host: string;
  /** Bearer token that every request needs; undefined on loopback only. */
  readonly token: string | undefined;
  /** Further names by which it may be called, each as it is: `host.docker.internal`. */
  readonly allowedHosts: readonly string[];
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** Whether nobody but this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host) || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Lets a request pass, or throws what it is answered.
 *
 * A page of the web can make a browser on this machine ask for anything here. It is told by `Origin`, or, after it has
 * had its own name point to this machine (DNS rebinding), by `Host`. So both have to be names of this machine. What loads an
 * image or opens a window has no `Origin`: of that a browser says by `Sec-Fetch-Site` that another page asked.
 *
 * @param needs `names` for what holds no data, like the files of the web app: it may be loaded before a token is typed in
 * @throws {HttpError} 403 for a wrong Host, Origin or Sec-Fetch-Site, 401 without the token
 */
export type Guard = (request: IncomingMessage, needs?: 'token' | 'names') => void;

export function createGuard({ host, token, allowedHosts }: GuardOptions): Guard {
  const names = new Set([...LOOPBACK_NAMES, host, ...allowedHosts].map((name) => name.toLowerCase()));
  const expected = token === undefined ? undefined : digest(token);

  function checkHost(request: IncomingMessage): void {
    const said = request.headers.host;
    if (said === undefined || names.has(hostnameOf(said))) return;
    throw new HttpError(
      403,
      `Host: expected a name of this machine, is ${JSON.stringify(said.slice(0, 100))}; allow others by allowedHosts, or --allow-host of sightline dev`,
    );
  }

  function checkOrigin(request: IncomingMessage): void {
    const { origin } = request.headers;
    if (origin === undefined) return;
    const hostname = URL.canParse(origin) ? new URL(origin).hostname.toLowerCase() : '';
    if (names.has(hostname)) return;
    throw new HttpError(
      403,
      `Origin: expected this server's own, is ${JSON.stringify(origin.slice(0, 100))}; allow others by allowedHosts, or --allow-host of sightline dev`,
    );
  }

  function checkToken(request: IncomingMessage): void {
    if (expected === undefined) return;
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given), expected)) return;
    throw new HttpError(401, 'Authorization: expected `Bearer <token>`', { 'www-authenticate': 'Bearer' });
  }

  return (request, needs = 'token') => {
    // Whoever has the token may come by any name: it is what the names stand in for.
    if (expected === undefined) checkHost(request);
    checkOrigin(request);
    if (needs === 'names') return;
    checkSite(request);
    checkToken(request);
  };
}

/** An Origin that has been checked says more: a page of this machine, on another port, is another site. */
function checkSite(request: IncomingMessage): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined || site === undefined || site === 'same-origin' || site === 'none') return;
  throw new HttpError(
    403,
    `Sec-Fetch-Site: expected a page of this server's own, is ${JSON.stringify(site.slice(0, 100))}`,
  );
}

/** Digests are of one length, so that comparing them tells nothing of the token's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** `localhost:4318` without its port; an IPv6 address stays in its brackets. */
function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
