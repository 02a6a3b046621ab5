import { computed, signal } from '@preact/signals';

/** Where the page is: everything that a link has to carry stands in the address. */
export interface Location {
  readonly path: string;
  readonly params: URLSearchParams;
}

/** Outside a browser, where logic is tested, the address is the start page's. */
function read(): Location {
  if (!('window' in globalThis)) return { path: '/', params: new URLSearchParams() };
  return { path: window.location.pathname, params: new URLSearchParams(window.location.search) };
}

/** The address, as it is now. */
export const location = signal<Location>(read());

export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Undefined and '' are not there; alone in a list '' is a choice, as the empty text of a variable is. */
function append(query: URLSearchParams, name: string, value: Params[string]): void {
  if (typeof value === 'object') {
    for (const each of value) if (each !== '' || value.length === 1) query.append(name, each);
  }
  if (typeof value !== 'object' && value !== undefined && value !== '') query.append(name, String(value));
}

/** The time range goes with every link: whoever follows one still looks at the same minutes. */
const KEPT = ['from', 'to', 'refresh'] as const;

/**
 * The address of a page, with the present time range unless the parameters name one.
 *
 * @param params undefined and empty values are left out, each of a list becomes a parameter
 */
export function href(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    append(query, name, value);
  }
  for (const name of KEPT) {
    const value = location.value.params.get(name);
    if (value !== null && !(name in params)) query.append(name, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Goes to an address of this app; `replace` leaves no entry in the history. */
export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const { pathname, search } = window.location;
  if (to === `${pathname}${search}`) return;
  window.history[replace ? 'replaceState' : 'pushState'](null, '', to);
  location.value = read();
  if (!replace && to.split('?')[0] !== pathname) window.scrollTo(0, 0);
}

/** Changes parameters of the present page; undefined and '' take one away. */
export function setParams(changes: Params, { replace = true }: { readonly replace?: boolean } = {}): void {
  const params = new URLSearchParams(location.peek().params);
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    append(params, name, value);
  }
  const text = params.toString();
  navigate(text === '' ? window.location.pathname : `${window.location.pathname}?${text}`, { replace });
}

/** One parameter of the address, '' where it is not there. */
export function param(name: string, otherwise = ''): string {
  return location.value.params.get(name) ?? otherwise;
}

/** The path in its parts, decoded: `/service/a%20b` is `['service', 'a b']`. */
export const pathParts = computed(() =>
  location.value.path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    }),
);

/** Follows the browser's history, and links of this app without loading the page anew. */
export function followLinks(): void {
  window.addEventListener('popstate', () => {
    const next = read();
    // To another place on the same page: what it asks for is the same.
    if (next.path === location.value.path && String(next.params) === String(location.value.params)) return;
    location.value = next;
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement);
    if (link === undefined || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== window.location.origin || !link.hasAttribute('href')) return;
    // To a place on this page: the browser goes there, and takes the focus along.
    const { pathname, search } = window.location;
    if (link.hash !== '' && link.pathname === pathname && link.search === search) return;
    event.preventDefault();
    navigate(`${link.pathname}${link.search}`);
  });
}
