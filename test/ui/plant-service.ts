/*
 * Metrics of one service as OTLP brings them: what dashboards ask for, over the last minutes.
 */

export interface PlantedService {
  readonly service: string;
  /** The newest point [ms since 1970]; there is one every ten seconds before it. */
  readonly untilMs: number;
  readonly points: number;
  /** How many of them were sent before, and are not sent again. */
  readonly sent?: number;
  readonly routes: readonly {
    readonly route: string;
    readonly perPoint: number;
    readonly failing?: boolean;
  }[];
  /** Of a request that has a trace. */
  readonly traceId: string;
}

const EVERY_MS = 10_000;
const BOUNDS = [0.005, 0.05, 0.5, 5] as const;
const nanoseconds = (ms: number): string => `${ms}000000`;
const attributesOf = (values: Readonly<Record<string, string>>): object[] =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** @returns [ms since 1970] of the first point */
export async function plantService(
  url: string,
  { service, untilMs, points, sent = 0, routes, traceId }: PlantedService,
): Promise<number> {
  const startMs = untilMs - (points - 1) * EVERY_MS;
  const times = Array.from({ length: points - sent }, (_, index) => startMs + (sent + index) * EVERY_MS);
  const metrics = [
    {
      name: 'sightline_build_info',
      gauge: {
        dataPoints: times.map((ms) => ({
          attributes: attributesOf({ service_version: '1.4.0', version: '0.1.0' }),
          timeUnixNano: nanoseconds(ms),
          asDouble: 1,
        })),
      },
    },
    {
      name: 'http_server_request_duration_seconds',
      description: 'How long requests took, from the first byte to the last.',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: routes.flatMap(({ route, perPoint, failing = false }) =>
          times.map((ms, index) => {
            const each = (sent + index + 1) * perPoint;
            return {
              attributes: attributesOf({
                http_route: route,
                http_request_method: 'GET',
                http_response_status_code: failing ? '500' : '200',
              }),
              startTimeUnixNano: nanoseconds(startMs - EVERY_MS),
              timeUnixNano: nanoseconds(ms),
              count: String(each * 4),
              sum: each,
              explicitBounds: BOUNDS,
              bucketCounts: [each, each, each, each, 0].map(String),
              exemplars: [
                {
                  timeUnixNano: nanoseconds(ms),
                  asDouble: 0.3,
                  traceId,
                  spanId: '00000000000000aa',
                },
              ],
            };
          }),
        ),
      },
    },
  ];
  const response = await fetch(`${url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        {
          resource: {
            attributes: attributesOf({ 'service.name': service, 'service.instance.id': `${service}-1` }),
          },
          scopeMetrics: [{ metrics }],
        },
      ],
    }),
  });
  if (!response.ok) throw new Error(`/v1/metrics answered ${response.status}: ${await response.text()}`);
  return startMs;
}
