import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { type PlantedLine, plantLines, traceId } from './ui/plant.ts';

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const MARKUP = '<img src=x onerror="document.title=1"><script>alert(1)</script>';
const ANSI = '\u001B[31mred\u001B[0m';
const BIDI = 'user\u202Egnp.exe';
const QUOTED = String.raw`say "hi" \ | {x}`;

/** Some lines of every kind: 40 of requests, then errors, then what somebody may send to do harm. */
async function plant(url: string, nowMs: number): Promise<void> {
  const requests = Array.from({ length: 40 }, (_, index): PlantedLine => ({
    service: 'shop',
    level: 'info',
    atMs: nowMs - 60_000 + index * 1000,
    fields: { msg: `GET /items/${index} 200`, route: '/items/:id', duration: index },
    metadata: { trace_id: traceId(index + 1), tenant: index % 2 === 0 ? 'even' : 'odd' },
  }));
  const errors = Array.from({ length: 5 }, (_, index): PlantedLine => ({
    service: 'shop',
    level: 'error',
    atMs: nowMs - 15_000 + index * 1000,
    fields: { msg: 'charge failed', err: { message: QUOTED, code: index } },
  }));
  const hostile = [MARKUP, ANSI, BIDI].map((msg, index): PlantedLine => ({
    service: 'hostile',
    level: 'warn',
    atMs: nowMs - 9000 + index * 1000,
    fields: { msg, [MARKUP]: MARKUP },
  }));
  await plantLines(url, [
    ...requests,
    ...errors,
    ...hostile,
    { service: 'long', level: 'debug', atMs: nowMs - 5000, fields: { msg: 'x'.repeat(150_000) } },
  ]);
}

describe.skipIf('missing' in chromium)('the page of logs', { timeout: 90_000 }, () => {
  let ui: Ui;
  const nowMs = Date.now();
  const range = `from=${nowMs - 300_000}&to=${nowMs}`;
  const visit = (query: string, more = range): Promise<void> =>
    ui.visit(`/logs?query=${encodeURIComponent(query)}&${more}`);
  const rows = () => ui.page.getByRole('listbox', { name: /^Log lines/ }).getByRole('option');
  const queryNow = () => new URL(ui.page.url()).searchParams.get('query');

  beforeAll(async () => {
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path);
    await plant(ui.stack.url, nowMs);
  }, 90_000);
  afterAll(() => ui?.close());

  it('shows the newest lines first and counts by level what the API counts', async () => {
    await visit('{service_name="shop"}');
    await rows().first().waitFor();
    expect(await rows().first().textContent()).toContain('charge failed');
    const { page } = ui;
    await page.getByRole('button', { name: 'error 5', exact: true }).waitFor();
    await page.getByRole('button', { name: 'info 40', exact: true }).click();
    await expect.poll(queryNow).toBe('{service_name="shop", level="info"}');
    await page.getByText('All 40 lines').waitFor();
    expect(await ui.stack.logs('{service_name="shop", level="info"}')).toHaveLength(40);
    expect(ui.problems).toEqual([]);
  });

  it('makes filters of the fields of an opened line, by the place that each has', async () => {
    await visit('{service_name="shop"} |= "charge"');
    const { page } = ui;
    await rows().first().click();
    const only = (name: string) =>
      page.getByRole('button', { name: `Only lines with this ${name}`, exact: true });
    await only('err_message').click();
    const filtered = String.raw`{service_name="shop"} |= "charge" | json | err_message="say \"hi\" \\ | {x}"`;
    await expect.poll(queryNow).toBe(filtered);
    await page.getByText('All 5 lines').waitFor();
    await page.getByRole('button', { name: 'No lines with this level', exact: true }).click();
    await expect
      .poll(queryNow)
      .toBe(filtered.replace('{service_name="shop"}', '{service_name="shop", level!="error"}'));
    await page.getByText('No line in this time range').waitFor();
    await page.getByRole('button', { name: 'Take level!="error" away' }).click();
    await page.getByText('All 5 lines').waitFor();
    expect(ui.problems).toEqual([]);
  });

  it('opens a line with the keyboard, shows its trace and what is around it', async () => {
    await visit('{service_name="shop"} | tenant="odd"');
    const { page } = ui;
    await page.getByRole('listbox', { name: /^Log lines/ }).press('ArrowDown');
    await page.getByRole('listbox', { name: /^Log lines/ }).press('ArrowDown');
    const link = page.getByRole('link', { name: 'Show the trace' });
    expect(await link.getAttribute('href')).toContain(`/trace/${traceId(38)}`);
    await page.getByRole('button', { name: 'Lines around it' }).click();
    const around = page.getByRole('list', { name: /^Lines around it/ });
    // The query leaves them out; they are of the same stream.
    await around.getByText('GET /items/36 200').waitFor();
    expect(await around.locator('[aria-current]').textContent()).toContain('GET /items/37 200');
    await page.getByRole('listbox', { name: /^Log lines/ }).press('Escape');
    await link.waitFor({ state: 'detached' });
    expect(ui.problems).toEqual([]);
  });

  it('completes labels, their values and stages', async () => {
    await visit('{service_name="shop"}');
    const { page } = ui;
    const input = page.getByRole('combobox', { name: /^Query/ });
    await input.fill('');
    await input.pressSequentially('{lev');
    await page.getByRole('option', { name: 'level', exact: true }).waitFor();
    await input.press('ArrowDown');
    await input.press('Enter');
    await page.getByRole('option', { name: 'warn', exact: true }).waitFor();
    await input.pressSequentially('wa');
    await expect
      .poll(() => page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option').count())
      .toBe(1);
    await input.press('ArrowDown');
    await input.press('Enter');
    await expect.poll(() => input.inputValue()).toBe('{level="warn"}');
    await input.press('Escape');
    await input.press('Enter');
    await expect.poll(queryNow).toBe('{level="warn"}');
    await page.getByText('All 3 lines').waitFor();
    expect(ui.problems).toEqual([]);
  });

  it('shows what would do harm as text, with what cannot be seen made visible', async () => {
    await visit('{service_name="hostile"}');
    const { page } = ui;
    await page.getByText('All 3 lines').waitFor();
    const texts = (await rows().allTextContents()).join('\n');
    expect(texts).toContain(MARKUP);
    expect(texts).toContain('␛[31mred␛[0m');
    expect(texts).toContain('user⟨U+202E⟩gnp.exe');
    await rows().last().click();
    await page.getByRole('region', { name: 'Fields of the line' }).getByText(MARKUP).first().waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Logs · Sightline');
    expect(ui.problems).toEqual([]);
  });

  it('cuts a long line, and shows all of it when asked', async () => {
    await visit('{service_name="long"}');
    const { page } = ui;
    await page.getByText('All 1 line,').waitFor();
    expect((await rows().first().textContent())?.length).toBeLessThan(1000);
    await rows().first().click();
    const message = page.locator('.details-message').first();
    expect((await message.textContent())?.length).toBeLessThan(6000);
    await message.getByRole('button', { name: /show all/ }).click();
    await expect.poll(async () => (await message.textContent())?.length).toBe(150_000);
    expect(ui.problems).toEqual([]);
  });

  it('finds patterns and filters by one', async () => {
    await visit('{service_name="shop"} |= "item"');
    const { page } = ui;
    await rows().first().waitFor();
    await page.getByRole('button', { name: 'Patterns' }).click();
    const panel = page.getByRole('region', { name: 'List of patterns' });
    await panel.getByText('Of the 40 lines that are loaded.').waitFor();
    await panel.getByRole('button', { name: 'only these' }).first().click();
    await expect.poll(queryNow).toContain('|> "<_>GET /items/<_> 200<_>"');
    await page.getByText('All 40 lines').waitFor();
    expect(ui.problems).toEqual([]);
  });

  it('gives what is shown away as NDJSON', async () => {
    await visit('{service_name="hostile"}');
    const { page } = ui;
    await page.getByText('All 3 lines').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      labels: { service_name: 'hostile' },
      line: expect.stringContaining('onerror') as string,
    });
    expect(ui.problems).toEqual([]);
  });

  it('follows lines live, and lets who reads an older one read it', async () => {
    await visit('{service_name="live"}', 'live=1');
    const { page } = ui;
    await page.getByText('Live', { exact: true }).last().waitFor();
    const send = (text: string): Promise<void> =>
      plantLines(ui.stack.url, [{ service: 'live', level: 'info', atMs: Date.now(), fields: { msg: text } }]);
    await send('the first');
    await rows().filter({ hasText: 'the first' }).waitFor();
    await rows().first().click();
    await page.getByText('Paused').waitFor();
    await send('the second');
    await page.getByText(/1 wait/).waitFor();
    expect(await rows().filter({ hasText: 'the second' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Close the line' }).click();
    await rows().filter({ hasText: 'the second' }).waitFor();
    expect(ui.problems).toEqual([]);
  });

  it('filters by a level as the labels call it', async () => {
    const streams = ['warning', 'WARN', 'info'].map((level) => ({
      stream: { service_name: 'python', level },
      values: [[`${nowMs - 3000}000000`, `of level ${level}`]],
    }));
    await fetch(`${ui.stack.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streams }),
    });
    await visit('{service_name="python"}');
    await ui.page.getByRole('button', { name: 'warn 2', exact: true }).click();
    await ui.page.getByText('All 2 lines').waitFor();
    expect(queryNow()).toMatch(/^\{service_name="python", level=~"(?:WARN\|warning|warning\|WARN)"\}$/);
  });

  it('says what is wrong with a query, in the words of the server', async () => {
    await visit('{service_name="shop"} | json |');
    await ui.page.getByRole('alert').first().waitFor();
    expect(await ui.page.getByRole('alert').first().textContent()).toContain('parse error');
  });

  it.each([
    '{service_name="shop", level="error"}',
    'sum by (level) (count_over_time({service_name="shop"}[1m]))',
  ])('has nothing that axe finds wrong with %s, in either theme', async (query) => {
    await visit(query);
    const { page } = ui;
    await page.getByText(/All 5 lines|Highest/).waitFor();
    if (query.startsWith('{')) await rows().nth(1).click();
    expect(await ui.axe()).toEqual([]);
    await page.getByRole('button', { name: /^(?:Light|Dark) theme$/ }).click();
    expect(await ui.axe()).toEqual([]);
  });
});
