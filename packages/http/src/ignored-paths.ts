import { paths } from '@sightline/conventions';
import type { IgnoreRequest } from './options.ts';

/** What is left out unless the option says otherwise: probes, scrapes, and what browsers ask for by themselves. */
export const defaultIgnoredPaths: readonly string[] = [
  paths.liveness.path,
  paths.readiness.path,
  paths.startup.path,
  paths.health.path,
  paths.metrics.path,
  '/healthz',
  '/favicon.ico',
];

/** Answers for a target, path and query as they were sent, and the method. */
export type IsIgnored = (target: string, method: string) => boolean;

/** Compiles the `ignore` option. For a list it costs a look at the length for nearly every path that is not on it. */
export function compileIgnore(ignore: readonly string[] | IgnoreRequest): IsIgnored {
  if (typeof ignore === 'function') return (target, method) => askIgnore(ignore, pathOf(target), method);
  const prefixes = ignore.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
  const exact = new Set(ignore.filter((path) => !path.endsWith('*')));
  const lengths = new Uint8Array(Math.max(0, ...[...exact].map((path) => path.length)) + 1);
  for (const path of exact) lengths[path.length] = 1;

  return (target) => {
    const queryAt = target.indexOf('?');
    const length = queryAt === -1 ? target.length : queryAt;
    if (lengths[length] === 1 && exact.has(queryAt === -1 ? target : target.slice(0, queryAt))) return true;
    for (const prefix of prefixes) if (length >= prefix.length && target.startsWith(prefix)) return true;
    return false;
  };
}

function pathOf(target: string): string {
  const queryAt = target.indexOf('?');
  return queryAt === -1 ? target : target.slice(0, queryAt);
}

function askIgnore(ignore: IgnoreRequest, path: string, method: string): boolean {
  try {
    return ignore(path, method);
  } catch {
    return false;
  }
}
