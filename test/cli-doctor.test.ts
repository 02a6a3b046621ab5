/** `sightline doctor` on a real system: nothing on a healthy one, and every planted fault by its name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Io, run } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fake, startFakeGrafana, startFakeTempo } from './cli-doctor/fake-servers.ts';
import { startFakeLoki } from './cli-doctor/fake-loki.ts';
import { type Front, type FrontRules, isScrape, startFront, startedLater } from './cli-doctor/front.ts';
import { type DoctorService, startService } from './cli-doctor/start-service.ts';
import { type Alertmanager, startAlertmanager } from './servers/alertmanager.ts';
import { type Found, debianProgram } from './servers/debian.ts';
import { freePort } from './servers/ports.ts';
import { findProgram } from './servers/program.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';
import { startStackServer } from './servers/stack-server.ts';
import { startStackTempo } from './servers/stack-tempo.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 300_000;
const RUN_MS = 180_000;
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const TENANT_HEADER = 'X-Scope-OrgID';

const lokiProgram = findProgram('loki', 'SIGHTLINE_LOKI_BINARY');
const tempoProgram = findProgram('tempo', 'SIGHTLINE_TEMPO_BINARY');
const whichOf = (found: { path: string } | { missing: string }, name: string): string =>
  'path' in found ? `the real ${name}` : `a fake ${name} (${found.missing})`;

/** Everything that stays up while the faults are planted around it. */
interface World {
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  /** One of the tenant `good`, and of those whose limits are in the way. */
  readonly loki: { readonly url: string; tenant(name: string): Promise<string> };
  readonly tempo: { readonly url: string; readonly otlpUrl: string };
  readonly grafana: Front;
  readonly service: DoctorService;
  readonly folder: string;
}

let world: World;
let missing: string | undefined;
let prometheusProgram: Found | undefined;
const ends: (() => Promise<unknown>)[] = [];
/** Keeps what has to be ended. */
async function kept<Running>(
  started: Promise<Running>,
  end: (running: Running) => Promise<unknown>,
): Promise<Running> {
  const running = await started;
  ends.push(() => end(running));
  return running;
}
const front = (rules: FrontRules): Promise<Front> => kept(startFront(rules), (each) => each.close());
const service = (env: Readonly<Record<string, string>>, preloads = true): Promise<DoctorService> =>
  kept(startService(env, preloads), (each) => each.stop());

/** Fronts of the service, each scraped by a job that has a fault. */
const scraped = new Map<string, Front>();

beforeAll(async () => {
  const sid = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'sid' });
  const own = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  const found = 'path' in sid ? sid : own;
  const alerts = await debianProgram({
    program: 'prometheus-alertmanager',
    package: 'prometheus-alertmanager',
    release: 'own',
  });
  prometheusProgram = found;
  if ('missing' in found) missing = found.missing;
  if ('missing' in alerts) missing = alerts.missing;
  if ('missing' in found || 'missing' in alerts) return;
  const folder = await kept(mkdtemp(join(tmpdir(), 'sightline-doctor-')), (each) =>
    rm(each, { recursive: true, force: true }),
  );
  const [loki, tempo, alertmanager] = await Promise.all([
    startLokiOfTenants(folder),
    startAnyTempo(),
    kept(
      startAlertmanager({
        path: alerts.path,
        config: {
          route: { receiver: 'everyone' },
          receivers: [{ name: 'everyone', webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }],
        },
        templates: join(root, 'alerts/templates'),
      }),
      (each) => each.stop(),
    ),
  ]);
  const healthy = await service({
    OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${loki.url}/otlp/v1/logs`,
  });
  await startScrapedFronts(healthy);
  const prometheus = await kept(
    startPrometheus({
      path: found.path,
      jobs: { doctored: host(healthy) },
      alerts: { rules: [], alertmanager: alertmanager.address },
      scrapeConfigs: faultyJobs(),
    }),
    (each) => each.stop(),
  );
  const grafana = await kept(
    startFakeGrafana({
      prometheus: prometheus.url,
      loki: loki.url,
      tempo: tempo.url,
      alertmanager: alertmanager.url,
    }),
    (each) => each.close(),
  );
  world = { prometheus, alertmanager, loki, tempo, grafana, service: healthy, folder };
}, START_MS);

afterAll(async () => {
  await Promise.all(ends.toReversed().map((end) => end()));
});

function host({ adminUrl = '' }: DoctorService): string {
  return new URL(adminUrl).host;
}

/** The real one with a tenant for each fault, each behind a front that names it; else a fake for each. */
async function startLokiOfTenants(folder: string): Promise<World['loki']> {
  if ('missing' in lokiProgram) {
    const good = await kept(startFakeLoki(), (each) => each.close());
    const refusals: Readonly<Record<string, { status: number; text: string }>> = {
      'no-metadata': {
        status: 400,
        text: "stream '{…}' includes structured metadata, but this feature is disallowed.",
      },
      limited: {
        status: 429,
        text: 'Ingestion rate limit exceeded for user limited (limit: 1 bytes/sec) while attempting to ingest',
      },
      old: { status: 400, text: "entry for stream '{…}' has timestamp too old: 2026-01-01T00:00:00Z" },
    };
    return {
      url: good.url,
      async tenant(name) {
        const refuses = refusals[name];
        return (await kept(startFakeLoki(refuses && { refuses }), (each) => each.close())).url;
      },
    };
  }
  const overrides = join(folder, 'overrides.yml');
  const limits = {
    'no-metadata': { allow_structured_metadata: false },
    limited: {
      ingestion_rate_strategy: 'local',
      ingestion_rate_mb: 0.000001,
      ingestion_burst_size_mb: 0.00001,
    },
    // Nothing is new enough.
    old: { reject_old_samples: true, reject_old_samples_max_age: '1ms' },
  };
  await writeFile(overrides, JSON.stringify({ overrides: limits }));
  const [port, grpcPort] = [await freePort(), await freePort()];
  const real = await kept(
    startStackServer({
      path: lokiProgram.path,
      port,
      config: new URL('../compose/loki/loki.yml', import.meta.url),
      changes: { auth_enabled: true, runtime_config: { file: overrides, period: '1s' } },
      env: (data) => ({
        LOKI_PORT: `${port}`,
        LOKI_GRPC_PORT: `${grpcPort}`,
        LOKI_DATA: join(data, 'data'),
        LOKI_RULES: join(data, 'rules'),
        PROMETHEUS_URL: 'http://127.0.0.1:9',
        ALERTMANAGER_URL: 'http://127.0.0.1:9',
      }),
    }),
    (each) => each.stop(),
  );
  const tenant = async (name: string): Promise<string> =>
    (
      await front({
        to: real.url,
        headers: { [TENANT_HEADER]: name },
        // What the others are refused is none of its business.
        change: (text, { url }) =>
          url === '/metrics'
            ? text.replaceAll(new RegExp(`^.*tenant="(?!${name}")[^"]*".*\\n`, 'gm'), '')
            : text,
      })
    ).url;
  return { url: await tenant('good'), tenant };
}

async function startAnyTempo(): Promise<World['tempo']> {
  if ('missing' in tempoProgram) return fakeTempo();
  const [port, otlpPort] = [await freePort(), await freePort()];
  const { path } = tempoProgram;
  const { url } = await kept(
    startStackTempo({ path, port, otlpPort, prometheusUrl: 'http://127.0.0.1:9' }),
    (each) => each.stop(),
  );
  return { url, otlpUrl: `http://127.0.0.1:${otlpPort}` };
}

const fakeTempo = (...faults: Parameters<typeof startFakeTempo>): Promise<Fake> =>
  kept(startFakeTempo(...faults), (each) => each.close());

/** Each shows the page of the service as that of a process of its own, to Prometheus and to the doctor. */
async function startScrapedFronts({ adminUrl = '' }: DoctorService): Promise<void> {
  const names = ['down', 'dropped', 'absent', 'limited', 'relabelled', 'slow', 'other', 'stamped'] as const;
  await Promise.all(
    names.map(async (name, index) => {
      const asOwn = startedLater(100 * (index + 1));
      const asOther = startedLater(5000);
      let stamp = Date.now();
      const started = await front({
        to: adminUrl,
        change(text, request) {
          if (!request.url?.startsWith('/metrics')) return text;
          if (!isScrape(request)) return asOwn(text);
          if (name === 'other') return asOther(text);
          if (name !== 'stamped') return asOwn(text);
          // Every scrape brings a sample that is older than the last one.
          stamp -= 1000;
          return asOwn(text).replace(
            /(?=# EOF)|$/,
            `planted_total 1 ${stamp / (text.includes('# EOF') ? 1000 : 1)}\n`,
          );
        },
        answer(request, response) {
          if (name !== 'slow' || !isScrape(request)) return false;
          // It hangs until the scrape gives up.
          request.once('close', () => response.destroy());
          return true;
        },
      });
      scraped.set(name, started);
    }),
  );
}

function faultyJobs(): readonly object[] {
  const job = (name: string, more: object): object => ({
    job_name: name,
    static_configs: [{ targets: [scraped.get(name)?.host] }],
    ...more,
  });
  return [
    job('down', { metrics_path: '/nothing' }),
    job('dropped', { relabel_configs: [{ source_labels: ['__address__'], regex: '.*', action: 'drop' }] }),
    job('limited', { sample_limit: 10 }),
    job('relabelled', {
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'nodejs_.*', action: 'keep' }],
    }),
    job('slow', { scrape_interval: '1s', scrape_timeout: '200ms' }),
    job('other', {}),
  ];
}

/** What the doctor is run with. */
interface Doctored {
  /** Options in place of those of the healthy system. */
  readonly options?: Readonly<Record<string, string | undefined>>;
  readonly url?: string | undefined;
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nowOffMs?: number;
  readonly cwd?: string;
  /** A service of its own is asked without Prometheus, which does not scrape it, unless this says so. */
  readonly withPrometheus?: true;
}

interface Told {
  readonly exitCode: number;
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  readonly text: string;
  readonly stderr: string;
}

async function doctor(of: Doctored = {}): Promise<Told> {
  let [stdout, stderr] = ['', ''];
  const options: Readonly<Record<string, string | undefined>> = {
    admin: world.service.adminUrl,
    prometheus: world.prometheus.url,
    alertmanager: world.alertmanager.url,
    loki: world.loki.url,
    tempo: world.tempo.url,
    grafana: world.grafana.url,
    wait: '4s',
    timeout: '15s',
    ...of.options,
  };
  const url = 'url' in of ? of.url : world.service.url;
  const argv = [
    'doctor',
    ...(url === undefined ? [] : [url]),
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(of.without ?? []).flatMap((each) => ['--without', each]),
    '--json',
  ];
  const io: Io = {
    stdin: (async function* nothing() {})(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { GRAFANA_TOKEN: 'glsa_doctor', ...of.env },
    cwd: of.cwd ?? world.folder,
    isTerminal: { stdout: false, stderr: false },
    fetch,
    now: () => Date.now() + (of.nowOffMs ?? 0),
    signal: AbortSignal.timeout(RUN_MS),
  };
  const exitCode = await run(argv, io);
  const { result } = JSON.parse(stdout) as {
    result: { findings: readonly { code: string; severity: string; seen: string; fix: string }[] };
  };
  const codes = (severity: string): readonly string[] => [
    ...new Set(result.findings.filter((each) => each.severity === severity).map(({ code }) => code)),
  ];
  return { exitCode, faults: codes('fault'), notes: codes('note'), text: stdout, stderr };
}

/** A service of its own, with what is wrong in its environment; scraped by nobody. */
async function doctored(
  env: Readonly<Record<string, string>>,
  preloads = true,
  of: Doctored = {},
): Promise<Told> {
  const its = await service(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: world.tempo.otlpUrl,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${world.loki.url}/otlp/v1/logs`,
      ...env,
    },
    preloads,
  );
  return doctor({
    ...of,
    url: its.url,
    without: [...(of.withPrometheus ? [] : ['prometheus']), 'alertmanager', 'grafana', ...(of.without ?? [])],
    options: { admin: its.adminUrl, ...of.options },
  });
}

const behind = (name: string): Doctored => ({ options: { admin: scraped.get(name)?.url } });

interface Plant {
  readonly fault: string;
  readonly found: readonly string[];
  readonly plant: () => Promise<Told>;
  /** Planted with SIGHTLINE_LONG_TESTS=true only: it starts one more service, and another fault is like it. */
  readonly long?: true;
}

const inTheService: readonly Plant[] = [
  {
    fault: 'a service that does not load Sightline',
    found: ['app-not-instrumented'],
    plant: () => doctored({ FAULT: 'plain' }, false, { without: ['loki', 'tempo'] }),
  },
  {
    fault: 'OTEL_SDK_DISABLED=true',
    found: ['app-disabled'],
    plant: () => doctored({ OTEL_SDK_DISABLED: 'true' }, true, { without: ['loki', 'tempo'] }),
  },
  {
    fault: 'Sightline that is loaded after the server, and two registries',
    found: ['app-loaded-late', 'app-two-registries'],
    plant: () =>
      doctored({ FAULT: 'late', CLIENTS_OF: join(root, 'packages/metrics/package.json') }, false, {
        without: ['loki', 'tempo'],
      }),
  },
  {
    fault: 'no name, a log level above that of requests, a sampler that keeps nothing that begins here',
    found: ['app-sampled-away', 'app-log-level', 'app-unnamed'],
    plant: () =>
      doctored({
        LOG_LEVEL: 'error',
        OTEL_TRACES_SAMPLER: 'always_off',
        OTEL_SERVICE_NAME: 'unknown_service:node',
      }),
  },
  {
    fault: 'traces that are off, and a wrong option',
    found: ['app-options-wrong', 'app-traces-off'],
    plant: () => doctored({ OTEL_TRACES_EXPORTER: 'none', OTEL_BSP_MAX_QUEUE_SIZE: 'many' }),
  },
  {
    fault: 'no page of metrics, and lines that stay on stdout',
    long: true,
    found: ['app-metrics-off', 'line-lost'],
    plant: () =>
      doctored({ OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, true, {
        without: ['tempo'],
        withPrometheus: true,
      }),
  },
];

const onTheWay: readonly Plant[] = [
  {
    fault: 'an endpoint where nobody listens',
    found: ['network-port-closed'],
    plant: async () =>
      doctored({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` }, true, {
        without: ['loki'],
      }),
  },
  {
    fault: 'an endpoint with a name that nobody knows',
    long: true,
    found: ['network-name-unknown'],
    plant: () =>
      doctored({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tempo.invalid:4318' }, true, { without: ['loki'] }),
  },
  {
    fault: 'an endpoint that is another server',
    found: ['network-wrong-place'],
    plant: async () =>
      doctored({ OTEL_EXPORTER_OTLP_ENDPOINT: (await front({})).url }, true, { without: ['loki'] }),
  },
  {
    fault: 'an endpoint that takes traces for another Tempo',
    found: ['trace-lost'],
    plant: async () =>
      doctored({ OTEL_EXPORTER_OTLP_ENDPOINT: (await fakeTempo()).otlpUrl }, true, { without: ['loki'] }),
  },
  {
    fault: 'a server that hangs',
    found: ['network-no-answer'],
    plant: async () =>
      doctor({ options: { tempo: (await front({ answer: () => true })).url, timeout: '6s' } }),
  },
  {
    fault: 'TLS where there is none',
    found: ['network-tls'],
    plant: () => doctor({ options: { loki: world.loki.url.replace('http:', 'https:') } }),
  },
  {
    fault: 'a proxy in the way',
    found: ['network-proxy'],
    plant: async () => {
      const proxy = await front({
        answer(_request, response) {
          response.writeHead(502, { via: '1.1 squid' }).end('<html>Bad Gateway</html>');
          return true;
        },
      });
      return doctor({ options: { alertmanager: proxy.url }, env: { HTTP_PROXY: 'http://proxy:3128' } });
    },
  },
  {
    fault: 'a clock that is ten minutes off',
    found: ['clock-skew'],
    plant: async () => {
      const skewed = await front({
        to: world.alertmanager.url,
        answerHeaders: () => ({ date: new Date(Date.now() - 600_000).toUTCString() }),
      });
      return doctor({ options: { alertmanager: skewed.url } });
    },
  },
];

const atPrometheus: readonly Plant[] = [
  ['a target that is down', 'down', 'prometheus-target-down'],
  ['a target that relabelling drops', 'dropped', 'prometheus-target-dropped'],
  ['a service that no job has', 'absent', 'prometheus-target-absent'],
  ['a sample limit', 'limited', 'prometheus-sample-limit'],
  ['metrics that relabelling drops', 'relabelled', 'prometheus-metrics-dropped'],
  ['a scrape that takes too long', 'slow', 'prometheus-scrape-slow'],
  ['another process at the address', 'other', 'prometheus-other-process'],
].map(([fault = '', name = '', code = '']) => ({
  fault,
  found: [code],
  plant: () => doctor({ ...behind(name), without: ['grafana', 'loki', 'tempo'] }),
}));
const atAnotherPrometheus: Plant = {
  fault: 'samples out of order, an hour of retention, and no Alertmanager',
  found: ['prometheus-samples-refused', 'prometheus-retention', 'alertmanager-not-connected'],
  async plant() {
    const { path } = prometheusProgram as { path: string };
    const prometheus = await kept(
      startPrometheus({
        path,
        jobs: { stamped: scraped.get('stamped')?.host ?? '' },
        flags: ['--storage.tsdb.retention.time=1h'],
      }),
      (each) => each.stop(),
    );
    return doctor({
      options: { admin: scraped.get('stamped')?.url, prometheus: prometheus.url, wait: '9s' },
      without: ['grafana', 'loki', 'tempo'],
    });
  },
};

const atTheOthers: readonly Plant[] = [
  {
    fault: 'Loki without structured metadata',
    found: ['loki-metadata-off'],
    plant: async () => doctor({ options: { loki: await world.loki.tenant('no-metadata') } }),
  },
  {
    fault: 'Loki with a rate limit',
    found: ['loki-rate-limited'],
    plant: async () => doctor({ options: { loki: await world.loki.tenant('limited') } }),
  },
  {
    fault: 'lines that Loki finds too old',
    found: ['loki-too-old'],
    plant: async () => doctor({ options: { loki: await world.loki.tenant('old') } }),
  },
  {
    fault: 'lines under another name',
    long: true,
    found: ['line-unnamed'],
    plant: async () => {
      const fake = await kept(startFakeLoki({ labels: { job: 'docker' } }), (each) => each.close());
      return doctored({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${fake.url}/otlp/v1/logs` }, true, {
        without: ['tempo'],
        options: { loki: fake.url },
      });
    },
  },
  {
    fault: 'a Tempo that is not ready',
    found: ['server-not-ready'],
    plant: async () => doctor({ options: { tempo: (await fakeTempo({ notReady: true })).url } }),
  },
  {
    fault: 'a Tempo that throws spans away',
    found: ['tempo-refused'],
    plant: async () => {
      const fake = await fakeTempo({ discards: 'rate_limited' });
      return doctored({ OTEL_EXPORTER_OTLP_ENDPOINT: fake.otlpUrl }, true, {
        without: ['loki'],
        options: { tempo: fake.url },
      });
    },
  },
  {
    fault: 'an Alertmanager that tells nobody',
    found: ['alertmanager-no-receiver'],
    plant: async () => {
      const silent = await front({
        to: world.alertmanager.url,
        change: (text, request) =>
          request.url === '/api/v2/status' ? text.replace(/webhook_configs/g, 'nothing') : text,
      });
      return doctor({ options: { alertmanager: silent.url } });
    },
  },
  ...(
    [
      ['no data source for Tempo', 'grafana-data-source-missing', { without: ['tempo'] }],
      [
        'a data source that leads nowhere',
        'grafana-data-source-url',
        { urls: { loki: 'http://127.0.0.1:9' } },
      ],
      ['a data source with another uid', 'grafana-data-source-uid', { uids: { loki: 'P8E80F9AEF21F6940' } }],
      ['no state of alerts', 'grafana-no-alert-state', { without: ['alertmanager'] }],
      ['a token that Grafana does not know', 'grafana-token-refused', { refusesToken: true }],
      ['a Grafana without its database', 'server-not-ready', { database: 'failing' }],
    ] as const
  ).map(([fault, code, faults]) => ({
    fault,
    found: [code],
    plant: async () => {
      const urls = {
        prometheus: world.prometheus.url,
        loki: world.loki.url,
        tempo: world.tempo.url,
        alertmanager: world.alertmanager.url,
      };
      const grafana = await kept(startFakeGrafana(urls, faults), (each) => each.close());
      return doctor({ options: { grafana: grafana.url } });
    },
  })),
];

const setting = `with Debian's Prometheus and Alertmanager, ${whichOf(lokiProgram, 'Loki')}, ${whichOf(tempoProgram, 'Tempo')} and a fake Grafana`;

describe(`sightline doctor, ${setting}`, () => {
  it(
    'finds nothing on a healthy system, and every signal at every place',
    async ({ skip }) => {
      if (missing !== undefined) skip(missing);
      const told = await doctor({ options: { wait: '10s' } });
      expect(told).toMatchObject({ exitCode: 0, faults: [], stderr: '' });
      expect(told.notes.filter((code) => code !== 'trace-not-searchable')).toEqual([]);
      const { steps } = (JSON.parse(told.text) as { result: { steps: readonly Record<string, unknown>[] } })
        .result;
      expect(steps.filter(({ found }) => found !== true)).toEqual([]);
      expect(
        steps
          .map(({ signal, by, at, through }) => [signal, by, at, through].filter(Boolean).join(' '))
          .toSorted(),
      ).toEqual([
        'line app app',
        'line app grafana loki',
        'line app loki',
        'line doctor loki',
        'metric app app',
        'metric app grafana prometheus',
        'metric app prometheus',
        'trace app grafana tempo',
        'trace app otlp',
        'trace app tempo',
        'trace doctor tempo',
      ]);
    },
    RUN_MS,
  );
});

describe.concurrent.each([
  ['in the service', inTheService],
  ['on the way', onTheWay],
  ['at Prometheus', [atAnotherPrometheus, ...atPrometheus]],
  ['at the others', atTheOthers],
] as const)('a fault that is planted %s', (_where, plants) => {
  it.for(plants)(
    'is found and named, alone: $fault',
    { timeout: RUN_MS },
    async ({ found, plant, long }, { skip }) => {
      if (missing !== undefined) skip(missing);
      if (long && !isLong) skip('it is planted with SIGHTLINE_LONG_TESTS=true');
      const told = await plant();
      expect(told.faults).toEqual(found);
      expect(told.exitCode).toBe(1);
    },
  );
});
