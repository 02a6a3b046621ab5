import { observationRate } from '../queries/promql.ts';
import * as requests from '../queries/requests.ts';
import type { PanelContext } from './context.ts';
import { noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

/** Requests by version. */
export function versionRatePanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Which version answers?',
    description: 'Requests a second of each version. A deploy shows as one that takes over from another.',
    unit: 'reqps',
    queries: [promql(requests.requestRateByVersion(scope), '{{service_version}}')],
    noData: `${noData.requests} The version comes from OTEL_RESOURCE_ATTRIBUTES or package.json.`,
    expects: 'series',
    unlabelled: 'no version',
    stacked: true,
  };
}

/** Errors by version. */
export function versionErrorsPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Is the new version worse than the one before?',
    description:
      'Share of 5xx of each version that runs. While both run, the difference is the doing of the new one.',
    unit: 'percentunit',
    queries: [promql(requests.errorRatioByVersion(scope), '{{service_version}}')],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no version',
    thresholds: above(thresholds.errorRatio),
    alerts: ['DeployErrorsRegressed'],
  };
}

/** Latency by version. */
export function versionLatencyPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Is the new version slower than the one before?',
    description:
      '19 in 20 requests to each version take at most so long. A new process is a third slower until it is warm.',
    unit: 's',
    queries: [promql(requests.quantileByVersion(scope, 0.95), '{{service_version}}')],
    noData: noData.requests,
    expects: 'series',
    unlabelled: 'no version',
    alerts: ['DeployLatencyRegressed'],
  };
}

/** How many instances run which version. */
export function instancesPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'How many instances run, and in which version?',
    description: 'Instances by version. Steps are deploys, a fall without a rise is a crash or less scale.',
    unit: 'none',
    queries: [promql(requests.versions(scope), '{{job}} {{service_version}}')],
    noData: noData.requests,
    expects: 'series',
    stacked: true,
    decimals: 0,
  };
}

/** Rate against last week. */
export function rateComparedPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Is there more to do than a week ago?',
    description: 'Requests a second now, a day ago and a week ago.',
    unit: 'reqps',
    queries: [
      // All three without the first of each series, so that they compare.
      promql(observationRate(scope, 'http_server_request_duration_seconds'), 'now'),
      promql(requests.requestRateBefore(scope, '1d'), 'a day ago'),
      promql(requests.requestRateBefore(scope, '1w'), 'a week ago'),
    ],
    noData: noData.requests,
    expects: 'series',
  };
}

/** Duration against last week. */
export function durationComparedPanel({ scope }: PanelContext): Panel {
  return {
    view: 'timeseries',
    title: 'Is it slower than a week ago?',
    description: 'The mean duration now, a day ago and a week ago.',
    unit: 's',
    queries: [
      promql(requests.meanDuration(scope), 'now'),
      promql(requests.meanDurationBefore(scope, '1d'), 'a day ago'),
      promql(requests.meanDurationBefore(scope, '1w'), 'a week ago'),
    ],
    noData: noData.requests,
    expects: 'series',
  };
}
