import { aggregate, percentText, selector } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { counted } from '../words.ts';

const FAILED_SECONDS = 600;
/** The servers of the stack, by the names of their jobs. */
const STACK_JOBS = 'alertmanager|grafana|loki|prometheus|tempo';
const by = ['instance', 'job'];

/** The stack itself: what nobody would hear of if nothing watched it. */
export function stackRules(context: RuleContext): RuleGroup {
  return context.group('stack', [
    context.alert({
      name: 'Watchdog',
      severity: 'none',
      expr: 'vector(1)',
      forSeconds: 0,
      summary: 'Alerts reach you',
      description:
        'This alert always fires. It is sent on to whatever expects it; when it stops arriving there, rules are not' +
        ' evaluated or notifications are not delivered, and no other alert can be trusted.',
      resultLabels: [],
      dashboard: 'stack',
    }),
    ...spaceAlerts(context),
    ...pathAlerts(context),
  ]);
}

function spaceAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const { diskFreeRatio, stackMemoryRatio } = options.thresholds;
  const disks = { fstype: '!~tmpfs|overlay|squashfs|ramfs' };
  const stack = { job: `=~${STACK_JOBS}` };
  const failing = [
    selector('prometheus_tsdb_compactions_failed_total'),
    selector('loki_ingester_wal_disk_full_failures_total'),
  ].map((counter) => aggregate('sum', by, `increase(${counter}[${duration(FAILED_SECONDS)}])`) + ' > 0');
  return [
    alert({
      name: 'StackDiskFilling',
      severity: 'warning',
      expr: `${selector('node_filesystem_avail_bytes', disks)} / ${selector('node_filesystem_size_bytes', disks)} < ${diskFreeRatio}`,
      forSeconds: 600,
      summary:
        'The disk at {{ $labels.mountpoint }} of {{ $labels.instance }} has {{ $value | humanizePercentage }} left',
      description:
        `Less than ${percentText(diskFreeRatio)} has been free for ten minutes. When it is full, metrics, logs and traces are` +
        ' no longer stored, and alerts go blind.',
      resultLabels: ['instance', 'job', 'mountpoint'],
      dashboard: 'stack',
    }),
    alert({
      name: 'StackMemoryHigh',
      severity: 'warning',
      // Without a limit the Go runtime says the largest number that it has, and the share is next to nothing.
      expr: `${selector('process_resident_memory_bytes', stack)} / ${selector('go_gc_gomemlimit_bytes', stack)} > ${stackMemoryRatio}`,
      forSeconds: 600,
      summary: '{{ $labels.job }} takes {{ $value | humanizePercentage }} of the memory that it may',
      description:
        `More than ${percentText(stackMemoryRatio)} for ten minutes. At its limit it slows down, then the kernel ends it;` +
        ' until it is back, there is a gap in what it stores.',
      resultLabels: by,
      dashboard: 'stack',
    }),
    alert({
      name: 'StackStorageFailing',
      severity: 'critical',
      expr: failing.join(' or '),
      forSeconds: 0,
      summary: `{{ $labels.job }} could not store what it got: ${counted('failure')} in 10 minutes`,
      description:
        'Writing to disk fails on {{ $labels.instance }}, most often because the disk is full. What comes in is lost or kept' +
        ' in memory until that is full too.',
      resultLabels: by,
      dashboard: 'stack',
    }),
  ];
}

function pathAlerts({ duration, alert }: RuleContext): readonly Rule[] {
  const increase = (counter: string): string => `increase(${counter}[${duration(FAILED_SECONDS)}])`;
  const failed = selector('alertmanager_notifications_failed_total');
  const reloaded = [
    'prometheus_config_last_reload_successful',
    'alertmanager_config_last_reload_successful',
  ].map((gauge) => `${selector(gauge)} == 0`);
  return [
    alert({
      name: 'RuleEvaluationFailing',
      severity: 'critical',
      expr: `${aggregate('sum', [...by, 'rule_group'], increase(selector('prometheus_rule_evaluation_failures_total')))} > 0`,
      forSeconds: 0,
      summary: `Rules fail in Prometheus: ${counted('evaluation')} in 10 minutes`,
      description:
        'A rule of the group {{ $labels.rule_group }} could not be evaluated. Its alert is blind: what it watches for may be' +
        ' happening.',
      resultLabels: by,
      dashboard: 'stack',
    }),
    alert({
      name: 'AlertsDropped',
      severity: 'critical',
      expr: `${aggregate('sum', by, increase(selector('prometheus_notifications_dropped_total')))} > 0`,
      forSeconds: 0,
      summary: `Prometheus could not hand over ${counted('alert')} in 10 minutes`,
      description:
        'No Alertmanager took them, so nobody was told of them. This alert may have gone the same way: look for the rest.',
      resultLabels: by,
      dashboard: 'stack',
    }),
    alert({
      name: 'NotificationsFailing',
      severity: 'critical',
      expr: `${aggregate('sum', [...by, 'integration'], increase(failed))} > 0`,
      forSeconds: 120,
      summary: `Alertmanager cannot notify by {{ $labels.integration }}: ${counted('failure')} in 10 minutes`,
      description:
        'Alerts fire and whoever should hear of them by {{ $labels.integration }} does not. The other receivers are not' +
        ' touched by it.',
      resultLabels: by,
      dashboard: 'stack',
    }),
    alert({
      name: 'ConfigReloadFailed',
      severity: 'warning',
      expr: reloaded.join(' or '),
      forSeconds: 60,
      summary: '{{ $labels.job }} runs on an old configuration: the new one is wrong',
      description:
        'The last change of the configuration of {{ $labels.instance }} was refused. Rules or receivers that it brought are' +
        ' not in force, and a restart may fail.',
      resultLabels: by,
      dashboard: 'stack',
    }),
  ];
}
