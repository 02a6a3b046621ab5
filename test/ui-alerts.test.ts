import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantSamples } from './ui/plant.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const HOSTILE = '<img src=x onerror="document.title=1">';

const RULES = `
groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: queue_length > 10
        labels: { severity: critical, service: '{{ $labels.job }}' }
        annotations:
          summary: '{{ $value }} orders wait in {{ $labels.queue }}'
          description: Customers wait for their confirmation.
          runbook_url: alerts/runbooks/queue-long.md
          dashboard_url: http://localhost:3000/d/sightline-service?var-service={{ $labels.job }}
      - alert: QueueGrows
        expr: queue_length > 5
        for: 10m
        labels: { severity: warning }
        annotations: { summary: '${HOSTILE}', runbook_url: 'javascript:alert(1)' }
      - alert: Watchdog
        expr: vector(1)
        labels: { severity: none }
        annotations: { summary: alerts arrive }
      - alert: Broken
        expr: queue_length * on (job) group_left () queue_length
        labels: { severity: info }
`;

const RUNBOOK = `# QueueLong

## Meaning

More than 10 orders wait. ${HOSTILE} [away](javascript:alert(1)) [another](queue-grows.md)

## Queries

\`\`\`promql
max(queue_length{job="shop"})
\`\`\`
`;

describe.skipIf('missing' in chromium)('the pages about alerts', { timeout: 60_000 }, () => {
  let ui: Ui;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-ui-'));
    await Promise.all([
      writeFile(join(folder, 'rules.yml'), RULES),
      writeFile(join(folder, 'queue-long.md'), RUNBOOK),
    ]);
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path, { rules: [join(folder, 'rules.yml')], runbooks: folder });
    const labels = { job: 'orders', queue: 'confirmations' };
    await plantSamples(ui.stack.url, [
      { name: 'queue_length', labels, atMs: Date.now() - 1000, value: 42 },
      { name: 'queue_length', labels: { job: 'orders', queue: HOSTILE }, atMs: Date.now() - 1000, value: 7 },
    ]);
    await ui.stack.round();
  }, 60_000);
  afterAll(async () => {
    await ui?.close();
    await rm(folder, { recursive: true });
  });

  it('shows what fires first, with what it means and where to look, and the watchdog not at all', async () => {
    await ui.visit('/alerts');
    const list = ui.page.locator('main ul > li');
    await expect.poll(() => list.first().textContent()).toContain('42 orders wait in confirmations');
    const links = await list
      .first()
      .getByRole('link')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    expect(links).toEqual(
      expect.arrayContaining([
        '/runbook/queue-long?service=orders',
        '/d/sightline-service?var-service=orders',
        '/service/orders',
      ]),
    );
    expect(await ui.page.locator('main').textContent()).not.toContain('alerts arrive');
  });

  it('shows markup in an annotation as text, and makes no link of a script', async () => {
    await ui.visit('/alerts');
    await expect.poll(() => ui.page.locator('main').textContent()).toContain(HOSTILE);
    expect(await ui.page.locator('main img').count()).toBe(0);
    expect(await ui.page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(ui.problems).toEqual([]);
  });

  it('lists every rule, those that fail first, each with its state', async () => {
    await ui.visit('/alerts?tab=rules');
    const rows = ui.page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(4);
    expect(await rows.first().textContent()).toContain('Broken');
    await ui.page.getByLabel('Find').fill('queuel');
    await expect.poll(() => rows.count()).toBe(1);
    expect(new URL(ui.page.url()).searchParams.get('filter')).toBe('queuel');
  });

  it('finds the rules that ask for the metrics of a query, and gives it as the lines of a new one', async () => {
    await ui.visit('/alerts?query=sum(queue_length{job="orders"})');
    await expect
      .poll(() => ui.page.locator('main').textContent())
      .toContain('3 rules ask for the metrics of');
    expect(await ui.page.locator('tbody').innerText()).not.toContain('Watchdog');
    await ui.visit('/alerts?query=nobody_asks_this');
    await expect
      .poll(() => ui.page.locator('.alerts-rule-text').innerText())
      .toContain('expr: |\n          nobody_asks_this\n          > 0');
  });

  it('silences an alert, shows the silence, and ends it', async () => {
    await ui.visit('/alerts');
    await ui.page
      .locator('main li', { hasText: '42 orders' })
      .getByRole('button', { name: 'Silence…' })
      .click();
    await ui.page.getByLabel('Your name').fill('ada');
    await ui.page.getByLabel('Why').fill('a planned import');
    await ui.page.getByRole('button', { name: 'Silence', exact: true }).click();
    await expect
      .poll(() => ui.page.locator('main li', { hasText: '42 orders' }).textContent())
      .toContain('nobody is told');
    const silences = (await (await fetch(`${ui.stack.url}/api/v2/silences`)).json()) as {
      comment: string;
      matchers: { name: string }[];
    }[];
    expect(silences.map(({ comment }) => comment)).toEqual(['a planned import']);
    expect(silences[0]?.matchers.map(({ name }) => name)).toContain('alertname');
    await ui.visit('/alerts?tab=silences');
    await ui.page.getByRole('button', { name: 'End it' }).click();
    await expect.poll(() => ui.page.locator('tbody').textContent()).toContain('expired');
  });

  it('opens a runbook whose queries are for the service of the alert', async () => {
    await ui.visit('/alerts');
    await ui.page.locator('main li', { hasText: '42 orders' }).getByRole('link', { name: 'Runbook' }).click();
    await expect.poll(() => ui.page.title()).toBe('QueueLong · Sightline');
    const run = ui.page.getByRole('link', { name: 'Run for orders' });
    expect(await run.getAttribute('href')).toBe(
      `/explore?${new URLSearchParams({ query: 'max(queue_length{job="orders"})' }).toString()}`,
    );
    expect(await ui.page.locator('main').textContent()).toContain(HOSTILE);
    expect(
      await ui.page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))),
    ).toContain('/runbook/queue-grows?service=orders');
    expect(await ui.page.locator('a[href^="javascript"]').count()).toBe(0);
  });

  it('goes to a page by typing a part of its name', async () => {
    await ui.visit('/');
    await ui.page.keyboard.press('Control+k');
    await ui.page.getByRole('combobox', { name: 'Go to' }).fill('aler');
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => new URL(ui.page.url()).pathname).toBe('/alerts');
  });

  it.each(['dark', 'light'] as const)('has nothing that axe finds wrong, in %s', async (colorScheme) => {
    await ui.page.emulateMedia({ colorScheme });
    const found: string[] = [];
    for (const path of [
      '/alerts',
      '/alerts?tab=rules',
      '/alerts?tab=silences',
      '/alerts?tab=told',
      '/alerts?alert=QueueLong',
      '/runbook/queue-long',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- there is one page
      await ui.visit(path);
      // oxlint-disable-next-line no-await-in-loop
      found.push(...(await ui.axe()).map((problem) => `${path} ${problem}`));
    }
    expect(found).toEqual([]);
    expect(ui.problems).toEqual([]);
  });
});
