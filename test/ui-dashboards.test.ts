import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantErrorRecord, plantLines, plantOrder, traceId } from './ui/plant.ts';
import { plantService } from './ui/plant-service.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const shipped = fileURLToPath(new URL('../dashboards/', import.meta.url));
const files = (await readdir(shipped)).filter((file) => file.endsWith('.json'));
const HOSTILE = '"><img src=x onerror=window.hacked=1>${service}{{x}}';
/** High enough that every panel is in sight, so that all are asked. */
const ALL_IN_SIGHT = { width: 1280, height: 6000 };
const WINDOW = { width: 1280, height: 800 };

/** One of the user's own: what the shipped ones have no example of. */
const own = {
  uid: 'own',
  title: 'Of the team',
  schemaVersion: 39,
  templating: {
    list: [
      {
        name: 'route',
        type: 'custom',
        query: '/a,/b',
        multi: true,
        includeAll: true,
        current: { value: ['$__all'] },
      },
    ],
  },
  panels: [
    {
      id: 1,
      type: 'text',
      title: 'About',
      gridPos: { x: 0, y: 0, w: 12, h: 6 },
      options: {
        mode: 'markdown',
        content: `# Hello\n<img src=x onerror=alert(1)> [good](https://ok.example/) [bad](javascript:alert(1))`,
      },
    },
    { id: 2, type: 'flamegraph', title: 'Not known', gridPos: { x: 12, y: 0, w: 12, h: 6 }, targets: [] },
    {
      id: 3,
      type: 'gauge',
      title: 'Of $route',
      repeat: 'route',
      gridPos: { x: 0, y: 6, w: 12, h: 6 },
      datasource: { type: 'prometheus' },
      targets: [{ refId: 'A', expr: 'vector(0.42)', instant: true }],
      fieldConfig: { defaults: { unit: 'percentunit', min: 0, max: 1 }, overrides: [] },
      options: { reduceOptions: { calcs: ['lastNotNull'] } },
    },
    {
      id: 4,
      type: 'timeseries',
      title: 'Wrong',
      gridPos: { x: 0, y: 12, w: 12, h: 6 },
      datasource: { type: 'prometheus' },
      targets: [{ refId: 'A', expr: 'sum(' }],
    },
    {
      id: 5,
      type: 'table',
      title: 'Transformed',
      gridPos: { x: 12, y: 12, w: 12, h: 6 },
      datasource: { type: 'prometheus' },
      targets: [{ refId: 'A', expr: 'vector(1)', instant: true, format: 'table' }],
      transformations: [{ id: 'spatial', options: {} }],
    },
  ],
};

const prometheusQuery = (refId: string, expr: string): object => ({
  kind: 'PanelQuery',
  spec: { refId, hidden: false, query: { kind: 'DataQuery', group: 'prometheus', spec: { expr } } },
});
/** Of Grafana's second schema, with what the others have no example of. */
const second = {
  apiVersion: 'dashboard.grafana.app/v2',
  kind: 'Dashboard',
  metadata: { name: 'second' },
  spec: {
    title: 'Of the second schema',
    variables: [
      {
        kind: 'AdhocVariable',
        group: 'prometheus',
        spec: {
          name: 'Filters',
          filters: [{ key: 'http_route', operator: '=', value: '/api/orders' }],
        },
      },
    ],
    elements: {
      counts: {
        kind: 'Panel',
        spec: {
          id: 1,
          title: 'Counts',
          data: {
            kind: 'QueryGroup',
            spec: { queries: [prometheusQuery('A', 'http_server_request_duration_seconds_count')] },
          },
          vizConfig: {
            kind: 'VizConfig',
            group: 'timeseries',
            spec: { options: { legend: { showLegend: true, displayMode: 'list' } } },
          },
        },
      },
      spread: {
        kind: 'Panel',
        spec: {
          id: 2,
          title: 'Spread',
          data: {
            kind: 'QueryGroup',
            spec: { queries: [prometheusQuery('A', 'http_server_request_duration_seconds_count')] },
          },
          vizConfig: {
            kind: 'VizConfig',
            group: 'heatmap',
            spec: {
              options: { calculate: true, calculation: { yBuckets: { scale: { type: 'log', log: 2 } } } },
            },
          },
        },
      },
    },
    layout: {
      kind: 'AutoGridLayout',
      spec: {
        maxColumnCount: 2,
        items: ['counts', 'spread', 'gone'].map((name) => ({
          kind: 'AutoGridLayoutItem',
          spec: { element: { kind: 'ElementReference', name } },
        })),
      },
    },
  },
};

describe.skipIf('missing' in chromium)('dashboards', { timeout: 60_000 }, () => {
  let ui: Ui;
  let folder = '';
  let range = '';
  const queries: URL[] = [];

  async function settled(): Promise<void> {
    await ui.page.locator('main:not(:has([aria-busy="true"]))').waitFor();
  }
  async function openAll(path: string): Promise<void> {
    await ui.page.setViewportSize(ALL_IN_SIGHT);
    await ui.visit(path);
    const closed = ui.page.locator('.dashboard-section h2 button[aria-expanded=false]');
    // oxlint-disable-next-line no-await-in-loop -- each click changes what is left
    while ((await closed.count()) > 0) await closed.first().click();
    await expect.poll(() => ui.page.locator('.panel-body').count()).toBeGreaterThan(0);
    // Each has begun, and then has come to an end.
    await expect
      .poll(() => ui.page.locator('.panel-body > .panel-note:empty, .panel-body:empty').count())
      .toBe(0);
    await settled();
  }
  const panel = (title: string) => ui.page.getByRole('region', { name: title, exact: true });

  beforeAll(async () => {
    if (!('path' in chromium)) return;
    folder = await mkdtemp(join(tmpdir(), 'sightline-ui-dashboards-'));
    await Promise.all(files.map((file) => cp(join(shipped, file), join(folder, file))));
    await writeFile(join(folder, 'own.json'), JSON.stringify(own));
    await writeFile(join(folder, 'second.json'), JSON.stringify(second));
    ui = await openUi(chromium.path, { dashboards: folder });
    ui.page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname.startsWith('/api/v1/query')) queries.push(url);
    });
    const untilMs = Math.floor(Date.now() / 10_000) * 10_000;
    const { url } = ui.stack;
    await plantOrder(url, { number: 7, atMs: untilMs - 60_000, failed: true });
    const routes = [
      { route: '/api/orders', perPoint: 10 },
      { route: HOSTILE, perPoint: 2, failing: true },
    ];
    await plantService(url, { service: 'storefront', untilMs, points: 40, routes, traceId: traceId(7) });
    await plantService(url, {
      service: 'orders',
      untilMs,
      points: 40,
      routes: [{ route: '/orders', perPoint: 5 }],
      traceId: traceId(7),
    });
    await plantLines(url, [
      {
        service: 'storefront',
        level: 'error',
        atMs: untilMs - 5000,
        fields: { msg: HOSTILE },
        metadata: { trace_id: traceId(7) },
      },
      {
        service: 'storefront',
        level: 'error',
        atMs: untilMs - 7000,
        fields: { msg: 'charge failed', err: { type: 'CardError', fingerprint: 'f00d' } },
      },
    ]);
    await plantErrorRecord(url, {
      service: 'storefront',
      atMs: untilMs - 6000,
      message: 'charge failed',
      type: 'CardError',
      fingerprint: 'f00d',
      attributes: { http_route: '/api/orders' },
    });
    range = `from=${untilMs - 300_000}&to=${untilMs}&refresh=off`;
  }, 60_000);
  afterAll(async () => {
    await ui?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists them all, and each opens', async () => {
    await ui.page.setViewportSize(WINDOW);
    await ui.visit('/dashboards');
    await expect.poll(() => ui.page.locator('.dashboard-list li').count()).toBe(files.length + 2);
    expect(await ui.axe()).toEqual([]);
    await ui.page.getByRole('link', { name: 'Sightline / Fleet' }).click();
    await expect.poll(() => ui.page.title()).toBe('Sightline / Fleet · Sightline');
  });

  it.each(files)('draws every panel of %s', async (file) => {
    const { uid, title } = JSON.parse(await readFile(join(shipped, file), 'utf8')) as {
      uid: string;
      title: string;
    };
    await openAll(`/d/${uid}?${range}`);
    expect(await ui.page.title()).toBe(`${title} · Sightline`);
    const text = await ui.page.locator('main').innerText();
    expect(text.match(/.*cannot be rendered.*|.*could not be asked.*/g)).toBeNull();
    expect(await ui.page.evaluate('window.hacked')).toBeUndefined();
    expect(await ui.page.locator('main img').count()).toBe(0);
    expect(ui.problems).toEqual([]);
  });

  it('shows in a stat what the API gives for the same query and time', async () => {
    queries.length = 0;
    await openAll(`/d/sightline-service?${range}`);
    const start = 'sum((rate(http_server_request_duration_seconds_count{';
    const asked = queries.find(
      ({ pathname, searchParams }) =>
        pathname === '/api/v1/query' && searchParams.get('query')?.startsWith(start),
    );
    expect(asked).toBeDefined();
    const answer = (await (await fetch(asked ?? '')).json()) as {
      data: { result: { value: [number, string] }[] };
    };
    const value = Number(answer.data.result[0]?.value[1]);
    expect(value).toBeGreaterThan(0);
    const shown = await panel('How busy is it?').locator('.stat-value').innerText();
    expect(shown).toMatch(/ req\/s$/);
    expect(Number.parseFloat(shown)).toBeCloseTo(value, 1);
  });

  it('counts an error by its fingerprint, in lines that are JSON and in those that came by OTLP', async () => {
    await openAll(`/d/sightline-logs?${range}`);
    const rows = panel('Which errors are logged the most?').getByRole('row');
    expect((await rows.allInnerTexts()).slice(1).map((row) => row.split(/\s+/))).toEqual([
      ['storefront', 'CardError', '–', 'f00d', '2'],
    ]);
    expect(await panel('Which routes log errors?').getByRole('row').last().innerText()).toMatch(
      /^\/api\/orders\s/,
    );
    expect(ui.problems).toEqual([]);
  });

  it('shows in a table what the API gives, names that are markup as they are', async () => {
    queries.length = 0;
    await openAll(`/d/sightline-routes?${range}`);
    const table = panel('Which routes are the worst?');
    const heads = await table.locator('th').allInnerTexts();
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((found) =>
        found.map((row) =>
          [...(row as unknown as { readonly cells: Iterable<{ readonly innerText: string }> }).cells].map(
            (cell) => cell.innerText.replace(/\s*▾$/, ''),
          ),
        ),
      );
    expect(rows.map((row) => row[1])).toContain(HOSTILE);
    const asked = queries.filter(
      ({ pathname, searchParams }) =>
        pathname === '/api/v1/query' &&
        searchParams
          .get('query')
          ?.startsWith('sum by (job, http_route) ((rate(http_server_request_duration_seconds_count') === true,
    );
    const column = heads.findIndex((head) => head.startsWith('Requests'));
    expect(column).toBeGreaterThan(0);
    const answer = (await (await fetch(asked.at(-1) ?? '')).json()) as {
      data: { result: { metric: { job: string; http_route: string }; value: [number, string] }[] };
    };
    expect(answer.data.result).toHaveLength(3);
    for (const { metric, value } of answer.data.result) {
      const row = rows.find(([job, route]) => job === metric.job && route === metric.http_route);
      expect(Number.parseFloat(row?.[column] ?? '')).toBeCloseTo(Number(value[1]), 1);
    }
  });

  it('asks only for what is chosen, keeps it in the address, and takes it along to the next one', async () => {
    await ui.page.setViewportSize(WINDOW);
    await ui.visit(`/d/sightline-service?${range}`);
    await settled();
    queries.length = 0;
    await ui.page.getByRole('button', { name: 'Service: All' }).click();
    await ui.page.getByRole('checkbox', { name: 'orders' }).check();
    await expect.poll(() => new URL(ui.page.url()).searchParams.getAll('var-service')).toEqual(['orders']);
    await expect
      .poll(() =>
        queries.some(({ searchParams }) => searchParams.get('query')?.includes('job=~"orders"') === true),
      )
      .toBe(true);
    await ui.page.keyboard.press('Escape');
    await ui.page
      .getByRole('button', {
        name: 'Sightline: The other dashboards, for what is chosen here and the same time',
      })
      .click();
    await ui.page.getByRole('link', { name: 'Sightline / Routes' }).click();
    await expect.poll(() => ui.page.url()).toContain('/d/sightline-routes?var-service=orders');
    expect(ui.page.url()).toContain('from=');
    expect(ui.problems).toEqual([]);
  });

  it('keeps a menu open that nothing has moved, and closes it when the page is scrolled', async () => {
    await ui.page.setViewportSize(WINDOW);
    await ui.visit(`/d/sightline-service?${range}`);
    await ui.page.getByRole('button', { name: 'Sightline' }).click();
    const other = ui.page.getByRole('link', { name: 'Sightline / Routes', exact: true });
    await other.waitFor();
    // The end of a scroll that somebody made before.
    await ui.page.evaluate("document.dispatchEvent(new Event('scroll'))");
    expect(await other.count()).toBe(1);
    await ui.page.mouse.wheel(0, 300);
    await expect.poll(() => other.count()).toBe(0);
  });

  it('opens the trace of an exemplar', async () => {
    await openAll(`/d/sightline-service?${range}`);
    const dots = panel('How long do requests take?').locator('.graph-exemplar');
    await expect.poll(() => dots.count()).toBeGreaterThan(0);
    await dots.first().focus();
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => new URL(ui.page.url()).pathname).toBe(`/trace/${traceId(7)}`);
  });

  it('shows a dashboard of the team: Markdown without markup, repeats, and what it cannot draw', async () => {
    await openAll(`/d/own?${range}`);
    const about = panel('About');
    await expect.poll(() => about.locator('.panel-body h2').innerText()).toBe('Hello');
    expect(await about.locator('img').count()).toBe(0);
    expect(
      await about.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).toEqual(['https://ok.example/']);
    expect(await panel('Not known').innerText()).toContain('its type is "flamegraph"');
    expect(await panel('Of /a').locator('.gauge-value').innerText()).toBe('42%');
    expect(await panel('Of /b').count()).toBe(1);
    expect(await panel('Wrong').innerText()).toContain('parse error');
    expect(await panel('Transformed').innerText()).toContain('"spatial" is not known');
    // The browser tells of the 400 by itself.
    expect(ui.problems.filter((problem) => !problem.includes('status of 400'))).toEqual([]);
  });

  it('shows one of the second schema, counts values for a heatmap, and narrows all queries down', async () => {
    await ui.page.setViewportSize(WINDOW);
    await ui.visit(`/d/second?${range}`);
    const names = panel('Counts').locator('.legend');
    await expect.poll(() => names.innerText()).toContain('storefront');
    expect(await names.innerText()).not.toContain('job="orders"');
    await expect
      .poll(() => panel('Spread').locator('canvas').getAttribute('aria-label'))
      .toMatch(/^Spread: [1-9]\d* buckets over time, at most [1-9]/);
    expect(await panel('gone').innerText()).toContain('its type is "missing element"');
    const filters = ui.page.getByRole('form', { name: 'Filters' });
    await filters.getByLabel('Filters: label').fill('job');
    await filters.getByLabel('Filters: value').fill('orders');
    await filters.getByRole('button', { name: 'Add' }).click();
    await expect.poll(() => panel('Counts').innerText()).toContain('No data');
    await filters.getByRole('button', { name: 'Take http_route = /api/orders away' }).click();
    await expect.poll(() => names.innerText()).toContain('job="orders"');
    expect(new URL(ui.page.url()).searchParams.getAll('var-Filters')).toEqual(['job|=|orders']);
    expect(await ui.axe()).toEqual([]);
  });

  it.each(['dark', 'light'] as const)('is accessible in the %s theme', async (theme) => {
    await ui.page.emulateMedia({ colorScheme: theme });
    // One with a table, graphs, a heatmap, and names that are markup.
    await openAll(`/d/sightline-routes?${range}`);
    expect(await ui.page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
    expect(await ui.axe()).toEqual([]);
  });
});
