import { paths } from '@sightline/conventions';
import type { Health } from '@sightline/health';
import type { AdminRoute } from '../route.ts';

const helpOf: ReadonlyMap<string, string> = new Map(
  [paths.liveness, paths.readiness, paths.startup, paths.health].map(({ path, help }) => [path, help]),
);

/** The probes and `/health`, further paths for them, and what is below readiness: `/readyz/payments`. */
export function healthRoutes(health: Pick<Health, 'paths' | 'serves' | 'answer'>): AdminRoute[] {
  return health.paths.flatMap((path) => {
    const own = route(health, path as `/${string}`, helpOf.get(path) ?? 'Another path of health.');
    // Readiness alone has parts.
    if (!health.serves(`${path}/part`)) return [own];
    return [own, route(health, `${path as `/${string}`}/*`, 'Readiness of a group, or of one check.')];
  });
}

function route(health: Pick<Health, 'answer'>, path: `/${string}`, help: string): AdminRoute {
  return {
    path,
    methods: ['GET'],
    access: 'open',
    help,
    handle: (request) =>
      health.answer({
        method: request.method,
        path: request.path,
        search: request.query.toString(),
        trusted: request.trusted,
      }),
  };
}
