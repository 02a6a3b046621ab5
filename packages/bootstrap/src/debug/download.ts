import { text } from '../admin/answers.ts';
import type { AdminRoute } from '../admin/route.ts';

/** @param kind the ending by which DevTools knows the file */
export function downloadHeaders(kind: 'cpuprofile' | 'heapsnapshot'): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return {
    'content-type': 'application/json',
    'content-disposition': `attachment; filename="${process.pid}-${time}.${kind}"`,
  };
}

/** A path that was not asked for: it says how to switch it on, to everybody. */
export function offRoute(path: AdminRoute['path'], name: 'cpuprofile' | 'heapsnapshot'): AdminRoute {
  const option = name === 'cpuprofile' ? 'cpuProfile' : 'heapSnapshot';
  const variable = `SIGHTLINE_ADMIN_DEBUG=${name}`;
  const how = `Start with ${variable}, or with start({ admin: { debug: { ${option}: true } } }).`;
  return {
    path,
    methods: ['GET'],
    access: 'open',
    help: `Off; ${variable} switches it on.`,
    handle: () => text(404, `It is off. ${how}`),
  };
}
