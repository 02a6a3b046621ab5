import type { Span } from '../model.ts';
import { findLabel } from './label-text.ts';

/** What a request between two services goes over; "" is a plain call. */
type ConnectionType = '' | 'messaging_system' | 'database' | 'virtual_node';

/** A request between two services, of which one side may not be known yet. */
export interface Edge {
  readonly traceId: string;
  /** Whether the side that is known is a root, which nobody instrumented calls. */
  readonly root: boolean;
  client: string;
  server: string;
  connectionType: ConnectionType;
  clientSeconds: number;
  serverSeconds: number;
  clientEndNs: bigint;
  serverStartNs: bigint;
  failed: boolean;
  /** What the other side is called by this one. */
  peer: string;
  weight: number;
  readonly dimensions: Record<string, string>;
  /** When nobody waits for the other side any more, since 1970 [ms]. */
  readonly expiresMs: number;
}

/** Names of the other side, the first that there is. */
const peerAttributes = ['peer.service', 'db.name', 'db.system', 'db.system.name'] as const;
/** What tells a call of a database, and names it when nothing better does. */
const databaseAttributes = ['db.namespace', 'db.name', 'db.system', 'db.system.name'] as const;

const nanosecondsInSecond = 1e9;
const seconds = (ns: bigint): number => Math.max(Number(ns), 0) / nanosecondsInSecond;

export type Side = 'client' | 'server';

/** The side of a request that a span is; `undefined` when it is none. */
export function sideOf({ kind }: Span): Side | undefined {
  if (kind === 'client' || kind === 'producer') return 'client';
  return kind === 'server' || kind === 'consumer' ? 'server' : undefined;
}

/** Notes what a span tells of its request. */
export function addSide(edge: Edge, span: Span, side: Side, service: string, weight: number): void {
  edge.connectionType = span.kind === 'producer' || span.kind === 'consumer' ? 'messaging_system' : '';
  edge.failed ||= span.status === 'error';
  edge.weight = weight;
  edge.peer = firstOf(peerAttributes, (key) => findLabel(key, span.attributes)) ?? edge.peer;
  if (side === 'server') {
    edge.server = service;
    edge.serverSeconds = seconds(span.durationNs);
    edge.serverStartNs = span.startNs;
    return;
  }
  edge.client = service;
  edge.clientSeconds = seconds(span.durationNs);
  edge.clientEndNs = span.startNs + span.durationNs;
  addDatabase(edge, span);
}

/** A database sends no spans: the call tells all. */
function addDatabase(edge: Edge, span: Span): void {
  const find = (key: string): string | undefined => findLabel(key, span.resource.attributes, span.attributes);
  const database = firstOf(databaseAttributes, find);
  if (database === undefined) return;
  edge.connectionType = 'database';
  edge.serverSeconds = seconds(span.durationNs);
  const host = find('network.peer.address');
  const port = find('network.peer.port');
  const peer = host === undefined || port === undefined ? host : `${host}:${port}`;
  edge.server =
    find('peer.service') ?? find('server.address') ?? peer ?? (database === '' ? edge.server : database);
}

function firstOf(keys: readonly string[], find: (key: string) => string | undefined): string | undefined {
  for (const key of keys) {
    const value = find(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** How long a message was on its way [s]; `undefined` when the clocks do not fit. */
export function messagingSeconds({ clientEndNs, serverStartNs }: Edge): number | undefined {
  return serverStartNs > clientEndNs ? seconds(serverStartNs - clientEndNs) : undefined;
}
