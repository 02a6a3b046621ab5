import type { RequestKind, RequestRecord } from './request-record.ts';
import type { Prepared } from './sinks.ts';

/** A kind, and what is built once for all its requests. */
interface CompiledKind extends Prepared<RequestKind, RequestRecord> {
  /** From when on a request of it is slow [s]. */
  readonly slowSeconds: number;
}

export interface KindTable {
  /** The kind of these values: the same object for the same values. */
  find(
    method: string,
    route: string | undefined,
    status: number | undefined,
    errorType: string | undefined,
    scheme: RequestKind['scheme'],
    protocolVersion: string,
  ): CompiledKind;
  /** Kinds that are remembered. */
  size(): number;
  /** Requests that found no room for a kind of their own. */
  overflows(): number;
}

export interface KindTableSetup {
  readonly thresholdMs: number;
  /** By method and route: `GET /reports` [ms]. */
  readonly routes: Readonly<Record<string, number>>;
  /** Most kinds that are remembered. */
  readonly maxKinds?: number;
}

const MAX_KINDS = 4000;
/** Kinds of one route past which a new error type counts as `_OTHER`: they are looked through, and others need room. */
const MAX_KINDS_OF_ROUTE = 200;
/** What stands in the place of routes and error types past the bound. */
const OTHER = '_OTHER';

/**
 * Remembers kinds, one object for each combination.
 *
 * Past the bound a new combination counts as one of the few of route `_OTHER`, error type `_OTHER` and the first status
 * of its class: so many routes are paths, or so many error types are messages, that nothing is lost by it. One route
 * with many error types takes no room from others: past a bound of its own they count as `_OTHER` there.
 */
export function createKindTable({ thresholdMs, routes, maxKinds = MAX_KINDS }: KindTableSetup): KindTable {
  // By route first, then looked through: a route has few kinds, and comparing a few fields is cheaper than a key.
  const byRoute = new Map<string | undefined, CompiledKind[]>();
  const overflow: CompiledKind[] = [];
  const thresholds = new Map(Object.entries(routes));
  let size = 0;
  let overflows = 0;

  function compile(kind: RequestKind): CompiledKind {
    const own = kind.route === undefined ? undefined : thresholds.get(`${kind.method} ${kind.route}`);
    return {
      kind: Object.freeze(kind),
      slowSeconds: (own ?? thresholdMs) / 1000,
      observers: [],
      sinksVersion: -1,
    };
  }

  return {
    find(method, route, status, errorType, scheme, protocolVersion) {
      let kinds = byRoute.get(route);
      const known = lookThrough(kinds, method, route, status, errorType, scheme, protocolVersion);
      if (known !== undefined) return known;

      const isCrowded = errorType !== undefined && kinds !== undefined && kinds.length >= MAX_KINDS_OF_ROUTE;
      const type = isCrowded ? OTHER : errorType;
      if (type !== errorType) {
        overflows += 1;
        const knownOther = lookThrough(kinds, method, route, status, type, scheme, protocolVersion);
        if (knownOther !== undefined) return knownOther;
      }
      if (size < maxKinds) {
        if (kinds === undefined) byRoute.set(route, (kinds = []));
        const added = compile({ method, route, status, errorType: type, scheme, protocolVersion });
        kinds.push(added);
        size += 1;
        return added;
      }
      if (type === errorType) overflows += 1;
      const other = {
        method,
        route: route === undefined ? undefined : OTHER,
        status: status === undefined ? undefined : Math.trunc(status / 100) * 100,
        errorType: errorType === undefined ? undefined : OTHER,
        scheme,
        protocolVersion,
      };
      const knownOther = lookThrough(
        overflow,
        method,
        other.route,
        other.status,
        other.errorType,
        scheme,
        protocolVersion,
      );
      if (knownOther !== undefined) return knownOther;
      const added = compile(other);
      overflow.push(added);
      return added;
    },
    size: () => size + overflow.length,
    overflows: () => overflows,
  };
}

function lookThrough(
  kinds: readonly CompiledKind[] | undefined,
  method: string,
  route: string | undefined,
  status: number | undefined,
  errorType: string | undefined,
  scheme: string,
  protocolVersion: string,
): CompiledKind | undefined {
  if (kinds === undefined) return undefined;
  for (const compiled of kinds) {
    const { kind } = compiled;
    if (
      kind.status === status &&
      kind.method === method &&
      kind.errorType === errorType &&
      kind.route === route &&
      kind.protocolVersion === protocolVersion &&
      kind.scheme === scheme
    ) {
      return compiled;
    }
  }
  return undefined;
}
