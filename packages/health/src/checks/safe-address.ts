/** Most segments of a path that are shown. */
const MAX_SEGMENTS = 8;
/** What is certainly no key or token: a short word, a version. */
const PLAIN_SEGMENT = /^(?:[a-z]{1,16}(?:[-_.][a-z]{1,16}){0,3}|v\d{1,3})$/i;

/**
 * A URL as a reason may show it: scheme, host and port, and of the path what is plain words. No login, no query, no
 * fragment; any other segment of the path may be a token and is `…`.
 *
 * @example safeAddress(new URL('https://a:b@hooks.local/services/T0AB12/health?key=1')) // 'https://hooks.local/services/…/health'
 */
export function safeAddress(url: URL): string {
  const segments = url.pathname.split('/').slice(1);
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) => (segment === '' || PLAIN_SEGMENT.test(segment) ? segment : '…'));
  return `${url.protocol}//${url.host}/${shown.join('/')}${segments.length > MAX_SEGMENTS ? '/…' : ''}`;
}
