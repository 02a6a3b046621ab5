import { CHARACTER_SETS, characterSet, runEnd, runStart } from '../characters.ts';
import type { Span, TextRule } from '../rule.ts';

const SCHEME = characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.');
const NOT_IN_URL = characterSet(' \t\r\n\v\f"\'`<>\\');
const MAX_SCHEME_LENGTH = 32;
/** How far past the first `/` a password with an unescaped slash is looked for. */
const MAX_STRAY_LENGTH = 256;
/** Longest login in an escaped URL. */
const MAX_ESCAPED_LENGTH = 512;
const URL_PART = characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!*+$');
const HOST = characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._');
const MAX_HOST_LENGTH = 253;
/** Those of a list that stand before the last, with their ports: `1@one:9093,2@two:9093`, `a:b@one:5672,c:d@two:5672`. */
const HOSTS_BEFORE = /^(?:[^:]*:\d{1,5},)+/;
/** In front of a colon these say what an address is; no user is called so. */
const LABELS = new Set([
  'sips',
  'im',
  'pres',
  'from',
  'to',
  'cc',
  'bcc',
  'via',
  'peer',
  'node',
  'email',
  'mail',
]);
/** Schemes whose user name alone is an address rather than a credential: `ssh://git@host`. */
const NAMED_LOGINS = new Set(['ssh', 'git+ssh', 'sftp', 'ftp', 'rsync', 'mailto', 'sip', 'xmpp']);

/**
 * Passwords, and tokens that stand in a user's place, in URLs and connection strings: `scheme://user:password@host`.
 * The user name stays when a password goes with it.
 */
export const urlCredentialsRule: TextRule = {
  name: 'url-credentials',
  anchors: ['://', ':\\/\\/', '%3a%2f%2f', '%253a%252f%252f'],
  find(text, anchorFrom, anchorTo) {
    if (text[anchorFrom] === '%') return escapedCredentials(text, anchorFrom, anchorTo);
    const authorityEnd = endOfAuthority(text, anchorTo);
    const at = lastAt(text, anchorTo, authorityEnd);
    if (at === -1) return strayPassword(text, anchorTo, authorityEnd) ?? authorityEnd;
    const colon = text.indexOf(':', anchorTo);
    if (colon !== -1 && colon < at) {
      // `https://TOKEN:@host` and `https://TOKEN:x-oauth-basic@host`: the token is in the user's place.
      const secondPart = text.slice(colon + 1, at);
      if (secondPart === '' || secondPart === 'x-oauth-basic') return { from: anchorTo, to: at, inUrl: true };
      return { from: colon + 1, to: at, inUrl: true };
    }
    const scheme = text.slice(
      runStart(text, anchorFrom, SCHEME, Math.max(0, anchorFrom - MAX_SCHEME_LENGTH)),
      anchorFrom,
    );
    if (at === anchorTo || NAMED_LOGINS.has(scheme.toLowerCase())) return authorityEnd;
    return { from: anchorTo, to: at, inUrl: true };
  },
};

/** The same in a URL inside a URL, once or twice escaped: `https%3A%2F%2Fuser%3Apassword%40host`. */
function escapedCredentials(text: string, anchorFrom: number, anchorTo: number): Span | number {
  const percent = text.slice(anchorFrom, anchorTo).toUpperCase().startsWith('%253A') ? '%25' : '%';
  const limit = Math.min(text.length, anchorTo + MAX_ESCAPED_LENGTH);
  let end = anchorTo;
  while (end < limit && URL_PART[text.charCodeAt(end)] === 1) end++;
  const authority = text.slice(anchorTo, end);
  const at = authority.indexOf(`${percent}40`);
  if (at === -1 || authority.toUpperCase().slice(0, at).includes(`${percent}2F`)) return anchorTo;
  const login = authority.slice(0, at).toUpperCase();
  const colon = login.indexOf(`${percent}3A`);
  const from = colon === -1 ? anchorTo : anchorTo + colon + percent.length + 2;
  return from === anchorTo + at ? anchorTo : { from, to: anchorTo + at, inUrl: true };
}

/** `jdbc:oracle:thin:scott/tiger@host`: Oracle's own way of writing a login. */
export const oracleLoginRule: TextRule = {
  name: 'url-credentials',
  // By their ends, which keeps the scanner's table small.
  anchors: ['e:thin:', 'e:oci:'],
  find(text, _anchorFrom, anchorTo) {
    const limit = Math.min(text.length, anchorTo + MAX_ESCAPED_LENGTH);
    let end = anchorTo;
    while (end < limit && !endsUrl(text, end) && text[end] !== '@') end++;
    const slash = text.slice(anchorTo, end).indexOf('/');
    if (text[end] !== '@' || slash === -1) return anchorTo;
    return { from: anchorTo + slash + 1, to: end, inUrl: true };
  },
};

/** `user:password@tcp(host:3306)/db`: how drivers written in Go take a login. */
export const driverLoginRule: TextRule = {
  name: 'url-credentials',
  anchors: ['tcp(', 'unix('],
  find(text, anchorFrom, anchorTo, censoredTo) {
    const at = anchorFrom - 1;
    if (text[at] !== '@') return anchorTo;
    const limit = Math.max(censoredTo, at - MAX_ESCAPED_LENGTH);
    let from = at;
    while (from > limit && !endsUrl(text, from - 1)) from--;
    const colon = text.slice(from, at).indexOf(':');
    return colon === -1 || from + colon + 1 === at ? anchorTo : { from: from + colon + 1, to: at };
  },
};

/**
 * `user:password@host:port`, a login without a scheme in front. It is found by its port of four digits or five: to look at every
 * `@` would make texts with e-mail addresses, which are many, dear.
 */
export const bareLoginRule: TextRule = {
  name: 'url-credentials',
  anchors: [':####'],
  find(text, anchorFrom, anchorTo, censoredTo) {
    const portEnd = runEnd(text, anchorTo, CHARACTER_SETS.digits, anchorTo + 1);
    const hostFrom = runStart(text, anchorFrom, HOST, Math.max(0, anchorFrom - MAX_HOST_LENGTH));
    const at = hostFrom - 1;
    if (text[at] !== '@' || at <= censoredTo || CHARACTER_SETS.word[text.charCodeAt(portEnd)] === 1)
      return anchorTo;
    const limit = Math.max(censoredTo, at - MAX_ESCAPED_LENGTH);
    let from = at;
    while (from > limit && !endsUrl(text, from - 1)) from--;
    const all = text.slice(from, at);
    const listed = HOSTS_BEFORE.exec(all)?.[0].length ?? 0;
    const run = all.slice(listed);
    const colon = run.indexOf(':');
    // What has a scheme is judged by its own rule; `npm:pkg@1.2.3:1000` is a place in code.
    const isHost = /[a-z]|^\d+(?:\.\d+){3}$/i.test(text.slice(hostFrom, anchorFrom));
    const isOther = colon === -1 || !isHost || all.includes('://');
    if (isOther || isNoLogin(run.slice(0, colon), run.slice(colon + 1))) return anchorTo;
    return { from: from + listed + colon + 1, to: at };
  },
};

/** `sip:ada@host:5060`, `from:ada@host:2525` */
function isNoLogin(before: string, password: string): boolean {
  const user = /[^=,;([{|]*$/.exec(before)?.[0].toLowerCase() ?? '';
  return password === '' || NAMED_LOGINS.has(user) || LABELS.has(user);
}

/** The authority ends at `/`, `?`, `#`, or where a URL cannot go on. Source: RFC 3986 section 3.2. */
function endOfAuthority(text: string, from: number): number {
  let at = from;
  while (at < text.length && !endsUrl(text, at) && !'/?#'.includes(text[at] ?? '')) at++;
  return at;
}

function endsUrl(text: string, at: number): boolean {
  return NOT_IN_URL[text.charCodeAt(at)] === 1;
}

function lastAt(text: string, from: number, to: number): number {
  let at = to;
  while (--at >= from) if (text[at] === '@') return at;
  return -1;
}

/** `postgres://app:p/ss@host`: a “port” that is no number is the beginning of a password with a bare `/`, `?` or `#`. */
function strayPassword(text: string, from: number, authorityEnd: number): Span | undefined {
  const colon = text.indexOf(':', from);
  if (colon === -1 || colon >= authorityEnd || text[from] === '[') return undefined;
  const portEnd = runEnd(text, colon + 1, CHARACTER_SETS.digits);
  if (portEnd === authorityEnd && portEnd > colon + 1) return undefined;
  const limit = Math.min(text.length, authorityEnd + MAX_STRAY_LENGTH);
  let end = authorityEnd;
  while (end < limit && !endsUrl(text, end)) end++;
  const at = lastAt(text, authorityEnd, end);
  return at === -1 ? undefined : { from: colon + 1, to: at, inUrl: true };
}
