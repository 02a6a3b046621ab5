/** One metric that is not Sightline's: who exposes it, and the labels of it that queries rely on. */
export interface ForeignMetric {
  readonly exposedBy: string;
  readonly labels: readonly string[];
  readonly source: string;
}

const kubeState = {
  exposedBy: 'kube-state-metrics',
  source: 'https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics',
} as const;
const cadvisor = {
  exposedBy: 'the kubelet (cAdvisor)',
  source: 'https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md',
} as const;
const prometheus = { exposedBy: 'Prometheus', source: 'https://github.com/prometheus/prometheus' } as const;
const target = {
  exposedBy: 'Prometheus, for every target',
  source: 'https://prometheus.io/docs/concepts/jobs_instances/',
} as const;
const alertmanager = {
  exposedBy: 'Alertmanager',
  source: 'https://github.com/prometheus/alertmanager',
} as const;
const loki = {
  exposedBy: 'Loki',
  source: 'https://grafana.com/docs/loki/latest/operations/observability/',
} as const;
const tempo = {
  exposedBy: 'Tempo',
  source: 'https://grafana.com/docs/tempo/latest/operations/monitor/',
} as const;
const spanMetrics = {
  exposedBy: 'Tempo, which writes it to Prometheus',
  source: 'https://grafana.com/docs/tempo/latest/metrics-from-traces/span-metrics/',
} as const;
const blackbox = {
  exposedBy: 'blackbox exporter',
  source: 'https://github.com/prometheus/blackbox_exporter',
} as const;
const node = { exposedBy: 'node_exporter', source: 'https://github.com/prometheus/node_exporter' } as const;

/** Everything that panels read besides the catalogue and what the rules record. A query with another name fails a test. */
export const foreignMetrics = {
  up: { ...target, labels: ['job', 'instance'] },
  ALERTS: {
    exposedBy: 'Prometheus, for every alert that is pending or fires',
    labels: ['alertname', 'alertstate', 'severity'],
    source: 'https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/',
  },
  probe_success: { ...blackbox, labels: ['job', 'instance'] },
  probe_ssl_earliest_cert_expiry: { ...blackbox, labels: ['job', 'instance'] },
  scrape_duration_seconds: { ...target, labels: ['job', 'instance'] },
  scrape_samples_post_metric_relabeling: { ...target, labels: ['job', 'instance'] },
  scrape_series_added: { ...target, labels: ['job', 'instance'] },
  kube_deployment_spec_replicas: { ...kubeState, labels: ['namespace', 'deployment'] },
  kube_deployment_status_replicas_available: { ...kubeState, labels: ['namespace', 'deployment'] },
  kube_deployment_status_replicas_updated: { ...kubeState, labels: ['namespace', 'deployment'] },
  kube_horizontalpodautoscaler_spec_max_replicas: {
    ...kubeState,
    labels: ['namespace', 'horizontalpodautoscaler'],
  },
  kube_horizontalpodautoscaler_status_desired_replicas: {
    ...kubeState,
    labels: ['namespace', 'horizontalpodautoscaler'],
  },
  kube_pod_container_status_restarts_total: { ...kubeState, labels: ['namespace', 'pod', 'container'] },
  kube_pod_container_status_last_terminated_reason: {
    ...kubeState,
    labels: ['namespace', 'pod', 'container', 'reason'],
  },
  kube_pod_container_status_waiting_reason: {
    ...kubeState,
    labels: ['namespace', 'pod', 'container', 'reason'],
  },
  kube_pod_container_resource_limits: { ...kubeState, labels: ['namespace', 'pod', 'container', 'resource'] },
  kube_pod_container_resource_requests: {
    ...kubeState,
    labels: ['namespace', 'pod', 'container', 'resource'],
  },
  kube_pod_status_phase: { ...kubeState, labels: ['namespace', 'pod', 'phase'] },
  kube_pod_status_ready: { ...kubeState, labels: ['namespace', 'pod', 'condition'] },
  container_cpu_usage_seconds_total: { ...cadvisor, labels: ['namespace', 'pod', 'container'] },
  container_cpu_cfs_throttled_periods_total: { ...cadvisor, labels: ['namespace', 'pod', 'container'] },
  container_cpu_cfs_periods_total: { ...cadvisor, labels: ['namespace', 'pod', 'container'] },
  container_memory_working_set_bytes: { ...cadvisor, labels: ['namespace', 'pod', 'container'] },
  container_network_receive_bytes_total: { ...cadvisor, labels: ['namespace', 'pod'] },
  container_network_transmit_bytes_total: { ...cadvisor, labels: ['namespace', 'pod'] },
  prometheus_tsdb_head_series: { ...prometheus, labels: [] },
  prometheus_tsdb_head_samples_appended_total: { ...prometheus, labels: [] },
  prometheus_tsdb_storage_blocks_bytes: { ...prometheus, labels: [] },
  prometheus_tsdb_wal_storage_size_bytes: { ...prometheus, labels: [] },
  prometheus_tsdb_compactions_failed_total: { ...prometheus, labels: [] },
  prometheus_engine_query_duration_seconds: { ...prometheus, labels: ['slice', 'quantile'] },
  prometheus_rule_evaluation_failures_total: { ...prometheus, labels: ['rule_group'] },
  prometheus_rule_group_last_duration_seconds: { ...prometheus, labels: ['rule_group'] },
  prometheus_rule_group_interval_seconds: { ...prometheus, labels: ['rule_group'] },
  prometheus_notifications_dropped_total: { ...prometheus, labels: [] },
  prometheus_config_last_reload_successful: { ...prometheus, labels: [] },
  alertmanager_notifications_total: { ...alertmanager, labels: ['integration'] },
  alertmanager_notifications_failed_total: { ...alertmanager, labels: ['integration', 'reason'] },
  alertmanager_config_last_reload_successful: { ...alertmanager, labels: [] },
  loki_distributor_bytes_received_total: { ...loki, labels: ['tenant'] },
  loki_distributor_lines_received_total: { ...loki, labels: ['tenant'] },
  loki_discarded_samples_total: { ...loki, labels: ['reason', 'tenant'] },
  loki_ingester_memory_streams: { ...loki, labels: ['tenant'] },
  loki_ingester_wal_disk_full_failures_total: { ...loki, labels: [] },
  tempo_distributor_bytes_received_total: { ...tempo, labels: ['tenant'] },
  tempo_distributor_spans_received_total: { ...tempo, labels: ['tenant'] },
  tempo_discarded_spans_total: { ...tempo, labels: ['reason', 'tenant'] },
  traces_spanmetrics_calls_total: { ...spanMetrics, labels: ['service', 'span_name', 'status_code'] },
  traces_spanmetrics_latency_bucket: { ...spanMetrics, labels: ['service', 'span_name'] },
  node_filesystem_avail_bytes: { ...node, labels: ['device', 'fstype', 'mountpoint'] },
  node_filesystem_size_bytes: { ...node, labels: ['device', 'fstype', 'mountpoint'] },
  process_resident_memory_bytes: {
    exposedBy: 'every server of the stack',
    labels: [],
    source: 'https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics',
  },
  process_cpu_seconds_total: {
    exposedBy: 'every server of the stack',
    labels: [],
    source: 'https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics',
  },
  go_gc_gomemlimit_bytes: {
    exposedBy: 'every server of the stack that is written in Go',
    labels: [],
    source: 'https://pkg.go.dev/runtime/metrics',
  },
} as const satisfies Readonly<Record<string, ForeignMetric>>;

/** The name of a metric that somebody else exposes. */
export type ForeignMetricName = keyof typeof foreignMetrics;
