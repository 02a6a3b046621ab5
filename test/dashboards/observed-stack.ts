import { once } from 'node:events';
import type { Transform, Writable } from 'node:stream';
import lokiTransport from '@sightline/logger/loki';
import type { Incident } from '../../examples/shop/src/incidents.ts';
import { plantSecrets } from '../../examples/shop/src/planted.ts';
import { startLoadProcess, startShop } from '../../examples/shop/src/processes.ts';
import { freePort } from '../servers/ports.ts';
import { type Prometheus, startPrometheus } from '../servers/prometheus.ts';
import { startStackLoki } from '../servers/stack-loki.ts';
import type { StackServer } from '../servers/stack-server.ts';
import { startStackTempo } from '../servers/stack-tempo.ts';

/** The shop under load, and the real servers that take what it says. */
export interface ObservedStack {
  readonly prometheus: Prometheus;
  readonly loki: StackServer;
  readonly tempo: StackServer;
  /** Takes lines to Loki, as those of the services. */
  readonly lines: Writable;
  /** When the load began, since 1970 [s]. */
  readonly startSeconds: number;
  order(incident: Incident): void;
  stop(): Promise<void>;
}

export interface ObservedStackOptions {
  /** The programs. */
  readonly programs: { readonly prometheus: string; readonly loki: string; readonly tempo: string };
  /** Files of rules for Prometheus. */
  readonly rules?: readonly string[];
}

const SEED = 8;
const CONNECTIONS = 8;
const THINK_MS = 30;
/** The shop knows its version, so that the dashboards have one to show. */
const RESOURCE = 'service.namespace=shop,deployment.environment.name=demo,service.version=1.4.2';
/** Longest time that lines wait for others [s]. */
const BATCH_SECONDS = 0.2;

/**
 * Metrics are scraped, spans go to Tempo by OTLP, and the lines of the standard outputs to Loki. Tempo writes its
 * numbers over spans to the same Prometheus.
 */
export async function openObservedStack({
  programs,
  rules = [],
}: ObservedStackOptions): Promise<ObservedStack> {
  const stops: (() => unknown)[] = [];
  // The last one that was started is the first one to end.
  const stop = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    // Each needs to know of the next before it runs: their ports are found first.
    const [lokiPort, tempoPort, otlpPort] = [await freePort(), await freePort(), await freePort()];
    const lines = lokiTransport({
      host: `http://127.0.0.1:${lokiPort}`,
      batching: { interval: BATCH_SECONDS, maxBufferSize: 0 },
    });
    const [loki, shop] = await Promise.all([
      startStackLoki({ path: programs.loki, port: lokiPort }).then((server) => {
        stops.push(server.stop, () => endOf(lines));
        return server;
      }),
      startShop({
        otlpUrl: `http://127.0.0.1:${otlpPort}`,
        serviceToken: plantSecrets(SEED).serviceToken,
        env: { OTEL_RESOURCE_ATTRIBUTES: RESOURCE },
        onOutput: (_, chunk, stream) => void (stream === 'stdout' && lines.write(chunk)),
      }).then((opened) => {
        stops.push(opened.stop);
        return opened;
      }),
    ]);
    const services = [shop.storefront, shop.orders, shop.payments];
    const prometheus = await startPrometheus({
      path: programs.prometheus,
      jobs: {
        ...Object.fromEntries(services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
        loki: `127.0.0.1:${lokiPort}`,
        tempo: `127.0.0.1:${tempoPort}`,
      },
      flags: ['--web.enable-remote-write-receiver', '--enable-feature=native-histograms'],
      ...(rules.length > 0 && { alerts: { rules, alertmanager: '127.0.0.1:9' } }),
    });
    stops.push(prometheus.stop);
    const tempo = await startStackTempo({
      path: programs.tempo,
      port: tempoPort,
      otlpPort,
      prometheusUrl: prometheus.url,
    });
    stops.push(tempo.stop);
    const startSeconds = Math.floor(Date.now() / 1000);
    const load = startLoadProcess({
      url: shop.storefront.url,
      connections: CONNECTIONS,
      thinkMs: THINK_MS,
      seed: SEED,
    });
    load.done.catch(() => {});
    stops.push(async () => {
      load.stop();
      await load.done;
    });
    return {
      prometheus,
      loki,
      tempo,
      startSeconds,
      lines,
      order(incident) {
        for (const each of [...services, load]) each.send({ incident });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function endOf(stream: Transform): Promise<void> {
  stream.end();
  await once(stream, 'close');
}
