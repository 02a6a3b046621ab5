import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium } from './ui/chromium.ts';
import { type Ui, openUi } from './ui/open-ui.ts';
import { plantLines, plantOrder, plantTrace, traceId } from './ui/plant.ts';

/** A busy machine takes its time; what waits ends as soon as the condition holds. */
const WAIT_MS = 60_000;
vi.setConfig({ testTimeout: WAIT_MS });

function soon<Value>(ask: () => Value | Promise<Value>) {
  return expect.poll(ask, { timeout: WAIT_MS / 2 });
}

const chromium = findChromium();
if ('missing' in chromium) process.stdout.write(`skipped: ${chromium.missing}\n`);

const FAILED = 7;
const HOSTILE = 900;
const BROKEN = 901;
const HOSTILE_NAME = '<img src=x onerror="window.pwned=1">{{7*7}}\u202Egnp.exe';

describe.skipIf('missing' in chromium)('the pages about traces', () => {
  let ui: Ui;

  beforeAll(async () => {
    if (!('path' in chromium)) return;
    ui = await openUi(chromium.path);
    const { url } = ui.stack;
    const startMs = Date.now() - 120_000;
    for (let number = 1; number <= 8; number++) {
      // oxlint-disable-next-line no-await-in-loop -- in the order of their times
      await plantOrder(url, { number, atMs: startMs + number * 1000, failed: number === FAILED });
    }
    const ids = { trace_id: traceId(FAILED), span_id: (FAILED * 16 + 6).toString(16).padStart(16, '0') };
    const atMs = startMs + FAILED * 1000;
    await plantLines(url, [
      {
        service: 'payments',
        level: 'warn',
        atMs: atMs + 300,
        fields: { msg: 'card service is slow' },
        metadata: ids,
      },
      {
        service: 'payments',
        level: 'error',
        atMs: atMs + 940,
        fields: { msg: 'card service timed out' },
        metadata: ids,
      },
      {
        service: 'payments',
        level: 'error',
        atMs: atMs + 940,
        fields: { msg: 'of another trace' },
        metadata: {},
      },
    ]);
    await plantTrace(url, {
      id: traceId(HOSTILE),
      atMs: startMs,
      spans: [
        {
          service: '"><script>window.pwned=2</script>',
          name: HOSTILE_NAME,
          id: 'aaaaaaaaaaaaaaaa',
          kind: 2,
          startMs: 0,
          durationMs: 5,
          attributes: {
            '<b>key</b>': String.raw`" || true } \ <script>window.pwned=3</script>`,
            link: 'javascript:window.pwned=4',
          },
        },
      ],
    });
    await plantTrace(url, {
      id: traceId(BROKEN),
      atMs: startMs,
      spans: [
        {
          service: 'shop',
          name: 'call',
          id: 'b000000000000001',
          parent: 'b00000000000000f',
          kind: 3,
          startMs: 50,
          durationMs: 20,
        },
        {
          service: 'far',
          name: 'answer',
          id: 'b000000000000002',
          parent: 'b000000000000001',
          kind: 2,
          startMs: 10,
          durationMs: 30,
        },
      ],
    });
  }, 60_000);
  afterAll(() => ui?.close());

  const row = (name: string | RegExp) => ui.page.getByRole('treeitem', { name });

  async function isAccessible(): Promise<void> {
    expect(await ui.axe()).toEqual([]);
    await ui.page.getByRole('button', { name: /^(?:Light|Dark) theme$/ }).click();
    expect(await ui.axe()).toEqual([]);
  }

  it('find the failing trace by the form, and write the TraceQL of it', async () => {
    await ui.visit('/traces?refresh=off');
    await ui.page.getByRole('combobox', { name: 'Status' }).selectOption('error');
    await soon(() => new URL(ui.page.url()).searchParams.get('query')).toBe('{ status = error }');
    await soon(() => ui.page.locator('.trace-table tbody tr').count()).toBe(1);
    expect(await ui.page.getByRole('combobox', { name: 'TraceQL' }).inputValue()).toBe('{ status = error }');
    await isAccessible();
    await ui.page.getByRole('link', { name: 'storefront POST /api/orders' }).click();
    await soon(() => new URL(ui.page.url()).pathname).toBe(`/trace/${traceId(FAILED)}`);
    expect(ui.problems).toEqual([]);
  });

  it('say what a trace waited for, and show its log lines under their span', async () => {
    await ui.visit(`/trace/${traceId(FAILED)}`);
    await row('error card service timed out').waitFor();
    const names = await ui.page
      .getByRole('treeitem')
      .evaluateAll((all) => all.map((each) => each.textContent.replaceAll(/[▾\s]+/g, ' ').trim()));
    expect(names).toEqual([
      'storefront POST /api/orders failed 960 ms',
      'storefront POST failed 950 ms',
      'orders POST /orders failed 945 ms',
      'orders INSERT orders 6 ms',
      'orders POST failed 930 ms',
      'payments POST /charges failed 925 ms',
      'warn card service is slow',
      'error card service timed out',
    ]);
    const first = ui.page.getByRole('region', { name: 'Where the time went' }).getByRole('listitem').first();
    expect(await first.textContent()).toContain('payments POST /charges925 ms · 96.4 %');
    await isAccessible();
  });

  it('go to the first error by a key, and from its attributes and links on', async () => {
    await ui.visit(`/trace/${traceId(FAILED)}`);
    await row(/payments/).waitFor();
    await ui.page.keyboard.press('e');
    const details = ui.page.getByRole('region', { name: 'Span' });
    await soon(() => details.textContent()).toContain('the card service timed out');
    expect(new URL(ui.page.url()).searchParams.get('span')).toBe('0000000000000076');
    const same = await details.getByRole('link', { name: 'Same operation' }).getAttribute('href');
    expect(new URLSearchParams(same?.split('?')[1]).get('query')).toBe(
      '{ resource.service.name = "payments" && name = "POST /charges" }',
    );
    await isAccessible();
  });

  it('fold and find by the keyboard alone', async () => {
    await ui.visit(`/trace/${traceId(FAILED)}?lines=off`);
    const items = ui.page.getByRole('treeitem');
    await soon(() => items.count()).toBe(6);
    await ui.page.getByRole('tree').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowLeft']) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      await ui.page.keyboard.press(key);
    }
    await soon(() => items.count()).toBe(3);
    await ui.page.keyboard.press('f');
    await ui.page.keyboard.type('charges');
    await ui.page.keyboard.press('Enter');
    await soon(() => ui.page.locator('[aria-selected="true"]').textContent()).toContain('payments');
    expect(await items.count()).toBe(6);
  });

  it('complete attributes and values in TraceQL', async () => {
    await ui.visit('/traces?refresh=off');
    const input = ui.page.getByRole('combobox', { name: 'TraceQL' });
    await input.pressSequentially('{ resource.service.n');
    await ui.page.getByRole('option', { name: 'resource.service.name' }).waitFor();
    expect(await input.getAttribute('aria-expanded')).toBe('true');
    await input.press('ArrowDown');
    await input.press('Enter');
    await input.pressSequentially('= "pay');
    await ui.page.getByRole('option', { name: '"payments"' }).waitFor();
    await input.press('ArrowDown');
    expect(await ui.axe()).toEqual([]);
    await input.press('Enter');
    await input.pressSequentially('}');
    await input.press('Enter');
    await soon(() => new URL(ui.page.url()).searchParams.get('query')).toBe(
      '{ resource.service.name = "payments" }',
    );
    await soon(() => ui.page.locator('.trace-table tbody tr').count()).toBe(8);
  });

  it('compare two traces, with what changed most first', async () => {
    await ui.visit(`/trace/${traceId(FAILED)}`);
    await ui.page.getByRole('link', { name: 'Compare', exact: true }).click();
    await ui.page.getByRole('group', { name: 'Faster' }).getByRole('button').first().click();
    const rows = ui.page.locator('.compare-table tbody tr');
    await soon(() => rows.count()).toBe(6);
    expect(await rows.first().textContent()).toContain(
      'payments POST /charges925 ms failed25 ms−900 ms−900 ms',
    );
    await isAccessible();
    expect(ui.problems).toEqual([]);
  });

  it('show hostile names as what they are, and ask for them by value', async () => {
    await ui.visit(`/trace/${traceId(HOSTILE)}?span=aaaaaaaaaaaaaaaa`);
    const details = ui.page.getByRole('region', { name: 'Span' });
    await soon(() => details.textContent()).toContain('<img src=x onerror="window.pwned=1">{{7*7}}⟨U+202E⟩');
    expect(await details.textContent()).toContain('<b>key</b>');
    expect(await ui.page.locator('main img, main script, a[href^="javascript"]').count()).toBe(0);
    await details.getByRole('link', { name: 'Traces with this <b>key</b>' }).click();
    await soon(() => ui.page.locator('.trace-table tbody tr').count()).toBe(1);
    await ui.visit(`/trace/${traceId(HOSTILE)}?span=aaaaaaaaaaaaaaaa`);
    await ui.page.getByRole('link', { name: 'Same operation' }).click();
    await soon(() => ui.page.locator('.trace-table tbody tr').count()).toBe(1);
    expect(await ui.page.evaluate(() => Reflect.get(globalThis, 'pwned') as unknown)).toBeUndefined();
    expect(ui.problems).toEqual([]);
  });

  it('say what a trace is missing, and where clocks differ', async () => {
    await ui.visit(`/trace/${traceId(BROKEN)}`);
    const notices = ui.page.locator('.trace-notices');
    await soon(() => notices.textContent()).toContain('Its first span has not come');
    expect(await notices.textContent()).toContain('by up to 40 ms: clocks differ');
    expect(await ui.page.getByRole('treeitem').count()).toBe(2);
    expect(ui.problems).toEqual([]);
  });

  it('say that a trace is not kept, and what is none', async () => {
    await ui.visit(`/trace/${traceId(4242)}`);
    const heading = ui.page.getByRole('main').getByRole('heading');
    await soon(() => heading.textContent()).toBe('This trace is not kept');
    await ui.visit('/trace/not-an-id');
    await heading.getByText('This is no trace id').waitFor();
    expect(await heading.count()).toBe(1);
  });
});
