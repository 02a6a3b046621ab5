import { paths } from '@sightline/conventions';
import { json } from '../answers.ts';
import type { AdminRoute } from '../route.ts';

/** @param read what is shown, already censored */
export function statusRoute(read: () => Promise<Readonly<Record<string, unknown>>>): AdminRoute {
  return {
    path: paths.status.path,
    methods: ['GET'],
    access: 'guarded',
    help: paths.status.help,
    handle: async () => json(200, await read()),
  };
}
