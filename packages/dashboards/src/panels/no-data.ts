/** What to switch on when a panel has nothing to show, where many panels need the same. */
export const noData = {
  requests: 'Import @sightline/bootstrap before the server, and scrape :9464/metrics of the service.',
  calls:
    'Call something with fetch or node:http; calls are counted once @sightline/bootstrap is imported first.',
  rules: 'Load alerts/prometheus/*.yml as rule files into Prometheus; what is shown is recorded by them.',
  slos: 'Load alerts/prometheus/slos.yml into Prometheus, and wait for its first five minutes.',
  runtime: 'Runtime metrics come with @sightline/bootstrap, on Node.js 22.15 or later.',
  watch: 'Register it with sightline.watch(object, { name }) where it is made.',
  health: 'Add checks with sightline.health.add(name, { check }).',
  logs: 'Send lines to Loki: a collector that reads standard output, or the Loki destination of @sightline/logger.',
  traces:
    'Set OTEL_EXPORTER_OTLP_ENDPOINT to Tempo or a collector; of few requests, sampling may have kept none.',
  traceMetrics:
    'TraceQL metrics need Tempo: 3 has them by itself, 2.7 and later with the local-blocks processor of its metrics-generator.',
  spanMetrics:
    'Switch on the span-metrics processor of the metrics-generator in Tempo, and its remote write to Prometheus.',
  serviceMap:
    'The map needs the service-graphs processor of the metrics-generator in Tempo, and its remote write to Prometheus.',
  kubernetes: 'Scrape kube-state-metrics and the kubelet: the kube-prometheus-stack chart brings both.',
  probes: 'Let a blackbox exporter look at your addresses; the profile host of compose/compose.yaml has one.',
  stack: 'Scrape the servers of the stack under the jobs alertmanager, grafana, loki, prometheus and tempo.',
  self: 'Comes with @sightline/bootstrap; there is nothing when nothing of the kind has happened.',
} as const;

/** Why there may be nothing to see where all is well. */
export const maybeEmpty = {
  failures: { maybeEmpty: 'there is nothing as long as nothing fails' },
  optional: { maybeEmpty: 'a service may have nothing of the kind' },
  alerts: { maybeEmpty: 'no alert fires where all is well' },
  history: { maybeEmpty: 'there is nothing until the service has run that long' },
  elsewhere: { maybeEmpty: 'it is exposed by a server that may not be there' },
} as const;
