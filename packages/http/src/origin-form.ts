const SLASH = 0x2f;
/** Scheme and authority, as a proxy is asked: `http://shop.example.com`. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,15}:\/\/[^/?#]*/i;

/**
 * Path and query of a target, also where a request has a whole URL for it, as through a proxy; what is no URL, such as `*`,
 * stays as it is.
 */
export function originForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const origin = ORIGIN.exec(target)?.[0];
  if (origin === undefined) return target;
  const rest = target.slice(origin.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
