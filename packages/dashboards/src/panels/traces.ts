import { toDashboard, toTraces } from '../links.ts';
import * as spans from '../queries/span-metrics.ts';
import * as traces from '../queries/traces.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, column, traceMetrics, traceSearch } from './panel.ts';

const search = {
  view: 'table',
  unit: 'short',
  noData: noData.traces,
  expects: 'series',
  width: 12,
  height: 10,
} as const;
const numbers = { view: 'timeseries', noData: noData.traceMetrics, expects: 'series' } as const;

/** The map of services. */
export function serviceMapPanel(): Panel {
  return {
    view: 'node-graph',
    title: 'Who calls whom?',
    description:
      'Services and their calls, each with its rate, duration and share of errors. Click one for its requests.',
    unit: 'short',
    // The labels of the edges are `client` and `server`; one of them is the service.
    queries: [
      {
        language: 'traceql',
        expr: '{client=~`${service:regex}`}',
        orExpr: '{server=~`${service:regex}`}',
        kind: 'service-map',
      },
    ],
    noData: noData.serviceMap,
    expects: 'series',
    width: 12,
    height: 12,
  };
}

/** Operations by their durations, as the spans of all services have them. */
export function slowestOperationsPanel(): Panel {
  return {
    view: 'table',
    title: 'Which operations are the slowest?',
    description:
      'The twenty slowest operations by the names of their spans: requests, calls, queries of databases. Click one for its traces.',
    unit: 's',
    queries: [
      column('p95', spans.slowestSpans(20), 's'),
      column('Failed', spans.failedSpanRatio(), 'percentunit'),
      column('Rate', spans.spanMetricRate(), 'ops'),
    ],
    noData: noData.spanMetrics,
    expects: maybeEmpty.elsewhere,
    columns: { service: 'Service', span_name: 'Operation' },
    sortBy: 'p95',
    valueLinks: [
      toTraces(
        'Its traces',
        traces.spans([
          'resource.service.name = "${__data.fields.Service}"',
          'name = "${__data.fields.Operation}"',
        ]),
      ),
    ],
    width: 24,
    height: 10,
  };
}

/** The newest failed requests. */
export function failedTracesPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...search,
    title: 'Which requests failed?',
    description:
      'The newest traces of requests that failed. Open one, then its logs and the numbers of its route.',
    queries: [traceSearch(traces.failedRequests(conditions))],
    expects: maybeEmpty.failures,
    noData: `No request that was sampled has failed. ${noData.traces}`,
    links: [toDashboard('traces', 'All traces')],
  };
}

/** Slow requests. */
export function slowTracesPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...search,
    title: 'Which requests took longer than a second?',
    description: 'The newest traces of slow requests. The longest bar in one is where the time went.',
    queries: [traceSearch(traces.slowRequests(conditions))],
    expects: maybeEmpty.failures,
    noData: `No request that was sampled took that long. ${noData.traces}`,
  };
}

/** Failed calls. */
export function failedCallsPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...search,
    title: 'Which calls failed?',
    description: 'The newest traces with a call that failed: what a dependency did to a request.',
    queries: [traceSearch(traces.failedCalls(conditions))],
    expects: maybeEmpty.failures,
    noData: `No call that was sampled has failed. ${noData.traces}`,
  };
}

/** The newest requests. */
export function newestTracesPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...search,
    title: 'What are the newest requests?',
    description: 'The newest traces of incoming requests.',
    queries: [traceSearch(traces.serverSpans(conditions))],
  };
}

/** Spans a second. */
export function spanRatePanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...numbers,
    title: 'How many requests are in traces?',
    description: 'Sampled requests a second by route. Less than the metrics say is what sampling left out.',
    unit: 'reqps',
    queries: [traceMetrics(traces.spanRate(conditions))],
  };
}

/** Failed spans. */
export function spanErrorsPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...numbers,
    title: 'Where do spans fail?',
    description: 'Failed spans a second by service.',
    unit: 'ops',
    queries: [traceMetrics(traces.spanErrorRate(conditions))],
    expects: maybeEmpty.failures,
  };
}

/** Quantiles over spans. */
export function spanDurationPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...numbers,
    title: 'How long do traced requests take?',
    description: 'Half of the requests and 95 in 100 of each route, from spans.',
    unit: 's',
    queries: [traceMetrics(traces.spanQuantiles([0.5, 0.95], conditions))],
  };
}

/** Quantiles over calls. */
export function callDurationPanel(conditions: traces.TraceConditions = traces.chosenService): Panel {
  return {
    ...numbers,
    title: 'Which calls take the time?',
    description: '95 in 100 calls to each host, from spans, databases and queues among them.',
    unit: 's',
    queries: [traceMetrics(traces.callQuantiles([0.95], conditions))],
  };
}
