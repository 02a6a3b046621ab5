import { toDashboard, toTraces } from '../links.ts';
import { gaugeBy } from '../queries/promql.ts';
import * as requests from '../queries/requests.ts';
import * as traces from '../queries/traces.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, below, column, now, promql, withExemplars } from './panel.ts';

const failedTraces = toTraces('Failed requests as traces', traces.failedRequests());
const slowTraces = toTraces('Slow requests as traces', traces.slowRequests());

/** The four golden numbers, each as one number. */
export function headlinePanels({ scope, thresholds }: PanelContext): readonly Panel[] {
  const small = { view: 'stat', width: 6, height: 4, noData: noData.requests, expects: 'series' } as const;
  return [
    {
      ...small,
      title: 'How busy is it?',
      description: 'Requests a second now.',
      unit: 'reqps',
      queries: [now(requests.requestRate(scope))],
    },
    {
      ...small,
      title: 'Does it fail?',
      description: 'Share of 5xx among all answers now.',
      unit: 'percentunit',
      queries: [now(requests.errorRatio(scope))],
      thresholds: above(thresholds.errorRatio),
      alerts: ['ErrorRatioHigh'],
    },
    {
      ...small,
      title: 'Is it slow?',
      description: '99 in 100 requests take at most so long.',
      unit: 's',
      queries: [now(requests.requestQuantile(scope, 0.99))],
      thresholds: above(thresholds.latencyP99Seconds),
      alerts: ['LatencyHigh'],
    },
    {
      ...small,
      title: 'Are users satisfied?',
      description: 'Apdex: 1 when every answer comes within 250 ms.',
      unit: 'none',
      queries: [now(requests.apdex(scope))],
      thresholds: below(0.85, 'warning'),
      decimals: 2,
    },
  ];
}

/** Requests a second, by status class. */
export function requestRatePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How many requests come in?',
    description:
      'Requests a second by the status that they were answered with. Without a status the client left before.',
    unit: 'reqps',
    queries: [
      promql(requests.requestRate(scope, ['http_response_status_code']), '{{http_response_status_code}}'),
    ],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no answer',
    stacked: true,
    links: [toDashboard('routes', 'By route')],
  };
}

/** Share of 5xx. */
export function errorRatioPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'What share of the requests fails?',
    description: 'Answers with 5xx among all. Above the line the alert fires once it holds for five minutes.',
    unit: 'percentunit',
    queries: [promql(requests.errorRatio(scope, ['job']), '{{job}}')],
    noData: noData.requests,
    expects: 'series',
    thresholds: above(thresholds.errorRatio),
    alerts: ['ErrorRatioHigh'],
    links: [failedTraces],
  };
}

/** Quantiles of the duration, with exemplars. */
export function latencyPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How long do requests take?',
    description:
      'Half of the requests, 19 in 20 and 99 in 100 take at most so long. Each dot is a request: open its trace.',
    unit: 's',
    queries: [
      withExemplars(requests.requestQuantile(scope, 0.99), 'p99'),
      promql(requests.requestQuantile(scope, 0.95), 'p95'),
      promql(requests.requestQuantile(scope, 0.5), 'p50'),
    ],
    noData: noData.requests,
    expects: 'series',
    thresholds: above(thresholds.latencyP99Seconds),
    alerts: ['LatencyHigh'],
    links: [slowTraces],
  };
}

/** Requests by duration, over time. */
export function latencyHeatmapPanel({ scope }: PanelContext): Panel {
  return {
    view: 'heatmap',
    title: 'How are the durations spread?',
    description:
      'Requests a second by their duration. Two bands are two kinds of requests: a cache that hits and misses, say.',
    unit: 's',
    queries: [withExemplars(requests.durationBuckets(scope), '{{le}}')],
    cellUnit: 'reqps',
    noData: noData.requests,
    expects: 'series',
  };
}

/** Requests that are being answered. */
export function activeRequestsPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How many requests are under way?',
    description:
      'Requests that are being answered now, by instance. When it grows and the rate does not, something is stuck.',
    unit: 'short',
    queries: [promql(gaugeBy(scope, 'sum', 'http_server_active_requests', ['instance']), '{{instance}}')],
    noData: noData.requests,
    expects: 'series',
  };
}

/** What went wrong, most often first. */
export function topErrorsPanel({ scope }: PanelContext): Panel {
  const errors = requests.errorRate(scope, ['http_route', 'http_response_status_code', 'error_type']);
  return {
    view: 'table',
    title: 'Which errors are the most frequent?',
    description: 'Answers with 5xx a second by route, status and class of the error.',
    unit: 'reqps',
    queries: [column('Errors', `topk(20, ${errors} > 0)`, 'reqps')],
    noData: `No request fails now. ${noData.requests}`,
    expects: maybeEmpty.failures,
    columns: { http_route: 'Route', http_response_status_code: 'Status', error_type: 'Error' },
    unlabelled: 'none',
    sortBy: 'Errors',
    links: [failedTraces],
    valueLinks: [
      toTraces(
        'Traces of this error',
        traces.spans([
          ...traces.chosenService,
          'kind = server',
          'status = error',
          'span.http.route = "${__data.fields.Route}"',
        ]),
      ),
    ],
  };
}

/** Share of the requests whose client left. */
export function abortsPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'What share of the clients gives up?',
    description:
      'Requests whose client left before the answer. It follows slowness: people reload, callers time out.',
    unit: 'percentunit',
    queries: [promql(requests.abortRatio(scope, ['job']), '{{job}}')],
    noData: noData.requests,
    expects: 'series',
  };
}

/** Bytes in and out. */
export function bodyRatePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How much is sent and received?',
    description: 'Bytes of bodies a second, as transferred.',
    unit: 'Bps',
    queries: [
      promql(requests.bodyRate(scope, 'http_server_request_body_size_bytes'), 'received'),
      promql(requests.bodyRate(scope, 'http_server_response_body_size_bytes'), 'sent'),
    ],
    noData: noData.requests,
    expects: 'series',
  };
}

/** Large bodies, by route. */
export function bodySizePanel({ scope }: PanelContext): Panel {
  const large = (
    name: 'http_server_request_body_size_bytes' | 'http_server_response_body_size_bytes',
  ): string => `topk(5, ${requests.bodyQuantile(scope, 0.95, name)})`;
  return {
    view: 'timeseries',
    title: 'Which routes have large bodies?',
    description: '19 in 20 bodies of a route are at most so large; the five largest of each kind.',
    unit: 'bytes',
    queries: [
      promql(large('http_server_response_body_size_bytes'), 'sent by {{http_route}}'),
      promql(large('http_server_request_body_size_bytes'), 'received by {{http_route}}'),
    ],
    noData: noData.requests,
    expects: 'series',
  };
}
