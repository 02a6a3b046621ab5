import { describe, expect, it } from 'vitest';
import { createCensor } from './censor.ts';
import { createMetrics } from './create-metrics.ts';
import type { FamilySnapshot } from './family.ts';

const redactor = {
  isSecretKey: (key: string) => key === 'password',
  text: (text: string) => text.replaceAll(/s3cret\w*/g, '[REDACTED]'),
};

function setUp() {
  const metrics = createMetrics({ redactor, strict: false, onProblem: () => {} });
  const page = async (): Promise<string> => {
    let text = '';
    for await (const part of metrics.page().body) text += part;
    return text;
  };
  return { metrics, meter: metrics.meterProvider.getMeter('library'), page };
}

describe('createCensor', () => {
  it('censors the same after it has met more texts and labels than it remembers', () => {
    const censor = createCensor(redactor);
    for (let at = 0; at <= 10_000; at++) {
      censor.text(`text ${at}`);
      censor.labelValue(`label_${at}`, 'a');
    }
    expect(censor.text('text 0')).toBe('text 0');
    expect(censor.text('s3cret')).toBe('[REDACTED]');
    expect(censor.labelValue('label_0', 's3cret')).toBe('[REDACTED]');
    expect(censor.labelValue('password', 'hunter2')).toBe('[REDACTED]');
  });
});

describe('createMetrics with a redactor', () => {
  it('censors the values of labels by their form and by the name of the label', async () => {
    const { meter, page } = setUp();
    meter.createCounter('logins').add(1, { user: 's3cret1', password: 'hunter2', plan: 'pro' });
    expect(await page()).toContain('logins_total{user="[REDACTED]",password="[REDACTED]",plan="pro"} 1\n');
  });

  it('censors what is in a list or an object', async () => {
    const { meter, page } = setUp();
    meter.createCounter('logins').add(1, { users: ['s3cret1'], by: { name: 's3cret2' } });
    expect(await page()).not.toContain('s3cret');
  });

  it('censors names of labels, help texts and units', async () => {
    const { meter, page } = setUp();
    meter
      .createCounter('logins', { description: 'of s3cret1', unit: '{s3cret2}' })
      .add(1, { s3cret3: 'plain' });
    const text = await page();
    expect(text).toContain('# HELP logins_total of [REDACTED]\n');
    expect(text).toContain('logins_total{_REDACTED_="plain"} 1\n');
    expect(text).not.toContain('s3cret');
  });

  it('refuses an instrument whose name holds a secret, and does not repeat it', async () => {
    const { metrics, meter, page } = setUp();
    meter.createCounter('logins_s3cret1').add(1);
    expect(await page()).not.toContain('s3cret');
    expect(metrics.problems.map(({ code }) => code)).toEqual(['SIGHTLINE_METRIC']);
    expect(metrics.problems[0]?.message).not.toContain('s3cret');
  });

  it('counts all secrets in one series, also in what the service counts itself', async () => {
    const { metrics, page } = setUp();
    const orders = metrics.counter('orders_placed_total', {
      help: 'Orders that s3cret1 placed.',
      unit: '{order}',
      labels: ['plan'],
    });
    for (const plan of ['s3cret1', 's3cret2', 's3cret3', 'pro']) orders.add(1, { plan });
    const text = await page();
    expect(text).toContain('# HELP orders_placed_total Orders that [REDACTED] placed.\n');
    expect(text).toContain('orders_placed_total{plan="[REDACTED]"} 3\n');
    expect(text).toContain('orders_placed_total{plan="pro"} 1\n');
  });

  it('censors what other registries bring, on the page and in the snapshot', async () => {
    const { metrics, page } = setUp();
    const family = (name: string): FamilySnapshot => ({
      definition: { name, type: 'gauge', unit: '', help: 's3cret1', labels: ['a'], seriesBound: 10 },
      series: [
        { labelValues: ['s3cret2'], value: 1, startTimeMs: 0 },
        { labelValues: ['s3cret3'], value: 2, startTimeMs: 0 },
        { labelValues: ['plain'], value: 3, startTimeMs: 0 },
      ],
    });
    metrics.addSource(() => [family('pool_size'), family('pool_s3cret4')]);
    const text = await page();
    expect(text).toContain('pool_size{a="[REDACTED]"} 3\npool_size{a="plain"} 3\n');
    expect(text).not.toContain('s3cret');
    expect(JSON.stringify(await metrics.snapshot())).not.toContain('s3cret');
  });

  it('adds up what other registries bring where it differs in secrets alone, or in what is cut off', async () => {
    const { metrics, page } = setUp();
    const definition = { unit: '', help: '', labels: ['password', 'url'], seriesBound: 10 };
    const url = '/'.padEnd(300, 'x');
    metrics.addSource(() => [
      {
        definition: { ...definition, name: 'logins_total', type: 'counter' },
        series: [
          { labelValues: ['hunter1', '/'], value: 1 },
          { labelValues: ['hunter2', '/'], value: 2 },
          { labelValues: ['hunter2', '/'], value: 100 },
          { labelValues: [undefined, `${url}1`], value: 4 },
          { labelValues: [undefined, `${url}2`], value: 8 },
        ],
      },
      {
        definition: { ...definition, name: 'login_seconds', type: 'histogram', boundaries: [1] },
        series: [
          { labelValues: ['hunter1', '/'], histogram: { counts: [1, 0], sum: 0.5 } },
          { labelValues: ['hunter2', '/'], histogram: { counts: [0, 2], sum: 4 } },
        ],
      },
    ]);
    const lines = (await page()).split('\n').filter((line) => line.startsWith('login'));
    expect(lines).toEqual([
      'logins_total{password="[REDACTED]",url="/"} 3',
      `logins_total{url="${url.slice(0, 255)}…"} 12`,
      'login_seconds_bucket{password="[REDACTED]",url="/",le="1.0"} 1',
      'login_seconds_bucket{password="[REDACTED]",url="/",le="+Inf"} 3',
      'login_seconds_sum{password="[REDACTED]",url="/"} 4.5',
      'login_seconds_count{password="[REDACTED]",url="/"} 3',
    ]);
  });
});
