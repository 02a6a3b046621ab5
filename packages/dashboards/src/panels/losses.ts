import { gaugeBy, sumFromFirst, sumRate } from '../queries/promql.ts';
import * as telemetry from '../queries/telemetry.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const self = { view: 'timeseries', noData: noData.self, expects: 'series' } as const;
const rare = { ...self, expects: maybeEmpty.failures } as const;

/** Lost spans, points and records. */
export function lostItemsPanel({ scope }: PanelContext): Panel {
  return {
    ...rare,
    title: 'Is telemetry lost?',
    description:
      'Spans, points and records a second that were given up on, by why. full: the backend is too slow or away.',
    unit: 'ops',
    queries: [promql(telemetry.lostItems(scope), '{{job}} {{signal}} {{reason}}')],
    alerts: ['TelemetryDropped'],
  };
}

/** Lost lines. */
export function lostLinesPanel({ scope }: PanelContext): Panel {
  return {
    ...rare,
    title: 'Are log lines lost?',
    description:
      'Lines a second that were given up on, by where they were to go and why; those that the far side refused.',
    unit: 'ops',
    queries: [
      promql(
        sumRate(scope, 'sightline_log_lines_dropped_total', ['job', 'destination', 'reason']),
        '{{job}} {{destination}} {{reason}}',
      ),
      promql(
        sumRate(scope, 'sightline_log_lines_rejected_total', ['job', 'destination']),
        '{{job}} {{destination}} refused',
      ),
    ],
    alerts: ['LogLinesDropped'],
  };
}

/** Lost observations. */
export function lostObservationsPanel({ scope }: PanelContext): Panel {
  return {
    ...rare,
    title: 'Are observations lost?',
    description:
      'Observations a second that are on no page, by metric and why, and those beyond the bound of a metric.',
    unit: 'ops',
    queries: [
      promql(
        sumFromFirst(scope, 'sightline_observations_dropped_total', ['metric', 'reason']),
        '{{metric}} {{reason}}',
      ),
      promql(sumFromFirst(scope, 'sightline_series_refused_total', ['metric']), '{{metric}} too many series'),
    ],
    alerts: ['SeriesRefused', 'ObservationsDropped'],
  };
}

/** What is exported. */
export function exportsPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How much telemetry is exported?',
    description: 'Spans, points and records a second.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'sightline_export_items_total', ['signal']), '{{signal}}')],
    noData: noData.traces,
    stacked: true,
  };
}

/** What waits. */
export function exportQueuePanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How much telemetry waits?',
    description: 'Spans, points and records in queues. A queue that is full drops what comes.',
    unit: 'none',
    queries: [
      promql(gaugeBy(scope, 'sum', 'sightline_export_queued_items', ['job', 'signal']), '{{job}} {{signal}}'),
      promql(
        gaugeBy(scope, 'sum', 'sightline_log_lines_queued', ['job', 'destination']),
        '{{job}} lines to {{destination}}',
      ),
    ],
  };
}

/** Failures of exports. */
export function exportFailuresPanel({ scope }: PanelContext): Panel {
  return {
    ...rare,
    title: 'Why do exports fail?',
    description: 'Failed exports a second by why.',
    unit: 'ops',
    queries: [
      promql(
        sumRate(scope, 'sightline_export_failures_total', ['job', 'signal', 'reason']),
        '{{job}} {{signal}} {{reason}}',
      ),
    ],
    alerts: ['ExporterFailing'],
  };
}

/** Time since the last success. */
export function exportSilencePanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...self,
    title: 'When did an export last succeed?',
    description: 'Time since then. Without requests there is nothing to export, and it may be long.',
    unit: 's',
    queries: [promql(telemetry.exportSilenceSeconds(scope), '{{job}} {{instance}} {{signal}}')],
    noData: noData.traces,
    thresholds: above(thresholds.exportSilenceSeconds, 'warning'),
    alerts: ['ExporterFailing'],
  };
}
