import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantOrder, plantSamples, traceId } from './ui/plant.ts';
import { plantService } from './ui/plant-service.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const CROWD = 100;
/** V8 keeps a plot of those that are gone from about the tenth on. */
const TURNS = 14;
const HOSTILE = '"><img src=x onerror=window.hacked=1>';
const RATE = 'sum by (http_route) (rate(http_server_request_duration_seconds_count[1m]))';

describe.skipIf('missing' in chromium)('the metrics explorer', { timeout: 60_000 }, () => {
  let ui: Ui;
  let range = '';
  let untilMs = 0;

  beforeAll(async () => {
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path);
    untilMs = Math.floor(Date.now() / 10_000) * 10_000;
    await plantOrder(ui.stack.url, { number: 9, atMs: untilMs - 60_000, failed: true });
    await plantService(ui.stack.url, {
      service: 'storefront',
      untilMs,
      points: 40,
      routes: [
        { route: '/api/orders', perPoint: 10 },
        { route: HOSTILE, perPoint: 2 },
      ],
      traceId: traceId(9),
    });
    range = `from=${untilMs - 300_000}&to=${untilMs}&refresh=off`;
  }, 60_000);
  afterAll(() => ui?.close());

  const content = () => ui.page.locator('.query-editor .cm-content').first();
  async function visit(more: string): Promise<void> {
    await ui.visit(`/explore?${range}&${more}`);
    await content().waitFor();
  }

  it('completes names, says what they mean, and draws what is asked', async () => {
    await visit('');
    await content().click();
    await ui.page.keyboard.type('http_server_req');
    const option = ui.page
      .locator('.cm-tooltip-autocomplete li')
      .filter({ hasText: 'http_server_request_duration_seconds_count' });
    await option.click();
    await ui.page.keyboard.press('Enter');
    await expect
      .poll(() => new URL(ui.page.url()).searchParams.get('query'))
      .toBe('http_server_request_duration_seconds_count');
    await expect.poll(() => ui.page.locator('.legend tbody tr').count()).toBe(2);
    await content().hover({ position: { x: 60, y: 12 } });
    await expect.poll(() => ui.page.locator('.cm-about').textContent()).toContain('How long requests took');
    expect(ui.problems).toEqual([]);
  });

  it('marks what is wrong, and shows what the server says', async () => {
    await visit(`query=${encodeURIComponent('sum(rate(up)')}`);
    await expect.poll(() => ui.page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);
    await expect.poll(() => ui.page.locator('.problem').innerText()).toContain('parse error');
    expect(ui.problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
  });

  it('shows in the table what the API gives, names that are markup as they are', async () => {
    await visit(`view=table&query=${encodeURIComponent(RATE)}`);
    await expect.poll(() => ui.page.locator('.explore-row').count()).toBe(2);
    const response = await fetch(
      `${ui.stack.url}/api/v1/query?query=${encodeURIComponent(RATE)}&time=${untilMs / 1000}`,
    );
    const { data } = (await response.json()) as {
      data: { result: { metric: { http_route: string }; value: [number, string] }[] };
    };
    const rows = await ui.page
      .locator('.explore-row')
      .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows).toEqual(
      data.result.map(({ metric, value }) => [
        `{http_route=${JSON.stringify(metric.http_route)}}`,
        String(Number(value[1])),
      ]),
    );
    expect(await ui.page.evaluate('window.hacked')).toBeUndefined();
  });

  it('lets go of a graph that was left, and of the legend beside it', async () => {
    await plantSamples(
      ui.stack.url,
      Array.from({ length: CROWD }, (_, index) => ({
        name: 'crowd',
        labels: { job: 'shop', number: String(index) },
        atMs: untilMs - 10_000,
        value: index,
      })),
    );
    await visit('query=crowd');
    const names = ui.page.locator('.legend-name');
    await expect.poll(() => names.count()).toBe(CROWD);
    const client = await ui.page.context().newCDPSession(ui.page);
    await client.send('Performance.enable');
    const nodes = async (): Promise<number> => {
      await client.send('HeapProfiler.collectGarbage');
      const { metrics } = await client.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'Nodes')?.value ?? Infinity;
    };
    const before = await nodes();
    for (let turn = 0; turn < TURNS; turn++) {
      // oxlint-disable-next-line no-await-in-loop -- there and back again
      await ui.page.getByRole('button', { name: 'Table' }).click();
      // oxlint-disable-next-line no-await-in-loop -- see above
      await ui.page.locator('.explore-row').first().waitFor();
      // oxlint-disable-next-line no-await-in-loop -- see above
      await ui.page.getByRole('button', { name: 'Graph' }).click();
      // oxlint-disable-next-line no-await-in-loop -- see above
      await names.first().waitFor();
    }
    // A legend of so many lines has more than five nodes for each.
    await expect.poll(nodes, { timeout: 20_000 }).toBeLessThan(before + CROWD * 5);
    await client.detach();
  });

  it('finds metrics by their meaning, and puts a label into the query', async () => {
    await visit('');
    await ui.page
      .getByRole('searchbox', { name: 'Search metrics by name and meaning' })
      .fill('how long requests');
    const metric = ui.page.getByRole('button', { name: /http_server_request_duration_seconds_count/ });
    await metric.click();
    await ui.page.getByRole('button', { name: 'http_route' }).click();
    await expect
      .poll(() => ui.page.locator('.metric-value').allInnerTexts())
      .toEqual(expect.arrayContaining([expect.stringMatching(/\/api\/orders\s*1 series/)]));
    await ui.page.getByRole('button', { name: 'Put it in' }).click();
    await expect.poll(() => content().innerText()).toBe('http_server_request_duration_seconds_count');
  });

  it('shows several queries, and opens the trace of an exemplar', async () => {
    await visit(
      `query=${encodeURIComponent('histogram_quantile(0.9, sum by (le) (rate(http_server_request_duration_seconds_bucket[1m])))')}&query=up`,
    );
    await expect.poll(() => ui.page.locator('.query-editor .cm-content').count()).toBe(2);
    const dots = ui.page.locator('.graph-exemplar');
    await expect.poll(() => dots.count()).toBeGreaterThan(0);
    await dots.first().focus();
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => new URL(ui.page.url()).pathname).toBe(`/trace/${traceId(9)}`);
  });

  it.each(['dark', 'light'] as const)(
    'is accessible in the %s theme, with a graph, an editor and a metric open',
    async (theme) => {
      await ui.page.emulateMedia({ colorScheme: theme });
      await visit(`query=${encodeURIComponent(RATE)}`);
      expect(await ui.page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
      await ui.page.getByRole('button', { name: 'Metrics and labels' }).click();
      await ui.page.locator('.metric').first().waitFor();
      await expect.poll(() => ui.page.locator('.legend tbody tr').count()).toBe(2);
      expect(await ui.axe()).toEqual([]);
      expect(ui.problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
    },
  );
});
