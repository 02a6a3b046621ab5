import type { Labels } from '../../labels.ts';
import type { Span } from '../model.ts';
import { addSide, messagingSeconds, sideOf } from './edge.ts';
import type { Edge, Side } from './edge.ts';
import { findLabel, labelName } from './label-text.ts';
import { createMetricStore } from './metric-store.ts';
import type { GeneratedMetric } from './metric-store.ts';

/** Who calls whom, how often, how long and with what success. */
export interface ServiceGraphOptions {
  /** Attributes of resource or span that become labels. */
  readonly dimensions?: readonly string[];
  /** Whether the labels of dimensions say `client_` and `server_`. Default false. */
  readonly clientServerPrefix?: boolean;
  /** Whether the time that messages are on their way is measured. Default false. */
  readonly messagingLatency?: boolean;
  /** How long one side waits for the other [ms]. Default 10,000. */
  readonly waitMs?: number;
  /** Most requests that wait; spans of further ones are dropped and counted. Default 10,000. */
  readonly maxWaiting?: number;
  /** Upper ends of the buckets, ascending [s]. Default 0.1 to 12.8, each twice the one before. */
  readonly upperBoundsSeconds?: readonly number[];
  /** How many spans stand behind one; default 1. */
  readonly weightOf?: (span: Span) => number;
  /** Most series, of which a histogram is several; updates of further ones are refused and counted. Default 100,000. */
  readonly maxSeries?: number;
}

/** Pairs what it is given. */
export interface ServiceGraph {
  /** @param nowMs since 1970; which sides have waited too long is told by it */
  add(spans: Iterable<Span>, nowMs: number): void;
  /**
   * Takes sides whose other one did not come by then: it is a service that sends no spans, or nobody knows. Forgets the
   * series that had no request for a quarter of an hour.
   */
  expire(nowMs: number): void;
  metrics(): readonly GeneratedMetric[];
  stats(): {
    /** Requests of which one side is known. */
    readonly waiting: number;
    /** Sides that no request could be made of. */
    readonly expired: number;
    /** Spans that came when too many waited. */
    readonly dropped: number;
    /** Updates that had no room. */
    readonly refused: number;
  };
}

const requestsName = 'traces_service_graph_request_total';
const failedName = 'traces_service_graph_request_failed_total';
const serverName = 'traces_service_graph_request_server_seconds';
const clientName = 'traces_service_graph_request_client_seconds';
const messagingName = 'traces_service_graph_request_messaging_system_seconds';

const defaults = { waitMs: 10_000, maxWaiting: 10_000, maxSeries: 100_000 } as const;
const defaultBoundsSeconds = Array.from({ length: 8 }, (_, index) => 0.1 * 2 ** index);
/** Who calls a root when nothing tells. */
const unknownClient = 'user';

export function createServiceGraph(options: ServiceGraphOptions = {}): ServiceGraph {
  const {
    dimensions = [],
    clientServerPrefix = false,
    messagingLatency = false,
    weightOf = () => 1,
  } = options;
  const { waitMs, maxWaiting, maxSeries } = { ...defaults, ...options };
  const store = createMetricStore(options.upperBoundsSeconds ?? defaultBoundsSeconds, maxSeries);
  /** In the order in which they began to wait. */
  const waiting = new Map<string, Edge>();
  let expired = 0;
  let dropped = 0;

  function addSpan(span: Span, side: Side, service: string, nowMs: number): void {
    const callId = side === 'client' ? span.spanId : span.parentSpanId;
    const key = `${span.traceId}-${callId}`;
    const known = waiting.get(key);
    const edge = known ?? newEdge(span, callId === '', nowMs + waitMs);
    addSide(edge, span, side, service, weightOf(span));
    for (const dimension of dimensions) {
      const value = findLabel(dimension, span.resource.attributes, span.attributes);
      if (value !== undefined) edge.dimensions[dimensionLabel(dimension, side)] = value;
    }
    if (edge.client !== '' && edge.server !== '') {
      waiting.delete(key);
      complete(edge);
    } else if (known === undefined) {
      if (waiting.size < maxWaiting) waiting.set(key, edge);
      else dropped += 1;
    }
  }

  const dimensionLabel = (dimension: string, side: Side): string =>
    labelName(clientServerPrefix ? `${side}_${dimension}` : dimension);

  function complete(edge: Edge): void {
    const { client, server, weight, traceId } = edge;
    const labels: Labels = { client, server, connection_type: edge.connectionType, ...edge.dimensions };
    store.increment(requestsName, labels, weight);
    if (edge.failed) store.increment(failedName, labels, weight);
    store.observe(serverName, labels, edge.serverSeconds, weight, traceId);
    store.observe(clientName, labels, edge.clientSeconds, weight, traceId);
    if (!messagingLatency || edge.connectionType !== 'messaging_system') return;
    const onItsWay = messagingSeconds(edge);
    if (onItsWay !== undefined) store.observe(messagingName, labels, onItsWay, weight, traceId);
  }

  /** The other side never came. */
  function expireEdge(edge: Edge): void {
    edge.connectionType = 'virtual_node';
    if (edge.client === '' && edge.root) edge.client = edge.peer === '' ? unknownClient : edge.peer;
    else if (edge.client !== '' && edge.peer !== '') edge.server = edge.peer;
    else {
      expired += 1;
      return;
    }
    complete(edge);
  }

  function expireWaiting(nowMs: number): void {
    for (const [key, edge] of waiting) {
      if (edge.expiresMs > nowMs) return;
      waiting.delete(key);
      expireEdge(edge);
    }
  }

  return {
    add(spans, nowMs) {
      for (const span of spans) {
        const side = sideOf(span);
        const service = findLabel('service.name', span.resource.attributes);
        if (side !== undefined && service !== undefined) addSpan(span, side, service, nowMs);
      }
    },
    expire(nowMs) {
      expireWaiting(nowMs);
      store.expire(nowMs);
    },
    metrics: () => store.metrics(),
    stats: () => ({ waiting: waiting.size, expired, dropped, refused: store.refused }),
  };
}

/** What `traces_service_graph_*` are for some spans, when no more come. */
export function serviceGraph(
  spans: Iterable<Span>,
  options?: ServiceGraphOptions,
): readonly GeneratedMetric[] {
  const graph = createServiceGraph({ maxWaiting: Number.POSITIVE_INFINITY, ...options });
  graph.add(spans, 0);
  graph.expire(Number.POSITIVE_INFINITY);
  return graph.metrics();
}

function newEdge({ traceId }: Span, root: boolean, expiresMs: number): Edge {
  return {
    traceId,
    root,
    client: '',
    server: '',
    connectionType: '',
    clientSeconds: 0,
    serverSeconds: 0,
    clientEndNs: 0n,
    serverStartNs: 0n,
    failed: false,
    peer: '',
    weight: 1,
    dimensions: {},
    expiresMs,
  };
}
