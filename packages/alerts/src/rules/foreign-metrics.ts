/** One metric that is not Sightline's: who exposes it, and the labels of it that rules rely on. */
export interface ForeignMetric {
  readonly exposedBy: string;
  readonly labels: readonly string[];
  readonly source: string;
}

/** What rules read besides the catalogue: the stack's own metrics, and what Prometheus adds to every target. */
export const foreignMetrics = {
  up: {
    exposedBy: 'Prometheus, for every target',
    labels: [],
    source: 'https://prometheus.io/docs/concepts/jobs_instances/',
  },
  probe_success: {
    exposedBy: 'blackbox exporter',
    labels: [],
    source: 'https://github.com/prometheus/blackbox_exporter',
  },
  probe_ssl_earliest_cert_expiry: {
    exposedBy: 'blackbox exporter',
    labels: [],
    source: 'https://github.com/prometheus/blackbox_exporter',
  },
  node_filesystem_avail_bytes: {
    exposedBy: 'node_exporter',
    labels: ['device', 'fstype', 'mountpoint'],
    source: 'https://github.com/prometheus/node_exporter',
  },
  node_filesystem_size_bytes: {
    exposedBy: 'node_exporter',
    labels: ['device', 'fstype', 'mountpoint'],
    source: 'https://github.com/prometheus/node_exporter',
  },
  process_resident_memory_bytes: {
    exposedBy: 'every server of the stack',
    labels: [],
    source: 'https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics',
  },
  go_gc_gomemlimit_bytes: {
    exposedBy: 'every server of the stack that is written in Go',
    labels: [],
    source: 'https://pkg.go.dev/runtime/metrics',
  },
  prometheus_rule_evaluation_failures_total: {
    exposedBy: 'Prometheus',
    labels: ['rule_group'],
    source: 'https://github.com/prometheus/prometheus/blob/main/rules/group.go',
  },
  prometheus_notifications_dropped_total: {
    exposedBy: 'Prometheus',
    labels: [],
    source: 'https://github.com/prometheus/prometheus/tree/main/notifier',
  },
  prometheus_config_last_reload_successful: {
    exposedBy: 'Prometheus',
    labels: [],
    source: 'https://github.com/prometheus/prometheus/tree/main/cmd/prometheus',
  },
  prometheus_tsdb_compactions_failed_total: {
    exposedBy: 'Prometheus',
    labels: [],
    source: 'https://github.com/prometheus/prometheus/blob/main/tsdb/db.go',
  },
  loki_ingester_wal_disk_full_failures_total: {
    exposedBy: 'Loki',
    labels: [],
    source: 'https://grafana.com/docs/loki/latest/operations/storage/wal/',
  },
  alertmanager_notifications_failed_total: {
    exposedBy: 'Alertmanager',
    labels: ['integration', 'reason'],
    source: 'https://github.com/prometheus/alertmanager/tree/main/notify',
  },
  alertmanager_config_last_reload_successful: {
    exposedBy: 'Alertmanager',
    labels: [],
    source: 'https://github.com/prometheus/alertmanager/tree/main/config',
  },
} as const satisfies Readonly<Record<string, ForeignMetric>>;
