import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../examples/shop/src/incidents.ts';
import { type ObservedShop, openObservedShop } from '../examples/shop/src/observed-shop.ts';
import { startLoadProcess } from '../examples/shop/src/processes.ts';
import { type Look, incidentLooks } from './dashboards/incident-looks.ts';
import { allPanels, sent } from './dashboards/panel-queries.ts';
import { debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

/** All incidents; otherwise the first one. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** A rate needs two scrapes, which come every second. */
const RATE_RANGE = { __rate_interval: '3s', __rate_interval_ms: '3000' };
/** What a visitor of the load stays below, and one who hammers does not. */
const DOOR = { RATE_LIMIT_MINUTE_MS: '1000', RATE_LIMIT_PER_MINUTE: '60' };

let shop: ObservedShop | undefined;
let prometheus: Prometheus | undefined;
let load: ReturnType<typeof startLoadProcess> | undefined;
let missing = '';

beforeAll(async () => {
  const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  if ('missing' in found) {
    missing = found.missing;
    return;
  }
  shop = await openObservedShop({ seed: 6, kept: { traces: 10, lines: 10 }, env: DOOR });
  const jobs = Object.fromEntries(shop.services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host]));
  prometheus = await startPrometheus({ path: found.path, jobs });
  load = startLoadProcess({ url: shop.storefront.url, connections: 12, thinkMs: 20, seed: 3 });
  load.done.catch(() => {});
}, 120_000);

afterAll(async () => {
  load?.stop();
  await Promise.all([load?.done, prometheus?.stop()]);
  await shop?.close();
});

/** What the panel of a look shows now. */
async function valuesOf({ board, service, question, labels = {} }: Look): Promise<readonly number[]> {
  const found = allPanels.find((each) => each.board === board && each.panel.title === question);
  const queries = (found?.panel.queries ?? []).filter(({ language }) => language === 'promql');
  expect([board, question, queries.length > 0]).toEqual([board, question, true]);
  const chosen = { service, ...RATE_RANGE };
  const results = await Promise.all(
    queries.map(async ({ expr }) => (await prometheus?.query(sent(expr, chosen))) ?? []),
  );
  return results
    .flat()
    .filter(({ metric }) => Object.entries(labels).every(([name, value]) => metric[name] === value))
    .map(({ value }) => Number(value[1]));
}

function order(incident: Incident): void {
  for (const each of [...(shop?.services ?? []), load]) each?.send({ incident });
}

/** Looks again and again until the panel shows it, or no longer does. */
async function untilShown(look: Look, isShown: boolean): Promise<boolean> {
  const check = async (): Promise<boolean> => look.isShown(await valuesOf(look)) === isShown;
  return vi.waitUntil(check, { timeout: 15_000, interval: 200 }).then(
    () => true,
    () => false,
  );
}

describe('the three looks from an alert to its cause', () => {
  it.for(incidentLooks)(
    'show it: $incident.kind',
    { timeout: 60_000 },
    async ({ incident, looks }, { skip }) => {
      if (!isLong && incident !== incidentLooks[0]?.incident) {
        skip('it is caused with SIGHTLINE_LONG_TESTS=true');
      }
      if (shop === undefined) skip(missing);
      order({ kind: 'none' });
      expect([looks[0].question, await untilShown(looks[0], false)]).toEqual([looks[0].question, true]);
      order(incident);
      for (const look of looks) {
        // oxlint-disable-next-line no-await-in-loop -- one look after the other, as a person does
        expect([look.question, await untilShown(look, true)]).toEqual([look.question, true]);
      }
    },
  );

  it('stand in the README, in these words', () => {
    const readme = readFileSync(
      new URL('../packages/dashboards/README.md', import.meta.url),
      'utf8',
    ).replaceAll(/\s+/g, ' ');
    const absent = incidentLooks
      .flatMap(({ looks }) => looks)
      .filter(({ question, shows }) => !(readme.includes(question) && readme.includes(shows)));
    expect(absent.map(({ question }) => question)).toEqual([]);
  });
});
