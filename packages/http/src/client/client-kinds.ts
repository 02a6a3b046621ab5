import { isIP } from 'node:net';
import { labels } from '@sightline/conventions';
import type { ClientRequestKind, ClientRequestRecord } from '../request-record.ts';
import type { Prepared } from '../sinks.ts';

/** A kind, and what is built once for all its calls. */
type CompiledClientKind = Prepared<ClientRequestKind, ClientRequestRecord>;

/** Calls to one host, as labels name it. */
export interface HostCell {
  readonly serverAddress: string;
  readonly kinds: CompiledClientKind[];
  /** Calls that have not ended. */
  active: number;
}

/** The hosts that were called, and the kinds of calls to each; bounded in both. */
export interface ClientKinds {
  /** The cell of a host as the code names it; addresses in digits, and hosts past the bound, share one. */
  host(name: string): HostCell;
  /** The kind of a call that has ended: the same object for the same values. */
  find(
    cell: HostCell,
    method: string,
    status: number | undefined,
    errorType: string | undefined,
  ): CompiledClientKind;
  /** Calls that have not ended, by host. */
  active(): ReadonlyMap<string, number>;
}

const OTHER = '_OTHER';
/** Names that are remembered to be addresses or past the bound, so that they are not looked at again. */
const MAX_OTHER_NAMES = 1000;
/** A host answers few methods with few codes and fails in few ways; what is past it shares one error type. */
const MAX_KINDS_OF_HOST = 200;

export function createClientKinds(maxHosts: number = labels.server_address.maxValues - 1): ClientKinds {
  const cells = new Map<string, HostCell>();
  const other: HostCell = { serverAddress: OTHER, kinds: [], active: 0 };
  const otherNames = new Set<string>();
  const seen = new Set<HostCell>();

  function addHost(name: string): HostCell {
    if (otherNames.has(name)) return other;
    if (name === '' || isIP(name) !== 0 || cells.size >= maxHosts) {
      if (otherNames.size < MAX_OTHER_NAMES) otherNames.add(name);
      seen.add(other);
      return other;
    }
    const cell: HostCell = { serverAddress: name, kinds: [], active: 0 };
    cells.set(name, cell);
    seen.add(cell);
    return cell;
  }

  return {
    host: (name) => cells.get(name) ?? addHost(name),
    find(cell, method, status, errorType) {
      const { kinds } = cell;
      const known = lookThrough(kinds, method, status, errorType);
      if (known !== undefined) return known;
      const isFull = kinds.length >= MAX_KINDS_OF_HOST;
      const kept = {
        status: isFull && status !== undefined ? Math.trunc(status / 100) * 100 : status,
        errorType: isFull && errorType !== undefined ? OTHER : errorType,
      };
      const knownOther = isFull ? lookThrough(kinds, method, kept.status, kept.errorType) : undefined;
      if (knownOther !== undefined) return knownOther;
      const kind = Object.freeze({ method, serverAddress: cell.serverAddress, ...kept });
      const added: CompiledClientKind = { kind, observers: [], sinksVersion: -1 };
      kinds.push(added);
      return added;
    },
    active: () => new Map([...seen].map(({ serverAddress, active }) => [serverAddress, active])),
  };
}

function lookThrough(
  kinds: readonly CompiledClientKind[],
  method: string,
  status: number | undefined,
  errorType: string | undefined,
): CompiledClientKind | undefined {
  for (const compiled of kinds) {
    const { kind } = compiled;
    if (kind.status === status && kind.method === method && kind.errorType === errorType) return compiled;
  }
  return undefined;
}
