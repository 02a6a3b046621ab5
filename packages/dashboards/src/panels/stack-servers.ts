import * as stack from '../queries/foreign.ts';
import { aggregate } from '../queries/promql.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, above, below, promql } from './panel.ts';

const { stackScope, foreign, foreignRate } = stack;
const server = { view: 'timeseries', noData: noData.stack, expects: maybeEmpty.elsewhere } as const;

/** Which servers are there. */
export function serversPanel(): Panel {
  return {
    ...server,
    view: 'state-timeline',
    title: 'Which servers of the stack are up?',
    description: 'Whether each server answers its scrape.',
    unit: 'none',
    queries: [
      promql(aggregate('min', ['job', 'instance'], foreign(stackScope, 'up')), '{{job}} {{instance}}'),
    ],
    valueTexts: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
    alerts: ['ServiceAbsent', 'ScrapeFailing'],
  };
}

/** Memory against its limit. */
export function serverMemoryPanel({ thresholds }: PanelContext): Panel {
  return {
    ...server,
    title: 'How much of its memory does each server take?',
    description: 'Share of GOMEMLIMIT of each server that has one. At 1 the kernel ends the server.',
    unit: 'percentunit',
    queries: [promql(stack.serverMemoryRatio(), '{{job}} {{instance}}')],
    noData: `Set GOMEMLIMIT of the servers to their limit. ${noData.stack}`,
    thresholds: above(thresholds.stackMemoryRatio, 'warning'),
    alerts: ['StackMemoryHigh'],
  };
}

/** Bytes of memory and CPU. */
export function serverBytesPanel(): Panel {
  return {
    ...server,
    title: 'How much memory do the servers take?',
    description: 'Physical memory.',
    unit: 'bytes',
    queries: [
      promql(aggregate('sum', ['job'], foreign(stackScope, 'process_resident_memory_bytes')), '{{job}}'),
    ],
    stacked: true,
  };
}

/** CPU. */
export function serverCpuPanel(): Panel {
  return {
    ...server,
    title: 'How much CPU do the servers take?',
    description: 'Cores.',
    unit: 'none',
    queries: [promql(foreignRate(stackScope, 'process_cpu_seconds_total', ['job']), '{{job}}')],
    stacked: true,
  };
}

/** Disks. */
export function disksPanel({ thresholds }: PanelContext): Panel {
  return {
    ...server,
    title: 'How much of each disk is free?',
    description: 'When a disk is full, nothing is stored, and alerts go blind.',
    unit: 'percentunit',
    queries: [promql(stack.diskFreeRatio(), '{{instance}} {{mountpoint}}')],
    noData: 'Run node_exporter beside the stack and scrape it.',
    thresholds: below(thresholds.diskFreeRatio, 'warning'),
    alerts: ['StackDiskFilling'],
    max: 1,
  };
}

/** Configurations. */
export function configPanel(): Panel {
  return {
    ...server,
    view: 'state-timeline',
    title: 'Is the newest configuration in force?',
    description: 'Whether the last reload succeeded. If not, the server runs on the one before.',
    unit: 'none',
    queries: [
      promql(foreign(stackScope, 'prometheus_config_last_reload_successful'), 'Prometheus {{instance}}'),
      promql(foreign(stackScope, 'alertmanager_config_last_reload_successful'), 'Alertmanager {{instance}}'),
    ],
    valueTexts: { '0': { text: 'refused', color: 'red' }, '1': { text: 'in force', color: 'green' } },
    alerts: ['ConfigReloadFailed'],
  };
}

/** Failures on the way to whoever is told. */
export function alertPathPanel(): Panel {
  return {
    ...server,
    title: 'Do alerts reach anybody?',
    description:
      'A second: evaluations that failed, alerts that no Alertmanager took, notifications that failed, and all of them.',
    unit: 'ops',
    queries: [
      promql(
        foreignRate(stackScope, 'prometheus_rule_evaluation_failures_total', ['rule_group']),
        'failed {{rule_group}}',
      ),
      promql(foreignRate(stackScope, 'prometheus_notifications_dropped_total', ['instance']), 'not taken'),
      promql(
        foreignRate(stackScope, 'alertmanager_notifications_failed_total', ['integration']),
        '{{integration}} failed',
      ),
      promql(foreignRate(stackScope, 'alertmanager_notifications_total', ['integration']), '{{integration}}'),
    ],
    alerts: ['RuleEvaluationFailing', 'AlertsDropped', 'NotificationsFailing', 'Watchdog'],
  };
}

/** Rules. */
export function rulesPanel(): Panel {
  return {
    ...server,
    title: 'Are the rules evaluated in time?',
    description: 'Share of its interval that each group takes; above 1, evaluations are left out.',
    unit: 'percentunit',
    queries: [promql(stack.ruleTimeRatio(), '{{rule_group}}')],
    noData: noData.rules,
    thresholds: above(1, 'warning'),
    alerts: ['RuleEvaluationFailing'],
  };
}

/** Failures of storage. */
export function storageFailuresPanel(): Panel {
  return {
    ...server,
    title: 'Can everything be stored?',
    description:
      'Failures a second of compactions and of the write-ahead log, most often because the disk is full.',
    unit: 'ops',
    queries: [
      promql(foreignRate(stackScope, 'prometheus_tsdb_compactions_failed_total', ['instance']), 'Prometheus'),
      promql(foreignRate(stackScope, 'loki_ingester_wal_disk_full_failures_total', ['instance']), 'Loki'),
    ],
    alerts: ['StackStorageFailing'],
  };
}

/** Queries. */
export function queryTimePanel(): Panel {
  const taken = foreign(stackScope, 'prometheus_engine_query_duration_seconds', {
    quantile: '=0.99',
    slice: '=inner_eval',
  });
  return {
    ...server,
    title: 'How long do queries to Prometheus take?',
    description: '99 in 100 queries of dashboards and rules.',
    unit: 's',
    queries: [promql(aggregate('max', ['instance'], taken), '{{instance}}')],
  };
}
