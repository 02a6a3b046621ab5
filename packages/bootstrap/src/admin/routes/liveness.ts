import { paths } from '@sightline/conventions';
import { json, text } from '../answers.ts';
import type { AdminRoute } from '../route.ts';

/** `/livez`: that it answers is the answer. With `?verbose` it is JSON. */
export function livenessRoute(uptimeSeconds: () => number = () => process.uptime()): AdminRoute {
  return {
    path: paths.liveness.path,
    methods: ['GET'],
    access: 'open',
    help: paths.liveness.help,
    handle: ({ query }) =>
      query.has('verbose')
        ? json(200, { status: 'ok', uptimeSeconds: Math.floor(uptimeSeconds()) })
        : text(200, 'ok'),
  };
}
