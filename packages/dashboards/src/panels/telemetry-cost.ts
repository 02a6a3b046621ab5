import { foreign } from '../queries/foreign.ts';
import { aggregate, gaugeBy, observationRate, quantile } from '../queries/promql.ts';
import * as telemetry from '../queries/telemetry.ts';
import type { PanelContext } from './context.ts';
import { noData } from './no-data.ts';
import { type Panel, above, column, now, promql } from './panel.ts';

const self = { view: 'timeseries', noData: noData.self, expects: 'series' } as const;

/** Which metrics have the most series. */
export function largestMetricsPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    view: 'table',
    title: 'Which metrics have the most series?',
    description:
      'Label sets of the twenty largest metrics over all instances. A histogram has a series for each bucket of each.',
    unit: 'none',
    queries: [column('Label sets', telemetry.largestMetrics(scope, 20), 'none')],
    columns: { job: 'Service', metric: 'Metric' },
    sortBy: 'Label sets',
    alerts: ['SeriesRefused'],
    width: 12,
  };
}

/** What a scrape costs the service. */
export function scrapeCostPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'What does a scrape cost the service?',
    description: '95 in 100 pages are written within that time, in slices that let requests through.',
    unit: 's',
    queries: [promql(quantile(scope, 0.95, 'sightline_scrape_duration_seconds', ['job']), '{{job}}')],
  };
}

/** How often it is scraped. */
export function scrapeRatePanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How often is each service scraped?',
    description: 'Scrapes a second. Twice what it should be: two Prometheus servers read the same page.',
    unit: 'ops',
    queries: [promql(observationRate(scope, 'sightline_scrape_duration_seconds', ['job']), '{{job}}')],
  };
}

/** Samples of a scrape. */
export function scrapeSamplesPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How many samples does each instance bring?',
    description: 'Samples of the last scrape. Each is a series that is stored and paid for.',
    unit: 'none',
    queries: [
      promql(
        aggregate('sum', ['job', 'instance'], foreign(scope, 'scrape_samples_post_metric_relabeling')),
        '{{job}} {{instance}}',
      ),
    ],
    noData: noData.requests,
  };
}

/** Series that are new. */
export function newSeriesPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'Where do new series come from?',
    description:
      'Series in a scrape that were not in the one before. A deploy is a peak; a plateau is a label without a bound.',
    unit: 'none',
    queries: [promql(aggregate('sum', ['job'], foreign(scope, 'scrape_series_added')), '{{job}}')],
    noData: noData.requests,
  };
}

/** Wrong options. */
export function optionProblemsPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    view: 'table',
    title: 'Who runs with wrong options?',
    description:
      'Options that were wrong at the start; defaults hold in their place. The first lines of the log name them.',
    unit: 'none',
    queries: [
      column(
        'Wrong options',
        gaugeBy(scope, 'max', 'sightline_option_problems', ['job', 'instance']),
        'none',
        above(1, 'warning'),
      ),
      {
        ...now(gaugeBy(scope, 'max', 'sightline_build_info', ['job', 'instance', 'version'])),
        labelsOnly: true,
      },
    ],
    columns: { job: 'Service', instance: 'Instance', version: 'Sightline' },
    sortBy: 'Wrong options',
    alerts: ['OptionsWrong'],
    width: 12,
  };
}
