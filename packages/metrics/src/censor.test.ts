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
    expect(text).toContain('pool_size{a="[REDACTED]"} 1\npool_size{a="plain"} 3\n');
    expect(text).not.toContain('s3cret');
    expect(JSON.stringify(await metrics.snapshot())).not.toContain('s3cret');
  });
});
