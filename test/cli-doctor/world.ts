import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Alertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { type Found, debianProgram } from '../servers/debian.ts';
import { freePort } from '../servers/ports.ts';
import { findProgram } from '../servers/program.ts';
import { type Prometheus, startPrometheus } from '../servers/prometheus.ts';
import { startStackTempo } from '../servers/stack-tempo.ts';
import { startFakeGrafana } from './fake-servers.ts';
import type { Front } from './front.ts';
import type { Keeper } from './keeper.ts';
import { type LokiOfTenants, startLokiOfTenants } from './loki-of-tenants.ts';
import { type ScrapedFronts, faultyJobs, startScrapedFronts, unhurried } from './scraped-fronts.ts';
import type { DoctorService } from './start-service.ts';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that stays up while the faults are planted around it. */
export interface World extends Keeper {
  readonly prometheus: Prometheus;
  /** The program of it, for another one. */
  readonly prometheusPath: string;
  readonly alertmanager: Alertmanager;
  readonly loki: LokiOfTenants;
  readonly tempo: { readonly url: string; readonly otlpUrl: string };
  readonly grafana: Front;
  readonly service: DoctorService;
  readonly scraped: ScrapedFronts;
  readonly folder: string;
}

const lokiProgram = findProgram('loki', 'SIGHTLINE_LOKI_BINARY');
const tempoProgram = findProgram('tempo', 'SIGHTLINE_TEMPO_BINARY');
const whichOf = (found: Found, name: string): string =>
  'path' in found ? `the real ${name}` : `a fake ${name} (${found.missing})`;

/** What of it is real, for the output of the test. */
export const setting = `with Debian's Prometheus and Alertmanager, ${whichOf(lokiProgram, 'Loki')}, ${whichOf(tempoProgram, 'Tempo')} and a fake Grafana`;

export async function startWorld(keeper: Keeper): Promise<World | { readonly missing: string }> {
  const { kept } = keeper;
  const sid = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'sid' });
  const own = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  const found = 'path' in sid ? sid : own;
  const alerts = await debianProgram({
    program: 'prometheus-alertmanager',
    package: 'prometheus-alertmanager',
    release: 'own',
  });
  if ('missing' in found) return found;
  if ('missing' in alerts) return alerts;
  const folder = await kept(mkdtemp(join(tmpdir(), 'sightline-doctor-')), (each) =>
    rm(each, { recursive: true, force: true }),
  );
  const [loki, tempo, alertmanager] = await Promise.all([
    startLokiOfTenants(keeper, lokiProgram, folder),
    startAnyTempo(keeper),
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
  const healthy = await keeper.startService({
    OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${loki.url}/otlp/v1/logs`,
  });
  const scraped = await startScrapedFronts(keeper, healthy.adminUrl ?? '');
  const prometheus = await kept(
    startPrometheus({
      path: found.path,
      jobs: {},
      alerts: { rules: [], alertmanager: alertmanager.address },
      scrapeConfigs: [
        {
          job_name: 'doctored',
          static_configs: [{ targets: [new URL(healthy.adminUrl ?? '').host] }],
          ...unhurried,
        },
        ...faultyJobs(scraped),
      ],
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
  return {
    ...keeper,
    prometheus,
    prometheusPath: found.path,
    alertmanager,
    loki,
    tempo,
    grafana,
    service: healthy,
    scraped,
    folder,
  };
}

async function startAnyTempo({ kept, fakeTempo }: Keeper): Promise<World['tempo']> {
  if ('missing' in tempoProgram) return fakeTempo();
  const [port, otlpPort] = [await freePort(), await freePort()];
  const { path } = tempoProgram;
  const { url } = await kept(
    startStackTempo({ path, port, otlpPort, prometheusUrl: 'http://127.0.0.1:9' }),
    (each) => each.stop(),
  );
  return { url, otlpUrl: `http://127.0.0.1:${otlpPort}` };
}
