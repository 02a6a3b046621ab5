import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorrelatedShop, openCorrelatedShop, scrapeShop } from './compose/correlated-shop.ts';
import { type NativeStack, createNativeStack, nativeServers } from './compose/native-stack.ts';
import { type StackApi, stackApi } from './compose/stack-api.ts';
import { type NotificationSink, startNotificationSink } from './servers/alertmanager.ts';
import { stackProgram } from './compose/stack-program.ts';

/** Everything, some three minutes of it; otherwise what is seen within one. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Longest wait for what depends on intervals of the configurations: scrapes of 15 s, rules of 30 s, groups of 30 s [ms]. */
const SEEN_MS = 120_000;
const LOOK_EVERY_MS = 500;
const START_MS = 90_000;
/** Enough failures for AuditFailures, which has no `for`. */
const AUDIT_FAILURES = 12;

const programs = await Promise.all(
  nativeServers.map(async (name) => [name, await stackProgram(name)] as const),
);
const missing = programs.flatMap(([, found]) => ('missing' in found ? [found.missing] : []));
process.stdout.write(
  missing.length > 0
    ? `The stack of compose/ is not tried on real servers: ${missing.join('; ')}\n`
    : `On real servers, with the configurations of compose/: ${nativeServers.join(', ')}. Not here, as there is no program of them: Grafana, the Collector.\n`,
);

/** Looks again until it holds; the error of the last look says what was missing. */
async function eventually<Result>(look: () => Promise<Result>): Promise<Result> {
  const deadlineMs = performance.now() + SEEN_MS;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      return await look();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(LOOK_EVERY_MS);
    }
  }
}

describe.skipIf(missing.length > 0)('the stack of compose/ with the shop under load', () => {
  let folder: string;
  let sink: NotificationSink;
  let stack: NativeStack;
  let shop: CorrelatedShop;
  let api: StackApi;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-compose-'));
    sink = await startNotificationSink();
    stack = await createNativeStack({
      programs: Object.fromEntries(
        programs.map(([name, found]) => [name, 'path' in found ? found.path : '']),
      ) as Parameters<typeof createNativeStack>[0]['programs'],
      folder,
      receivers: { alert_webhook_url: sink.url, alert_dead_mans_switch_url: sink.url },
    });
    api = stackApi(stack);
    await Promise.all(nativeServers.map((server) => stack.start(server)));
    shop = await openCorrelatedShop(stack);
    await scrapeShop(shop, folder);
  }, START_MS);

  afterAll(async () => {
    await shop?.close();
    await stack?.stopAll();
    await sink?.close();
    rmSync(folder, { recursive: true, force: true });
  }, START_MS);

  it(
    'is scraped, each server and each service',
    async () => {
      await eventually(async () => {
        const up = (await api.targets())
          .filter(({ health }) => health === 'up')
          .map(({ labels }) => labels.job);
        expect(up.toSorted()).toEqual([
          'alertmanager',
          'loki',
          'orders',
          'payments',
          'prometheus',
          'storefront',
          'tempo',
        ]);
      });
    },
    SEEN_MS + START_MS,
  );

  it(
    'leads from a number to its trace, from there to its lines, and back',
    async () => {
      const line = await eventually(async () => {
        const ids = await api.exemplarTraces('http_server_request_duration_seconds_bucket{job="storefront"}');
        expect(ids.length).toBeGreaterThan(0);
        for (const id of ids.slice(0, 5)) {
          // oxlint-disable-next-line no-await-in-loop -- one trace after the other
          const [spans, lines] = await Promise.all([
            api.trace(id),
            api.lines(`{service_name="storefront"} | trace_id="${id}"`),
          ]);
          const found = lines.find(({ labels }) =>
            spans.some(({ service, spanId }) => service === 'storefront' && spanId === labels['span_id']),
          );
          if (found) return found;
        }
        throw new Error('no exemplar whose trace and lines are both there');
      });
      const { labels, text } = line;
      expect(labels).toMatchObject({
        service_name: 'storefront',
        deployment_environment_name: 'demo',
        level: expect.any(String) as string,
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
      expect(JSON.parse(text)).toMatchObject({ service: 'storefront', trace_id: labels['trace_id'] });
      expect(await api.trace(labels['trace_id'] ?? '')).not.toEqual([]);
    },
    SEEN_MS + START_MS,
  );

  it(
    'finds traces by what is in them, over three services',
    async () => {
      const [id] = await eventually(async () => {
        const found = await api.search(
          '{ resource.service.name = "storefront" } >> { resource.service.name = "payments" }',
        );
        expect(found.length).toBeGreaterThan(0);
        return found;
      });
      const services = new Set((await api.trace(id ?? '')).map(({ service }) => service));
      expect([...services].toSorted()).toEqual(['orders', 'payments', 'storefront']);
    },
    SEEN_MS + START_MS,
  );

  it(
    'has the numbers over spans and the map of services in Prometheus, classic, native and with exemplars',
    async () => {
      await eventually(async () => {
        const [calls] = await api.query('sum(traces_spanmetrics_calls_total{service="storefront"})');
        expect(Number(calls?.value[1])).toBeGreaterThan(0);
        const edges = await api.query('sum by (client, server) (traces_service_graph_request_total)');
        expect(edges.map(({ metric }) => `${metric['client']} ${metric['server']}`)).toEqual(
          expect.arrayContaining(['storefront orders', 'orders payments']),
        );
        const [native] = await api.query('histogram_count(sum(traces_spanmetrics_latency))');
        expect(Number(native?.value[1])).toBeGreaterThan(0);
        const [id] = await api.exemplarTraces('traces_spanmetrics_latency_bucket{service="storefront"}');
        expect(await api.trace(id ?? '0')).not.toEqual([]);
      });
    },
    SEEN_MS + START_MS,
  );

  it(
    'has every rule loaded, in Prometheus and in the ruler of Loki',
    async () => {
      for (const server of ['prometheus', 'loki'] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one server after the other
        await eventually(async () => {
          const rules = await api.rules(server);
          expect(rules.length).toBeGreaterThan(3);
          // In the long form those that are due every minute have been evaluated; otherwise none has failed so far.
          const due = rules.filter(({ intervalSeconds }) => isLong && intervalSeconds <= 60);
          const wrong = [
            ...rules.filter(({ health }) => health === 'err'),
            ...due.filter(({ health }) => health !== 'ok'),
          ];
          expect(wrong.map(({ name, lastError }) => [name, lastError])).toEqual([]);
        });
      }
    },
    SEEN_MS + START_MS,
  );

  it.runIf(isLong)(
    'tells whoever is to be told: an alert of Prometheus, and one of Loki with its state in Prometheus',
    async () => {
      const record = { audit: true, action: 'login', outcome: 'denied', level: 'warn', service: 'orders' };
      for (let failures = 0; failures < AUDIT_FAILURES; failures += 1)
        shop.lines.read('orders', `${JSON.stringify({ ...record, failures })}\n`);
      const told = (): readonly string[] =>
        sink.notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => labels['alertname'] ?? ''));
      await eventually(async () => {
        expect(await api.alerts()).toEqual(expect.arrayContaining(['Watchdog', 'AuditFailures']));
        expect(await api.query('ALERTS{alertname="AuditFailures", alertstate="firing"}')).not.toEqual([]);
        expect(told()).toEqual(expect.arrayContaining(['Watchdog', 'AuditFailures']));
      });
    },
    SEEN_MS + START_MS,
  );

  it('takes numbers that services push, also when they come late', async ({ skip }) => {
    skip(!stack.takesOtlpMetrics, 'this Prometheus was built without OTLP');
    const nowMs = Date.now();
    const push = async (atMs: number, value: number): Promise<number> => {
      const response = await fetch(`${stack.urls.prometheus}/api/v1/otlp/v1/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(pushedGauge(atMs, value)),
      });
      await response.text();
      return response.status;
    };
    expect(await push(nowMs, 2)).toBe(200);
    expect(await push(nowMs - 10 * 60_000, 1)).toBe(200);
    const [series] = await api.query('pushed_orders[20m]');
    expect((series as unknown as { values: unknown[] }).values).toHaveLength(2);
    expect(series?.metric).toMatchObject({ job: 'batch', deployment_environment_name: 'demo' });
  });

  it('takes no more memory than it may', () => {
    const limits = { prometheus: 320, alertmanager: 64, loki: 320, tempo: 432 };
    for (const server of nativeServers)
      expect(stack.memoryBytes(server) / 2 ** 20).toBeLessThan(limits[server]);
  });

  it.runIf(isLong)(
    'loses nothing that was acknowledged when it is stopped and started',
    async () => {
      await shop.close();
      const ids = await api.exemplarTraces('http_server_request_duration_seconds_bucket{job="storefront"}');
      const samples = await storedSamples(api);
      for (const server of nativeServers) {
        // oxlint-disable-next-line no-await-in-loop -- one server after the other
        await stack.stop(server, 'SIGTERM');
        // oxlint-disable-next-line no-await-in-loop -- see above
        await stack.start(server);
      }
      await eventually(async () =>
        expect(await api.countLines('{service_name=~".+"}')).toBe(shop.lines.acknowledged),
      );
      expect(await api.trace(ids[0] ?? '')).not.toEqual([]);
      expect(await storedSamples(api)).toBeGreaterThanOrEqual(samples);
      expect(
        await api.exemplarTraces('http_server_request_duration_seconds_bucket{job="storefront"}'),
      ).toEqual(ids);
    },
    SEEN_MS + START_MS,
  );
});

async function storedSamples(api: StackApi): Promise<number> {
  const [counted] = await api.query(
    'sum(count_over_time(http_server_request_duration_seconds_count{job="storefront"}[1h]))',
  );
  return Number(counted?.value[1]);
}

function pushedGauge(atMs: number, value: number): object {
  const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  return {
    resourceMetrics: [
      {
        resource: {
          attributes: [attribute('service.name', 'batch'), attribute('deployment.environment.name', 'demo')],
        },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'pushed.orders',
                gauge: { dataPoints: [{ timeUnixNano: `${atMs}000000`, asDouble: value }] },
              },
            ],
          },
        ],
      },
    ],
  };
}
