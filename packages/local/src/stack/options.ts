import { z } from 'zod';

const job = z.strictObject({
  /** Its name, the label `job`. */
  job: z.string().min(1),
  /** `host:port`, or whole addresses; the path is `/metrics` unless they have one. */
  targets: z.array(z.string().min(1)),
  /** Put on every series of it. */
  labels: z.record(z.string(), z.string()).optional(),
});

/** What `startLocal` takes. */
export const localOptionsSchema = z.strictObject({
  /** 0 picks a free one. */
  port: z.int().min(0).max(65_535).default(4318),
  /** What to listen on. Anything but this machine alone needs a token. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Asked for with every request, as `Authorization: Bearer …`. */
  token: z.string().min(16, { error: 'a text of 16 characters or more' }).optional(),
  /** Further names by which this stack may be called, without a port: `host.docker.internal`. None stands for any. */
  allowedHosts: z.array(z.string()).default([]),
  /** What to scrape, and how often. */
  scrape: z
    .strictObject({
      /** Between two rounds [ms]. */
      intervalMs: z.int().min(100).default(5000),
      /** Longest wait for a page [ms]. */
      timeoutMs: z.int().min(10).default(4000),
      /** Jobs with their targets. */
      jobs: z.array(job).default([]),
      /** Files of Prometheus's file discovery, read anew every round. */
      files: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Rule files of Prometheus. */
  rules: z.array(z.string()).default([]),
  /** Rule files of Loki's ruler. */
  logRules: z.array(z.string()).default([]),
  /** An `alertmanager.yml`; without one alerts are shown and nobody is told. */
  alertmanager: z.string().optional(),
  /** A folder of runbooks, `<name>.md` each, to be read beside the alerts that name them. */
  runbooks: z.string().optional(),
  /** A folder of dashboards as Grafana exports them, `*.json` each, for the web app to show; read anew when they change. */
  dashboards: z.string().optional(),
  /** Between two writes of the numbers over spans [ms]. */
  spanMetricsIntervalMs: z.int().min(100).default(5000),
  /** Between two evaluations of a group that does not say itself [ms]. */
  evaluationIntervalMs: z.int().min(100).default(15_000),
  /** Longest time between two evaluations of any group, whatever its file says [ms]: for demos and tests. */
  maxEvaluationIntervalMs: z.int().min(100).optional(),
  /** What is older goes [ms]. Default six hours. */
  retentionMs: z.int().min(60_000).default(21_600_000),
  /** Bounds of what is kept; past one the oldest goes, or what is new is refused and counted. */
  limits: z
    .strictObject({
      /** Series of metrics. */
      series: z.int().min(1).default(200_000),
      /** Bytes of series and samples, about. */
      metricBytes: z.int().min(1).default(268_435_456),
      /** Exemplars of all series. */
      exemplars: z.int().min(1).default(20_000),
      /** Log lines. */
      logLines: z.int().min(1).default(1_000_000),
      /** Bytes of log lines and their metadata. */
      logBytes: z.int().min(1).default(268_435_456),
      /** Traces. */
      traces: z.int().min(1).default(50_000),
      /** Spans of all traces. */
      spans: z.int().min(1).default(1_000_000),
      /** Series of the numbers over spans, which are series like any other. */
      spanSeries: z.int().min(2).default(50_000),
      /** Bytes of traces, about. */
      traceBytes: z.int().min(1).default(268_435_456),
      /** Longest body as it is sent [bytes]. */
      bodyBytes: z.int().min(1).default(16_777_216),
      /** Longest body once it is uncompressed [bytes]. */
      uncompressedBytes: z.int().min(1).default(67_108_864),
      /** Most requests of one client, told by its address, that are answered at the same time; past it 429. */
      requestsInFlight: z.int().min(1).default(256),
      /** Most bytes a second that one client sends in the long run; past it 429 with `Retry-After`. */
      ingestBytesPerSecond: z.int().min(1).default(134_217_728),
      /** Most bytes of `dataDir`. */
      diskBytes: z.int().min(1).default(536_870_912),
    })
    .prefault({}),
  /** Where what comes in is kept on disk, to be there after a crash too; in memory alone without it. */
  dataDir: z.string().min(1).optional(),
});

/** What a caller writes. */
export type LocalOptions = z.input<typeof localOptionsSchema>;
export type ResolvedLocalOptions = Readonly<z.output<typeof localOptionsSchema>>;
