import { startFakeLoki } from '../fake-loki.ts';
import { startFakeGrafana } from '../fake-servers.ts';
import { doctor, doctored } from '../run-doctor.ts';
import type { World } from '../world.ts';
import type { Plant } from './plant.ts';

export const atTheOthers: readonly Plant[] = [
  {
    fault: 'Loki without structured metadata',
    found: ['loki-metadata-off'],
    plant: async (world) => doctor(world, { options: { loki: await world.loki.tenant('no-metadata') } }),
  },
  {
    fault: 'Loki with a rate limit',
    found: ['loki-rate-limited'],
    plant: async (world) => doctor(world, { options: { loki: await world.loki.tenant('limited') } }),
  },
  {
    fault: 'lines that Loki finds too old',
    found: ['loki-too-old'],
    plant: async (world) => doctor(world, { options: { loki: await world.loki.tenant('old') } }),
  },
  {
    fault: 'lines under another name',
    long: true,
    found: ['line-unnamed'],
    plant: async (world) => {
      const fake = await world.kept(startFakeLoki({ labels: { job: 'docker' } }), (each) => each.close());
      return doctored(world, { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${fake.url}/otlp/v1/logs` }, true, {
        without: ['tempo'],
        options: { loki: fake.url },
      });
    },
  },
  {
    fault: 'a Tempo that is not ready',
    found: ['server-not-ready'],
    plant: async (world) =>
      doctor(world, { options: { tempo: (await world.fakeTempo({ notReady: true })).url } }),
  },
  {
    fault: 'a Tempo that throws spans away',
    found: ['tempo-refused'],
    plant: async (world) => {
      const fake = await world.fakeTempo({ discards: 'rate_limited' });
      return doctored(world, { OTEL_EXPORTER_OTLP_ENDPOINT: fake.otlpUrl }, true, {
        without: ['loki'],
        options: { tempo: fake.url },
      });
    },
  },
  {
    fault: 'an Alertmanager that tells nobody',
    found: ['alertmanager-no-receiver'],
    plant: async (world) => {
      const silent = await world.front({
        to: world.alertmanager.url,
        change: (text, request) =>
          request.url === '/api/v2/status' ? text.replace(/webhook_configs/g, 'nothing') : text,
      });
      return doctor(world, { options: { alertmanager: silent.url } });
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
    plant: async (world: World) => {
      const urls = {
        prometheus: world.prometheus.url,
        loki: world.loki.url,
        tempo: world.tempo.url,
        alertmanager: world.alertmanager.url,
      };
      const grafana = await world.kept(startFakeGrafana(urls, faults), (each) => each.close());
      return doctor(world, { options: { grafana: grafana.url } });
    },
  })),
];
