/** One path of the admin server or of the embedded stack. */
export interface PathDefinition {
  readonly path: `/${string}`;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'PUT')[];
  readonly server: 'admin' | 'stack';
  /** One sentence: what it answers or takes. */
  readonly help: string;
}

const read = ['GET', 'HEAD'] as const;

/** Every path, by what it is for. `*` stands for what follows. */
export const paths = {
  metrics: {
    path: '/metrics',
    methods: read,
    server: 'admin',
    help: 'The metrics, in OpenMetrics when asked for.',
  },
  liveness: { path: '/livez', methods: read, server: 'admin', help: 'Whether the process should be kept.' },
  readiness: {
    path: '/readyz',
    methods: read,
    server: 'admin',
    help: 'Whether the process should get requests.',
  },
  startup: { path: '/startupz', methods: read, server: 'admin', help: 'Whether the process has started.' },
  health: {
    path: '/health',
    methods: read,
    server: 'admin',
    help: 'Every check, as application/health+json.',
  },
  status: {
    path: '/status',
    methods: read,
    server: 'admin',
    help: 'The service, its build and configuration without secrets, and its telemetry.',
  },
  logLevel: {
    path: '/loglevel',
    methods: ['GET', 'HEAD', 'PUT'],
    server: 'admin',
    help: 'The log level; a change has a time to live.',
  },
  cpuProfile: {
    path: '/debug/cpuprofile',
    methods: read,
    server: 'admin',
    help: 'A CPU profile of the process; off by default.',
  },
  heapSnapshot: {
    path: '/debug/heapsnapshot',
    methods: read,
    server: 'admin',
    help: 'A snapshot of the heap, with all that is in it; off by default.',
  },
  otlpTraces: { path: '/v1/traces', methods: ['POST'], server: 'stack', help: 'Traces over OTLP.' },
  otlpMetrics: { path: '/v1/metrics', methods: ['POST'], server: 'stack', help: 'Metrics over OTLP.' },
  otlpLogs: { path: '/v1/logs', methods: ['POST'], server: 'stack', help: 'Logs over OTLP.' },
  remoteWrite: {
    path: '/api/v1/write',
    methods: ['POST'],
    server: 'stack',
    help: 'Remote write of Prometheus.',
  },
  lokiPush: {
    path: '/loki/api/v1/push',
    methods: ['POST'],
    server: 'stack',
    help: 'Log lines in the form of Loki.',
  },
  prometheusApi: {
    path: '/api/v1/*',
    methods: ['GET', 'POST'],
    server: 'stack',
    help: 'The query API of Prometheus.',
  },
  lokiApi: {
    path: '/loki/api/v1/*',
    methods: ['GET', 'POST'],
    server: 'stack',
    help: 'The query API of Loki.',
  },
  tempoSearch: { path: '/api/search', methods: read, server: 'stack', help: 'The search of Tempo.' },
  tempoTraces: {
    path: '/api/traces/*',
    methods: read,
    server: 'stack',
    help: 'One trace, as Tempo answers it.',
  },
  alerts: {
    path: '/api/v2/alerts',
    methods: ['GET', 'POST'],
    server: 'stack',
    help: 'The alerts of Alertmanager.',
  },
} as const satisfies Readonly<Record<string, PathDefinition>>;

/** What a path is for. */
export type PathName = keyof typeof paths;
