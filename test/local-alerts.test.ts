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
/** How often rules are evaluated here [s]: a busy machine keeps up with that, too. */
const INTERVAL_SECONDS = 5;
/** How long each incident lasts, and what comes after it [ms]. */
const INCIDENT_MS = 25_000;
/** What holds for one or two evaluations only, one of the two may have missed [s]. */
const PASSING_SECONDS = 3 * INTERVAL_SECONDS;
/** Both look so far back [s]: by then a sample is in the stack as well, on a busy machine too. */
const QUERY_OFFSET_SECONDS = 30;

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

/** A time during which an alert was in one state, since 1970 [s]. */
interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

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
      const often = `interval: ${INTERVAL_SECONDS}s\n    query_offset: ${QUERY_OFFSET_SECONDS}s`;
      await writeFile(path, text.replaceAll(/interval: \w+/g, often));
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
    stack = await startLocal({ port: 0, rules: [...rules] });
    ends.push(() => stack.close());
    prometheus = await startPrometheus({
      path: found.path,
      jobs,
      alerts: { rules, alertmanager: '127.0.0.1:9' },
      remoteWrite: { url: `${stack.url}/api/v1/write`, withRules: false },
    });
    ends.push(() => prometheus.stop());
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
    const range = { endSeconds, seconds: Math.ceil(endSeconds - startSeconds) };
    const [real, own] = await Promise.all([spansOf(prometheus.url, range), spansOf(stack.url, range)]);
    expect(real.size).toBeGreaterThan(20);
    expect([...missing(real, own, endSeconds), ...missing(own, real, endSeconds)]).toEqual([]);
    const { stored, outOfOrder, tooOld, refused } = stack.self().received.samples.remoteWrite;
    expect({ tooOld, refused }).toEqual({ tooOld: 0, refused: 0 });
    // On a busy machine a page or two come out of order; more would be samples that the rules do not see.
    expect(outOfOrder / stored).toBeLessThan(0.01);
  }, 600_000);
});

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

/** When each alert was in which state; a gap of one or two evaluations is none. */
async function spansOf(
  url: string,
  { endSeconds, seconds }: { readonly endSeconds: number; readonly seconds: number },
): Promise<ReadonlyMap<string, readonly Span[]>> {
  const parameters = new URLSearchParams({ query: `ALERTS[${seconds}s]`, time: String(endSeconds) });
  const response = await fetch(`${url}/api/v1/query?${parameters.toString()}`);
  const { data } = (await response.json()) as Answer;
  return new Map(
    data.result.map(({ metric, values }) => {
      const spans: Span[] = [];
      for (const [at] of values) {
        const last = spans.at(-1);
        const isSame = last !== undefined && at - last.toSeconds <= PASSING_SECONDS + 0.5;
        if (isSame) spans[spans.length - 1] = { ...last, toSeconds: at };
        else spans.push({ fromSeconds: at, toSeconds: at });
      }
      const { __name__: _name, ...labels } = metric;
      return [
        JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))),
        spans,
      ];
    }),
  );
}

/** Spans of one, those that last, that the other does not have at the same time. */
function missing(
  all: ReadonlyMap<string, readonly Span[]>,
  others: ReadonlyMap<string, readonly Span[]>,
  endSeconds: number,
): readonly string[] {
  const isLike = (one: Span, other: Span): boolean =>
    Math.abs(one.fromSeconds - other.fromSeconds) <= INTERVAL_SECONDS + 0.5 &&
    Math.abs(one.toSeconds - other.toSeconds) <= INTERVAL_SECONDS + 0.5;
  return [...all].flatMap(([alert, spans]) =>
    spans
      .filter(
        ({ fromSeconds, toSeconds }) =>
          toSeconds - fromSeconds > PASSING_SECONDS &&
          fromSeconds < endSeconds - QUERY_OFFSET_SECONDS - 2 * PASSING_SECONDS,
      )
      .filter((span) => others.get(alert)?.some((other) => isLike(span, other)) !== true)
      .map((span) => `${alert} ${JSON.stringify(span)}: ${JSON.stringify(others.get(alert) ?? [])}`),
  );
}
