import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { type PlantedSample, plantSamples } from './ui/plant.ts';

/** A busy machine takes its time; what waits ends as soon as the condition holds. */
const WAIT_MS = 60_000;
vi.setConfig({ testTimeout: WAIT_MS });

function soon<Value>(ask: () => Value | Promise<Value>) {
  return expect.poll(ask, { timeout: WAIT_MS / 2 });
}

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

interface Call {
  readonly client: string;
  readonly server: string;
  readonly type?: string;
  readonly requests: number;
  readonly failed?: number;
}

const HOSTILE = '<img src=x onerror="window.pwned=1">';
const calls: readonly Call[] = [
  { client: 'user', server: 'storefront', type: 'virtual_node', requests: 600 },
  { client: 'storefront', server: 'orders', requests: 300, failed: 30 },
  { client: 'orders', server: 'payments', requests: 120, failed: 60 },
  { client: 'orders', server: 'sqlite', type: 'database', requests: 500 },
  { client: 'payments', server: HOSTILE, type: 'virtual_node', requests: 60 },
];

/** Counters that begin at nothing and end at so many within the last minutes. */
function samplesOf(startMs: number): readonly PlantedSample[] {
  const names = [
    ['traces_service_graph_request_total', ({ requests }: Call) => requests],
    ['traces_service_graph_request_failed_total', ({ failed = 0 }: Call) => failed],
  ] as const;
  return [0, 1, 2, 3, 4].flatMap((step) =>
    calls.flatMap((call) =>
      names.map(([name, count]) => ({
        name,
        labels: { client: call.client, server: call.server, connection_type: call.type ?? '' },
        atMs: startMs + step * 30_000,
        value: (count(call) / 4) * step,
      })),
    ),
  );
}

describe.skipIf('missing' in chromium)('the map', () => {
  let ui: Ui;
  beforeAll(async () => {
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path);
    await plantSamples(ui.stack.url, samplesOf(Date.now() - 180_000));
  }, 60_000);
  afterAll(() => ui?.close());

  it('draws who calls whom, and says the same in a table, the worst first', async () => {
    await ui.visit('/map?refresh=off');
    await ui.page.getByRole('link', { name: /^payments 0/ }).waitFor();
    expect(await ui.page.getByRole('link', { name: /^orders 0/ }).getAttribute('aria-label')).toMatch(
      /10 % failed/,
    );
    expect(await ui.page.getByRole('link', { name: /^sqlite database/ }).count()).toBe(1);
    const rows = ui.page.locator('.map-table tbody tr');
    expect(await rows.count()).toBe(calls.length);
    expect(await rows.first().textContent()).toContain('orderspayments');
    expect(await ui.axe()).toEqual([]);
    await ui.page.getByRole('button', { name: /^(?:Light|Dark) theme$/ }).click();
    expect(await ui.axe()).toEqual([]);
    expect(ui.problems).toEqual([]);
  });

  it('leads from a call to its traces, and from a service to its page, without loading anew', async () => {
    await ui.visit('/map?refresh=off');
    await ui.page.evaluate(() => Reflect.set(globalThis, 'kept', true));
    await ui.page.getByRole('link', { name: /^orders calls payments/ }).focus();
    await ui.page.keyboard.press('Enter');
    await soon(() => new URL(ui.page.url()).searchParams.get('query')).toBe(
      '{ resource.service.name = "orders" } >> { resource.service.name = "payments" && status = error }',
    );
    await ui.page.goBack();
    await ui.page.getByRole('link', { name: /^orders 0/ }).click();
    await soon(() => new URL(ui.page.url()).pathname).toBe('/service/orders');
    expect(await ui.page.evaluate(() => Reflect.get(globalThis, 'kept') as unknown)).toBe(true);
  });

  it('shows only what is around a service', async () => {
    await ui.visit('/map?refresh=off');
    await ui.page.getByLabel('Around').selectOption('payments');
    await soon(() => ui.page.locator('.map-table tbody tr').count()).toBe(2);
    expect(await ui.page.locator('main img').count()).toBe(0);
    expect(await ui.page.locator('.map-node', { hasText: '<img src=x' }).count()).toBe(1);
    expect(await ui.page.evaluate(() => Reflect.get(globalThis, 'pwned') as unknown)).toBeUndefined();
    expect(ui.problems).toEqual([]);
  });
});
