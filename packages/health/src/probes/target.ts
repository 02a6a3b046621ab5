import { paths } from '@sightline/conventions';
import type { ProbeName } from '../observer.ts';

/** What a path asks for. */
export interface ProbeTarget {
  readonly kind: ProbeName | 'health';
  /** What comes behind the path of readiness: a group or a check. */
  readonly part: string | undefined;
}

/** What the query asks for. */
export interface ProbeQuery {
  readonly verbose: boolean;
  readonly exclude: readonly string[];
}

/** Most names that are excluded; a longer list is cut. */
const MAX_EXCLUDED = 200;
const NO_QUERY: ProbeQuery = { verbose: false, exclude: [] };

/** @param aliases further paths, with what they stand for */
export function createTargets(aliases: Readonly<Record<string, ProbeTarget['kind']>>): {
  /** Undefined for a path that is none of these. */
  find(path: string): ProbeTarget | undefined;
  /** Every path, without those below readiness. */
  readonly paths: readonly string[];
} {
  const known = new Map<string, ProbeTarget>();
  const set = (path: string, kind: ProbeTarget['kind']): unknown =>
    known.set(path, { kind, part: undefined });
  set(paths.liveness.path, 'livez');
  set(paths.readiness.path, 'readyz');
  set(paths.startup.path, 'startupz');
  set(paths.health.path, 'health');
  for (const [path, kind] of Object.entries(aliases)) set(path, kind);

  return {
    find(path) {
      const found = known.get(path);
      if (found !== undefined) return found;
      const slash = path.lastIndexOf('/');
      const parent = slash > 0 ? known.get(path.slice(0, slash)) : undefined;
      if (parent === undefined) return undefined;
      const part = path.slice(slash + 1);
      // A slash at the end asks for nothing more.
      if (part === '') return parent;
      return parent.kind === 'readyz' ? { kind: 'readyz', part } : undefined;
    },
    paths: [...known.keys()],
  };
}

/**
 * Reads `verbose` and `exclude`, which may stand several times and hold several names: `exclude=a,b&exclude=c`.
 *
 * @param search with or without the question mark
 */
export function readQuery(search: string): ProbeQuery {
  if (search === '' || search === '?') return NO_QUERY;
  const query = new URLSearchParams(search);
  const verbose = query.get('verbose');
  return {
    verbose: verbose !== null && verbose !== 'false' && verbose !== '0',
    exclude: query
      .getAll('exclude')
      .flatMap((names) => names.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .slice(0, MAX_EXCLUDED),
  };
}
