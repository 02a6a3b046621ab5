import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { alertFiles } from '@sightline/alerts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ObservedShop, openObservedShop } from '../examples/shop/src/observed-shop.ts';
import { startLoadProcess } from '../examples/shop/src/processes.ts';
import { type PanelDefinition, allPanels, neededLabels, sent } from './dashboards/panel-queries.ts';
import { debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

/** Rules that look at five minutes look at six seconds: those of a test that does not wait. */
const TIME_SCALE = 0.02;

let shop: ObservedShop | undefined;
let prometheus: Prometheus | undefined;
let load: ReturnType<typeof startLoadProcess> | undefined;
let folder = '';
let missing = '';

beforeAll(async () => {
  const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  if ('missing' in found) {
    missing = found.missing;
    process.stdout.write(`skipped: ${missing}\n`);
    return;
  }
  folder = await mkdtemp(join(tmpdir(), 'sightline-rules-'));
  const rules = alertFiles({ timeScaleRatio: TIME_SCALE }).filter(({ path }) =>
    path.startsWith('prometheus/'),
  );
  const paths = rules.map(({ path }) => join(folder, basename(path)));
  await Promise.all(rules.map(({ content }, index) => writeFile(paths[index] ?? '', content)));
  shop = await openObservedShop({ seed: 5, kept: { traces: 10, lines: 10 } });
  const jobs = Object.fromEntries(shop.services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host]));
  prometheus = await startPrometheus({
    path: found.path,
    jobs,
    alerts: { rules: paths, alertmanager: '127.0.0.1:9' },
  });
  shop.payments.send({ incident: { kind: 'failing', failedRatio: 0.3 } });
  // It goes on until the end, so that every rate is one of now.
  load = startLoadProcess({ url: shop.storefront.url, connections: 8, thinkMs: 50, seed: 1 });
  load.done.catch(() => {});
  await vi.waitFor(budgetIsKnown, { timeout: 30_000, interval: 250 });
}, 90_000);

afterAll(async () => {
  load?.stop();
  await Promise.all([load?.done, prometheus?.stop()]);
  await shop?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** The rules of the budget have run, which is the last thing to come. */
async function budgetIsKnown(): Promise<void> {
  expect(await prometheus?.query('slo:error_budget_remaining:ratio')).not.toEqual([]);
}

/** What the shop has: breakers, retries, a timeout, a bulkhead, a pool, a cache, limiters. What it has not is not in it. */
const inTheShop =
  /\b(?:circuit_breaker|retry|timeout|bulkhead|pool)_|\bcache_(?!size)|\brate_limit_(?!changes)/;

/** A share is one; what is spent of a budget may be a multiple of it. Without an observation a quantile is no number. */
function isOfUnit({ unit, view, queries }: PanelDefinition, value: number): boolean {
  const isBudget = queries.some(({ expr }) => expr.includes('slo:'));
  if (unit !== 'percentunit' || view === 'heatmap' || isBudget) return true;
  return Number.isNaN(value) || (value >= 0 && value <= 1);
}

const cases = allPanels.filter(({ panel }) => panel.queries.some(({ language }) => language === 'promql'));

describe('the panels, asked of Prometheus that scrapes the shop under load', () => {
  it.each(cases.map((each) => [`${each.board}: ${each.panel.title}`, each.panel] as const))(
    '%s',
    async (_, panel) => {
      if (prometheus === undefined) return;
      const { query } = prometheus;
      const ask = async () =>
        Promise.all(
          panel.queries.flatMap((each) => (each.language === 'promql' ? [query(sent(each.expr))] : [])),
        );
      const mayBeEmpty = panel.expects === 'series' ? '' : panel.expects.maybeEmpty;
      // What the shop has, shows something, whatever other services have.
      const reason = panel.queries.some(({ expr }) => inTheShop.test(expr)) ? '' : mayBeEmpty;
      const series = await vi.waitFor(
        async () => {
          const found = (await ask()).flat();
          expect([found.length > 0 || reason.length > 20, reason]).toEqual([true, reason]);
          return found;
        },
        { timeout: 15_000, interval: 250 },
      );
      expect(series.filter(({ value }) => !isOfUnit(panel, Number(value[1])))).toEqual([]);
      // What a legend or a column shows is there.
      if (series.length === 0) return;
      const labels = new Set(series.flatMap(({ metric }) => Object.keys(metric)));
      const absent = neededLabels(panel).filter((label) => !labels.has(label));
      expect(absent.filter((label) => !(label in mayBeAbsent))).toEqual([]);
    },
    60_000,
  );
});

/** Labels of legends and columns that series may lack, with the reason. */
const mayBeAbsent: Readonly<Record<string, string>> = {
  instance: 'an alert of a whole service has none',
  service_version: 'the shop has no version',
  http_route: 'a limiter that stands before the router knows no route',
  reason: 'what nobody has lost has no reason',
};
