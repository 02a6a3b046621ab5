import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { alertFiles } from '@sightline/alerts';
import { type LocalStack, startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Shop, startLoadProcess, startShop } from '../examples/shop/src/processes.ts';
import { allPanels, sent } from './dashboards/panel-queries.ts';
import { debianProgram } from './servers/debian.ts';
import { startSink } from './servers/ports.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

/** Rules that look at five minutes look at six seconds. */
const TIME_SCALE = 0.02;
/** How long the shop fails before everything is asked [ms]. */
const SUFFERING_MS = 6000;
/** Relative: sums over series that are read in another order differ in their last bits. */
const TOLERANCE = 1e-9;

const ends: (() => Promise<unknown>)[] = [];
let prometheus: Prometheus | undefined;
let stack: LocalStack | undefined;
let shop: Shop;
let ruleExpressions: readonly string[] = [];
/** A moment that is over for both [s]. */
let atSeconds = 0;

beforeAll(async () => {
  const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'sid' });
  if ('missing' in found) {
    process.stdout.write(`skipped: ${found.missing}\n`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sightline-rules-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const rules = await writeRules(folder);
  ruleExpressions = (await Promise.all(rules.map(expressionsOf))).flat();
  const sink = await startSink();
  ends.push(() => sink.close());
  shop = await startShop({
    otlpUrl: sink.url,
    serviceToken: 'queried-'.repeat(4),
    onOutput: () => undefined,
  });
  ends.push(() => shop.stop());
  const local = await startLocal({ port: 0 });
  ends.push(() => local.close());
  const services = [shop.storefront, shop.orders, shop.payments];
  const server = await startPrometheus({
    path: found.path,
    jobs: Object.fromEntries(services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
    alerts: { rules, alertmanager: '127.0.0.1:9' },
    // What its rules resulted in as well: the queries ask for it.
    remoteWrite: { url: `${local.url}/api/v1/write`, withRules: true },
  });
  ends.push(() => server.stop());
  const load = startLoadProcess({ url: shop.storefront.url, connections: 8, thinkMs: 50, seed: 1 });
  ends.push(async () => {
    load.stop();
    await load.done;
  });
  shop.payments.send({ incident: { kind: 'failing', failedRatio: 0.3 } });
  const startMs = Date.now();
  await local.waitFor(
    async (s) => (Date.now() - startMs > SUFFERING_MS ? s.promql('slo:error_budget_remaining:ratio') : []),
    {
      timeoutMs: 60_000,
    },
  );
  atSeconds = Math.floor(Date.now() / 1000) + 0.5;
  // Until what was scraped and computed after that moment has arrived, all from before it has.
  await local.waitFor(async (s) => Number((await s.promql('min(timestamp(up))'))[0]?.value) > atSeconds + 1);
  [prometheus, stack] = [server, local];
}, 120_000);

afterAll(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last that was opened first
  for (const end of ends.splice(0).toReversed()) await end();
}, 60_000);

async function writeRules(folder: string): Promise<readonly string[]> {
  const files = alertFiles({ timeScaleRatio: TIME_SCALE }).filter(({ path }) =>
    path.startsWith('prometheus/'),
  );
  return Promise.all(
    files.map(async ({ path, content }) => {
      const file = join(folder, basename(path));
      await writeFile(file, content);
      return file;
    }),
  );
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}

async function expressionsOf(path: string): Promise<readonly string[]> {
  const { groups } = parse(await readFile(path, 'utf8')) as RuleFile;
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
}

type Answer = ReadonlyMap<string, number>;

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function answers(query: string): Promise<readonly [real: Answer, own: Answer]> {
  if (prometheus === undefined || stack === undefined) throw new Error('nothing runs');
  const real = await prometheus.query(query, atSeconds);
  const own = await stack.promql(query, { timeMs: atSeconds * 1000 });
  return [
    new Map(real.map(({ metric, value }) => [keyOf(metric), Number(value[1])])),
    new Map(own.map(({ labels, value }) => [keyOf(labels), Number(value)])),
  ];
}

/** Of series with the same value any may be chosen: then the values are compared, from the first to the last. */
function isChoice(query: string): boolean {
  return /^(?:top|bottom)k\(/.test(query);
}

function byRank(answer: Answer): Answer {
  const values = [...answer.values()].toSorted((one, other) => other - one);
  return new Map(values.map((value, rank) => [String(rank), value]));
}

/** What one of them has and the other has not, or has otherwise. */
function differences(real: Answer, own: Answer): readonly string[] {
  return [...new Set([...real.keys(), ...own.keys()])].flatMap((key) => {
    const [one, other] = [real.get(key), own.get(key)];
    if (one === undefined || other === undefined) return [`${key}: ${one} and ${other}`];
    const isSame =
      Object.is(one, other) ||
      one === other ||
      Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
    return isSame ? [] : [`${key}: ${one} and ${other}`];
  });
}

describe('the embedded stack, to which a real Prometheus writes', () => {
  it('answers every query of the dashboards and of the rules as that Prometheus does', async (ctx) => {
    if (prometheus === undefined) return ctx.skip('there is no Prometheus 3');
    const queries = new Set([
      ...allPanels.flatMap(({ panel }) =>
        panel.queries.flatMap((query) => (query.language === 'promql' ? [sent(query.expr)] : [])),
      ),
      ...ruleExpressions,
    ]);
    const found: string[] = [];
    let withData = 0;
    for (const query of queries) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      const [real, own] = (await answers(query)).map((answer) => (isChoice(query) ? byRank(answer) : answer));
      if (real === undefined || own === undefined) continue;
      if (real.size > 0) withData += 1;
      found.push(...differences(real, own).map((difference) => `${query}\n  ${difference}`));
    }
    expect(found).toEqual([]);
    expect(queries.size).toBeGreaterThan(300);
    expect(withData).toBeGreaterThan(150);
    return undefined;
  }, 300_000);
});
