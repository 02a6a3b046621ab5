import { sumFromFirst, sumRate } from '../queries/promql.ts';
import * as telemetry from '../queries/telemetry.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, promql } from './panel.ts';

const self = { view: 'timeseries', noData: noData.self, expects: 'series' } as const;
const rare = { ...self, expects: maybeEmpty.failures } as const;

/** Lines. */
export function logLinesPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How many lines are written?',
    description: 'Lines a second by level, counted by the logger itself.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'sightline_log_lines_total', ['level']), '{{level}}')],
    stacked: true,
  };
}

/** Delivery of lines. */
export function logDeliveryPanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'Where do the lines go?',
    description: 'Lines a second that were delivered, and attempts that had to be repeated.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'sightline_log_lines_sent_total', ['destination']), '{{destination}}'),
      promql(sumRate(scope, 'sightline_log_retries_total', ['destination']), '{{destination}} again'),
    ],
    expects: maybeEmpty.optional,
  };
}

/** Bytes of lines. */
export function logVolumePanel({ scope }: PanelContext): Panel {
  return {
    ...self,
    title: 'How many bytes do the lines have?',
    description: 'Bytes a second that were delivered, before compression.',
    unit: 'Bps',
    queries: [
      promql(
        sumRate(scope, 'sightline_log_sent_bytes_total', ['job', 'destination']),
        '{{job}} {{destination}}',
      ),
    ],
    expects: maybeEmpty.optional,
  };
}

/** The spool. */
export function spoolPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...self,
    title: 'How full is the spool?',
    description: 'Share of the space on disk that lines take while their destination is away.',
    unit: 'percentunit',
    queries: [promql(telemetry.spoolUsedRatio(scope), '{{job}} {{instance}} {{destination}}')],
    noData: 'Switch the spool of the Loki destination on; without it lines wait in memory only.',
    expects: maybeEmpty.optional,
    thresholds: above(thresholds.spoolUsedRatio, 'warning'),
    alerts: ['LogSpoolFilling'],
    max: 1,
  };
}

/** Secrets. */
export function redactedPanel({ scope, thresholds }: PanelContext): Panel {
  return {
    ...rare,
    title: 'Which secrets are censored?',
    description:
      'Values a second by the rule that found them, and failures of rules. A rise: somebody began to log a secret.',
    unit: 'ops',
    queries: [
      promql(sumFromFirst(scope, 'sightline_redacted_values_total', ['job', 'rule']), '{{job}} {{rule}}'),
      promql(
        sumRate(scope, 'sightline_redaction_failures_total', ['job', 'rule']),
        '{{job}} {{rule}} failed',
      ),
    ],
    thresholds: above(thresholds.redactedPerSecond, 'warning'),
    alerts: ['RedactionFailing', 'SecretsCensored'],
  };
}
