/** Most templates that are kept joined; more than any code has, so a table that fills is one of generated routes. */
const MAX_JOINED = 2000;

const joined = new Map<string, Map<string, string>>();
let joinedCount = 0;

/**
 * The template of a route below a mount: `/api/:tenant` and `/orders/:id` are `/api/:tenant/orders/:id`.
 * The same two always give the same string, without building it again.
 *
 * @param mount template of the mount, without a slash at its end; empty at the top
 * @param path template of the route as the code writes it
 */
export function joinTemplate(mount: string, path: string): string {
  const below = joined.get(mount);
  const known = below?.get(path);
  if (known !== undefined) return known;
  const template = join(mount, path);
  if (joinedCount < MAX_JOINED) {
    joinedCount += 1;
    if (below) below.set(path, template);
    else joined.set(mount, new Map([[path, template]]));
  }
  return template;
}

function join(mount: string, path: string): string {
  if (path === '' || path === '/') return mount === '' ? '/' : mount;
  if (mount === '') return path;
  return path.startsWith('/') ? mount + path : `${mount}/${path}`;
}

/** The path of a mount without slashes at its end; empty for one that adds nothing, such as `/`. */
export function mountPath(path: string): string {
  return path.replace(/\/+$/, '');
}

/** `templateOf` for the path of a mount. */
export function mountTemplateOf(path: unknown): string | undefined {
  return typeof path === 'string' ? mountPath(path) : templateOf(path);
}

/**
 * A path as a template: a string is its own, a regular expression is its source form (`/^\/files\/(.*)$/`).
 *
 * @returns undefined for anything else
 */
export function templateOf(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  return path instanceof RegExp ? String(path) : undefined;
}
