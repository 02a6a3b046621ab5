/*
 * Telemetry of a small shop with a known story, to be looked at: three services, whose payments begin to fail half way.
 */

interface Span {
  readonly service: string;
  readonly name: string;
  readonly id: string;
  readonly parent?: string;
  /** CLIENT 3, SERVER 2, INTERNAL 1. */
  readonly kind: 1 | 2 | 3;
  /** From the trace's own start [ms]. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed?: boolean;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

const attributesOf = (values: Readonly<Record<string, string | number>>): object[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
  }));

async function post(url: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}

const nanoseconds = (ms: number): string => `${Math.round(ms * 1000)}000`;

/** `0000…2a`: the id of trace number 42. */
export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** Sends one trace. */
export async function plantTrace(
  url: string,
  { id, atMs, spans }: { readonly id: string; readonly atMs: number; readonly spans: readonly Span[] },
): Promise<void> {
  const services = Map.groupBy(spans, ({ service }) => service);
  await post(url, '/v1/traces', {
    resourceSpans: [...services].map(([service, own]) => ({
      resource: { attributes: attributesOf({ 'service.name': service, 'service.version': '1.4.0' }) },
      scopeSpans: [
        {
          spans: own.map((span) => ({
            traceId: id,
            spanId: span.id,
            ...(span.parent !== undefined && { parentSpanId: span.parent }),
            name: span.name,
            kind: span.kind,
            startTimeUnixNano: nanoseconds(atMs + span.startMs),
            endTimeUnixNano: nanoseconds(atMs + span.startMs + span.durationMs),
            attributes: attributesOf(span.attributes ?? {}),
            status: span.failed === true ? { code: 2, message: 'the card service timed out' } : {},
          })),
        },
      ],
    })),
  });
}

/** One order through storefront, orders and payments; a failed one hangs in payments. */
export async function plantOrder(
  url: string,
  {
    number,
    atMs,
    failed = false,
  }: { readonly number: number; readonly atMs: number; readonly failed?: boolean },
): Promise<void> {
  const id = (place: number): string => (number * 16 + place).toString(16).padStart(16, '0');
  const slowMs = failed ? 900 : 0;
  const status = failed ? 502 : 201;
  await plantTrace(url, {
    id: traceId(number),
    atMs,
    spans: [
      {
        service: 'storefront',
        name: 'POST /api/orders',
        id: id(1),
        kind: 2,
        startMs: 0,
        durationMs: 60 + slowMs,
        failed,
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/api/orders',
          'http.response.status_code': status,
        },
      },
      {
        service: 'storefront',
        name: 'POST',
        id: id(2),
        parent: id(1),
        kind: 3,
        startMs: 5,
        durationMs: 50 + slowMs,
        failed,
      },
      {
        service: 'orders',
        name: 'POST /orders',
        id: id(3),
        parent: id(2),
        kind: 2,
        startMs: 7,
        durationMs: 45 + slowMs,
        failed,
      },
      {
        service: 'orders',
        name: 'INSERT orders',
        id: id(4),
        parent: id(3),
        kind: 3,
        startMs: 9,
        durationMs: 6,
        attributes: { 'db.system.name': 'sqlite' },
      },
      {
        service: 'orders',
        name: 'POST',
        id: id(5),
        parent: id(3),
        kind: 3,
        startMs: 18,
        durationMs: 30 + slowMs,
        failed,
      },
      {
        service: 'payments',
        name: 'POST /charges',
        id: id(6),
        parent: id(5),
        kind: 2,
        startMs: 20,
        durationMs: 25 + slowMs,
        failed,
      },
    ],
  });
}

export interface PlantedLine {
  readonly service: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly atMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Structured metadata: ids. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Pushes lines as the logger's Loki transport does. */
export async function plantLines(url: string, lines: readonly PlantedLine[]): Promise<void> {
  const streams = Map.groupBy(lines, ({ service, level }) =>
    JSON.stringify({ service_name: service, level }),
  );
  await post(url, '/loki/api/v1/push', {
    streams: [...streams].map(([stream, own]) => ({
      stream: JSON.parse(stream) as object,
      values: own.map(({ atMs, fields, level, service, metadata = {} }) => [
        nanoseconds(atMs),
        JSON.stringify({ level, service, ...fields }),
        metadata,
      ]),
    })),
  });
}

/** Sends an error by OTLP, as the logger does: words, with the fields of the error beside them. */
export async function plantErrorRecord(
  url: string,
  {
    service,
    atMs,
    message,
    type,
    fingerprint,
    attributes = {},
  }: {
    readonly service: string;
    readonly atMs: number;
    readonly message: string;
    readonly type: string;
    readonly fingerprint: string;
    readonly attributes?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const err = { kvlistValue: { values: attributesOf({ fingerprint }) } };
  await post(url, '/v1/logs', {
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': service }) },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: nanoseconds(atMs),
                severityNumber: 17,
                body: { stringValue: message },
                attributes: [
                  ...attributesOf({ ...attributes, 'exception.type': type }),
                  { key: 'err', value: err },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
}

export interface PlantedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

/** Sends values of gauges and cumulative counters (`…_total`) by OTLP, in the order of their times. */
export async function plantSamples(url: string, samples: readonly PlantedSample[]): Promise<void> {
  const services = Map.groupBy(samples, ({ labels }) => labels['job'] ?? 'shop');
  await post(url, '/v1/metrics', {
    resourceMetrics: [...services].map(([service, own]) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeMetrics: [
        {
          metrics: [...Map.groupBy(own, ({ name }) => name)].map(([name, points]) => {
            const dataPoints = points.map(({ labels, atMs, value }) => ({
              attributes: attributesOf(
                Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'job')),
              ),
              timeUnixNano: nanoseconds(atMs),
              asDouble: value,
            }));
            return name.endsWith('_total')
              ? {
                  name: name.slice(0, -'_total'.length),
                  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints },
                }
              : { name, gauge: { dataPoints } };
          }),
        },
      ],
    })),
  });
}

export interface PlantedRequests {
  readonly service: string;
  readonly route: string;
  readonly status: number;
  /** How many have been answered until then, in the order of their times; half of them within 100 ms, half within 500. */
  readonly counts: readonly { readonly atMs: number; readonly count: number }[];
}

/** Sends requests as a service measures them: `http_server_request_duration_seconds`. */
export async function plantRequests(url: string, requests: readonly PlantedRequests[]): Promise<void> {
  const services = Map.groupBy(requests, ({ service }) => service);
  await post(url, '/v1/metrics', {
    resourceMetrics: [...services].map(([service, own]) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'http.server.request.duration',
              unit: 's',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: own.flatMap(({ route, status, counts }) =>
                  counts.map(({ atMs, count }) => ({
                    attributes: attributesOf({
                      'http.request.method': 'POST',
                      'http.route': route,
                      'http.response.status_code': String(status),
                    }),
                    timeUnixNano: nanoseconds(atMs),
                    count: String(count),
                    sum: count * 0.2,
                    explicitBounds: [0.1, 0.5],
                    bucketCounts: [String(count / 2), String(count / 2), '0'],
                  })),
                ),
              },
            },
          ],
        },
      ],
    })),
  });
}
