import { type MetricFamily, requestBoundaries, sources } from '../metric.ts';

const boundReason =
  'a route answers few of the methods and with few of the codes, and an error type goes with few of them; ' +
  'the guard refuses what goes beyond and names the label';

/** Requests that come in and that go out: rate, errors, duration. */
export const httpMetrics = {
  http_server_request_duration_seconds: {
    type: 'histogram',
    unit: 's',
    help: 'Duration of incoming HTTP requests, from the first byte to the end of the response or the abort.',
    labels: ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
    seriesBound: 2000,
    seriesBoundReason: boundReason,
    boundaries: requestBoundaries,
    otelName: 'http.server.request.duration',
    stability: 'stable',
    source: sources.http,
  },
  http_server_active_requests: {
    type: 'gauge',
    unit: '{request}',
    help: 'Incoming HTTP requests that are being answered now.',
    labels: ['http_request_method'],
    seriesBound: 11,
    otelName: 'http.server.active_requests',
    stability: 'development',
    source: sources.http,
  },
  http_server_request_body_size_bytes: {
    type: 'histogram',
    unit: 'By',
    help: 'Size of the bodies of incoming HTTP requests, as transferred.',
    labels: ['http_request_method', 'http_route'],
    seriesBound: 1000,
    seriesBoundReason: 'a route answers few of the methods',
    boundaries: [0, 1024, 16_384, 131_072, 1_048_576, 10_485_760, 104_857_600],
    otelName: 'http.server.request.body.size',
    stability: 'development',
    source: sources.http,
  },
  http_server_response_body_size_bytes: {
    type: 'histogram',
    unit: 'By',
    help: 'Size of the bodies of the responses to incoming HTTP requests, as transferred.',
    labels: ['http_request_method', 'http_route'],
    seriesBound: 1000,
    seriesBoundReason: 'a route answers few of the methods',
    boundaries: [0, 1024, 16_384, 131_072, 1_048_576, 10_485_760, 104_857_600],
    otelName: 'http.server.response.body.size',
    stability: 'development',
    source: sources.http,
  },
  http_client_request_duration_seconds: {
    type: 'histogram',
    unit: 's',
    help: 'Duration of outgoing HTTP requests, up to the end of the response or the failure.',
    labels: ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
    seriesBound: 2000,
    seriesBoundReason: 'an upstream is called with few of the methods and answers with few of the codes',
    boundaries: requestBoundaries,
    otelName: 'http.client.request.duration',
    stability: 'stable',
    source: sources.http,
  },
  http_client_active_requests: {
    type: 'gauge',
    unit: '{request}',
    help: 'Outgoing HTTP requests that wait for their response now.',
    labels: ['server_address'],
    seriesBound: 50,
    otelName: 'http.client.active_requests',
    stability: 'development',
    source: sources.http,
  },
} as const satisfies MetricFamily;
