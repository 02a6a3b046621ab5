import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LocalStack, startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../examples/shop/src/incidents.ts';
import { type LoadProcess, type Shop, startLoadProcess, startShop } from '../examples/shop/src/processes.ts';
import { debianProgram } from './servers/debian.ts';
import { startSink } from './servers/ports.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

/** Some minutes of incidents; otherwise it is left out. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** How often rules are evaluated here [s]; two evaluations of one rule, by two, are at most so far apart. */
const INTERVAL_SECONDS = 2;
/** How long each incident lasts, and what comes after it [ms]. */
const INCIDENT_MS = 25_000;
/** What holds for one or two evaluations only, one of the two may have missed [s]. */
const PASSING_SECONDS = 3 * INTERVAL_SECONDS;

const alerts = fileURLToPath(new URL('../alerts/prometheus/', import.meta.url));

const incidents: readonly Incident[] = [
  { kind: 'none' },
  { kind: 'slow', delayMs: 1300 },
  { kind: 'failing', failedRatio: 0.5 },
  { kind: 'failing', failedRatio: 1 },
  { kind: 'flapping', periodMs: 3000 },
  { kind: 'hoarding', heldMs: 150 },
  { kind: 'storming', atATime: 6, pauseMs: 25 },
  { kind: 'flushing', everyMs: 600, readMs: 200 },
  { kind: 'none' },
];

/** Numbers about every state of every alert, by its labels. */
type ByAlert = ReadonlyMap<string, number>;

const ends: (() => Promise<unknown>)[] = [];
let prometheus: Prometheus;
let stack: LocalStack;
let shop: Shop;
let load: LoadProcess;

async function rulesWithShortIntervals(folder: string): Promise<readonly string[]> {
  const files = await readdir(alerts);
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(alerts, file), 'utf8');
      const path = join(folder, file);
      await writeFile(path, text.replaceAll(/interval: \w+/g, `interval: ${INTERVAL_SECONDS}s`));
      return path;
    }),
  );
}

describe.runIf(isLong)('the alerts of the embedded stack', () => {
  beforeAll(async () => {
    const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'sid' });
    if ('missing' in found) throw new Error(found.missing);
    const folder = await mkdtemp(join(tmpdir(), 'sightline-local-alerts-'));
    ends.push(() => rm(folder, { recursive: true }));
    const rules = await rulesWithShortIntervals(folder);
    const sink = await startSink();
    ends.push(() => sink.close());
    shop = await startShop({
      otlpUrl: sink.url,
      serviceToken: 'watched-'.repeat(4),
      onOutput: () => undefined,
    });
    ends.push(() => shop.stop());
    const jobs = Object.fromEntries(
      [shop.storefront, shop.orders, shop.payments].map(({ name, adminUrl }) => [
        name,
        new URL(adminUrl).host,
      ]),
    );
    prometheus = await startPrometheus({
      path: found.path,
      jobs,
      alerts: { rules, alertmanager: '127.0.0.1:9' },
    });
    ends.push(() => prometheus.stop());
    stack = await startLocal({
      port: 0,
      rules: [...rules],
      scrape: {
        intervalMs: 1000,
        timeoutMs: 900,
        jobs: Object.entries(jobs).map(([job, target]) => ({ job, targets: [target] })),
      },
    });
    ends.push(() => stack.close());
    load = startLoadProcess({ url: shop.storefront.url, connections: 24, thinkMs: 200, seed: 3 });
    ends.push(async () => {
      load.stop();
      await load.done;
    });
  }, 240_000);

  afterAll(async () => {
    // oxlint-disable-next-line no-await-in-loop -- the last that was opened first
    for (const end of ends.splice(0).toReversed()) await end();
  }, 60_000);

  it('are those of a real Prometheus with the same rules that writes its samples to it, each within one interval', async () => {
    const startSeconds = Date.now() / 1000;
    for (const incident of incidents) {
      for (const each of [shop.storefront, shop.orders, shop.payments, load]) each.send({ incident });
      // oxlint-disable-next-line no-await-in-loop -- one incident after the other
      await delay(INCIDENT_MS);
    }
    const endSeconds = Math.floor(Date.now() / 1000);
    const seconds = Math.ceil(endSeconds - startSeconds);
    const asked = (query: string) => `${query}(timestamp(ALERTS)[${seconds}s:1s])`;
    const real = (query: string) => byAlert(prometheus.query(asked(query), endSeconds));
    const own = async (query: string) => {
      const found = await stack.promql(asked(query), { timeMs: endSeconds * 1000 });
      return byAlert(
        found.map(({ labels, value }) => ({
          metric: labels,
          value: [endSeconds, JSON.stringify(value)] as const,
        })),
      );
    };
    const [realSeconds, ownSeconds] = [await real('count_over_time'), await own('count_over_time')];
    const passing = (alert: string): boolean =>
      Math.max(realSeconds.get(alert) ?? 0, ownSeconds.get(alert) ?? 0) <= PASSING_SECONDS;
    const lasting = (seen: ByAlert): readonly string[] =>
      [...seen.keys()].filter((each) => !passing(each)).toSorted();
    expect(lasting(ownSeconds).length).toBeGreaterThan(20);
    expect(lasting(ownSeconds)).toEqual(lasting(realSeconds));
    const [realOnsets, ownOnsets] = [await real('min_over_time'), await own('min_over_time')];
    const apart = lasting(realSeconds).flatMap((alert) => {
      const apartSeconds = Math.abs((ownOnsets.get(alert) ?? Infinity) - (realOnsets.get(alert) ?? 0));
      // On its way a sample takes up to a second, and evaluations are not at the same moment.
      return apartSeconds <= INTERVAL_SECONDS + 1 ? [] : [`${alert}: ${apartSeconds.toFixed(1)} s apart`];
    });
    expect(apart).toEqual([]);
    const { outOfOrder, tooOld, refused } = stack.self().received.samples.remoteWrite;
    expect({ outOfOrder, tooOld, refused }).toEqual({ outOfOrder: 0, tooOld: 0, refused: 0 });
  }, 600_000);
});

type Answer = readonly {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}[];

async function byAlert(answer: Answer | Promise<Answer>): Promise<ByAlert> {
  return new Map(
    (await answer).map(({ metric, value }) => {
      const { __name__: _name, ...labels } = metric;
      const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      return [key, Number(value[1])] as const;
    }),
  );
}
