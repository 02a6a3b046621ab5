import { SightlineError } from '@sightline/errors';
import { text } from './answers.ts';
import type { AdminResponse, AdminRoute } from './route.ts';

/** The routes of a server, by path. */
export interface RouteTable {
  /**
   * @returns takes the route off
   * @throws {SightlineError} `SIGHTLINE_ADMIN_ROUTE` when it cannot be served, or the path is taken
   */
  add(route: AdminRoute): () => void;
  find(path: string): AdminRoute | undefined;
  /** The page that lists what there is. */
  index(status: number, firstLine: string): AdminResponse;
}

const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE'];

export function createRouteTable(routes: readonly AdminRoute[]): RouteTable {
  const byPath = new Map<string, AdminRoute>();

  function add(route: AdminRoute): () => void {
    const problem = routeProblem(route) ?? (byPath.has(route.path) ? 'its path is taken' : undefined);
    if (problem !== undefined) {
      throw new SightlineError('SIGHTLINE_ADMIN_ROUTE', {
        problem: `the route ${nameOf(route)} cannot be added: ${problem}`,
        expected: 'a path of its own such as /mine, methods, access, help and handle(request)',
        fix: 'correct the route; without it the others are served',
      });
    }
    byPath.set(route.path, route);
    return () => {
      if (byPath.get(route.path) === route) byPath.delete(route.path);
    };
  }

  for (const route of routes) add(route);
  return {
    add,
    find: (path) => byPath.get(path) ?? byPath.get(`${path.slice(0, path.lastIndexOf('/'))}/*`),
    index(status, firstLine) {
      const rows = [...byPath.values()].map(
        (route) =>
          [`${allowedMethods(route).join(', ')} ${route.path}`, accessOf(route), route.help] as const,
      );
      const width = Math.max(0, ...rows.map(([call]) => call.length));
      const lines = rows.map(([call, access, help]) => `${call.padEnd(width)}  ${access.padEnd(7)}  ${help}`);
      return text(status, [firstLine, '', ...lines].join('\n'));
    },
  };
}

/** HEAD comes with GET. */
export function allowedMethods({ methods }: AdminRoute): readonly string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function accessOf({ access, methods }: AdminRoute): string {
  return access === 'guarded' ? 'guarded' : methods.some((method) => method !== 'GET') ? 'mixed' : 'open';
}

function nameOf({ path }: { readonly path?: unknown } = {}): string {
  return typeof path === 'string' ? path.slice(0, 60) : 'without a path';
}

/** Routes come from plug-ins, which need not be typed. */
function routeProblem(route: Partial<AdminRoute> | undefined): string | undefined {
  if (typeof route?.path !== 'string' || !/^\/[^\s?#]+$/.test(route.path)) return 'it has no path';
  if (typeof route.handle !== 'function') return 'it has no handle function';
  if (!Array.isArray(route.methods) || route.methods.length === 0) return 'it has no methods';
  if (!route.methods.every((method: string) => METHODS.includes(method)))
    return `its methods are not among ${METHODS.join(', ')}`;
  // Without a word on it, a route of a plug-in would be open.
  return route.access === 'open' || route.access === 'guarded'
    ? undefined
    : 'its access is not open or guarded';
}
