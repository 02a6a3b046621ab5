import { text } from '../admin/answers.ts';
import type { AdminResponse } from '../admin/route.ts';

/** @param kind the ending by which DevTools knows the file */
export function downloadHeaders(kind: 'cpuprofile' | 'heapsnapshot'): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return {
    'content-type': 'application/json',
    'content-disposition': `attachment; filename="${process.pid}-${time}.${kind}"`,
  };
}

/** What a path answers that was not asked for. */
export function offAnswer(name: 'cpuprofile' | 'heapsnapshot'): AdminResponse {
  const option = name === 'cpuprofile' ? 'cpuProfile' : 'heapSnapshot';
  return text(
    404,
    `It is off. Start with SIGHTLINE_ADMIN_DEBUG=${name}, or with start({ admin: { debug: { ${option}: true } } }).`,
  );
}
