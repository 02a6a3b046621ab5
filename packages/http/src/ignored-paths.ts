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
  const byLength = Map.groupBy(
    ignore.filter((path) => !path.endsWith('*')),
    (path) => path.length,
  );
  const longest = Math.max(0, ...byLength.keys());
  const exact = Array.from({ length: longest + 1 }, (_, length) => byLength.get(length));

  return (target) => {
    const queryAt = target.indexOf('?');
    const length = queryAt === -1 ? target.length : queryAt;
    const sameLength = length <= longest ? exact[length] : undefined;
    return (
      (sameLength !== undefined && startsWithAny(target, sameLength, length)) ||
      startsWithAny(target, prefixes, length)
    );
  };
}

/** Comparing is cheaper than cutting the path out and hashing it. */
function startsWithAny(target: string, starts: readonly string[], pathLength: number): boolean {
  for (let index = 0; index < starts.length; index++) {
    const start = starts[index] ?? '';
    if (pathLength >= start.length && target.startsWith(start)) return true;
  }
  return false;
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
