import type { SightlineError } from '@sightline/errors';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { createMetrics, type Metrics } from '../create-metrics.ts';
import { parsePage, readBody } from '../page-parser.fixture.ts';
import { checkDefinition } from './definition.ts';

let problems: SightlineError[];
let metrics: Metrics;

beforeEach(() => {
  problems = [];
  metrics = createMetrics({ strict: false, onProblem: (problem) => problems.push(problem) });
});

async function values(family: string, from = metrics): Promise<unknown[]> {
  const page = parsePage(await readBody(from.page('application/openmetrics-text').body), 'openmetrics');
  const found = page.get(family)?.samples ?? [];
  return Array.from(found, ({ name, labels, value }) => [name, ...labels.values(), value]);
}

describe('createBusinessMetrics', () => {
  it('counts, sets and observes under the names given', async () => {
    const orders = metrics.counter('orders_placed_total', {
      help: 'Orders.',
      unit: '{order}',
      labels: ['plan', 'paid'],
    });
    orders.add(1, { plan: 'pro', paid: true });
    orders.add(2, { plan: 'pro', paid: true });
    orders.add(1, { plan: 'free', paid: undefined });
    const carts = metrics.gauge('carts_open', { help: 'Carts.', unit: '{cart}' });
    carts.set(3);
    carts.add(-1);
    metrics
      .histogram('checkout_duration_seconds', { help: 'Checkouts.', unit: 's', boundaries: [1, 5] })
      .observe(2);
    expect(await values('orders_placed')).toEqual([
      ['orders_placed_total', 'pro', 'true', 3],
      ['orders_placed_total', 'free', 1],
    ]);
    expect(await values('carts_open')).toEqual([['carts_open', 2]]);
    expect(await values('checkout_duration_seconds')).toContainEqual([
      'checkout_duration_seconds_bucket',
      '5.0',
      1,
    ]);
    expect(problems).toEqual([]);
  });

  it('knows the labels by type', () => {
    const orders = metrics.counter('orders_total', {
      help: 'Orders.',
      unit: '{order}',
      labels: ['plan', 'shop'],
    });
    expectTypeOf(orders.add).parameter(1).toExtend<{ plan: unknown; shop: unknown }>();
    // @ts-expect-error -- a label that it has not
    orders.add(1, { plan: 'pro', shop: 'a', colour: 'red' });
    // @ts-expect-error -- a label is missing
    orders.add(1, { plan: 'pro' });
    // @ts-expect-error -- the labels are missing
    orders.add(1);
    const plain = metrics.gauge('carts_open', { help: 'Carts.', unit: '{cart}' });
    expectTypeOf(plain.set).parameters.toEqualTypeOf<[value: number]>();
    // @ts-expect-error -- it has no labels
    plain.set(1, { plan: 'pro' });
  });

  it('shows a counter without labels as 0 before anything is counted', async () => {
    metrics.counter('orders_total', { help: 'Orders.', unit: '{order}' });
    expect(await values('orders')).toEqual([['orders_total', 0]]);
  });

  it('corrects a name, tells everything that is wrong in one problem, and counts all the same', async () => {
    const wrong = metrics.counter('OrderLatencyMs', { help: '', unit: 's', labels: ['User-ID'] as const });
    wrong.add(1, { 'User-ID': 'x' });
    expect(await values('order_latency_seconds')).toEqual([['order_latency_seconds_total', 'x', 1]]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('SIGHTLINE_METRIC');
    expect(problems[0]?.problem).toMatch(/snake case.*_total.*_seconds.*help is empty.*User-ID.*/);
    expect(problems[0]?.fix).toMatch(/order_latency_seconds_total with the labels user_id/);
  });

  it('does not tell to call a metric what it is called already', async () => {
    metrics
      .counter('seen_total', { help: 'Seen.', unit: '{user}', labels: ['user_id'] })
      .add(1, { user_id: '7' });
    expect(await values('seen')).toEqual([['seen_total', '7', 1]]);
    expect(problems[0]?.fix).toBe(
      'correct what is named; until then it is on the page as it is, within its bound',
    );
  });

  it('throws everything that is wrong in strict mode', () => {
    const strict = createMetrics({ strict: true });
    expect(() => strict.gauge('jobs_total', { help: '', unit: 'ms' as 's' })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_METRIC',
        problem: expect.stringMatching(/gauge ends in _total; .*unit ms is none of.*help is empty/),
      }),
    );
  });

  it('gives the same metric for the same definition, and one without effect for another', async () => {
    const definition = { help: 'Orders.', unit: '{order}', labels: ['plan'] } as const;
    const first = metrics.counter('orders_total', definition);
    expect(metrics.counter('orders_total', { ...definition })).toBe(first);
    const other = metrics.counter('orders_total', { ...definition, labels: ['shop'] });
    other.add(1, { shop: 'x' });
    metrics.gauge('orders_total', definition).set(1, { plan: 'x' });
    expect(await values('orders')).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_METRIC']);
    expect(await values('sightline_observations_dropped')).toEqual([
      ['sightline_observations_dropped_total', 'orders_total', 'conflict', 2],
    ]);
  });

  it.each([
    ['s', 'wait_seconds', 10],
    ['By', 'body_bytes', 104_857_600],
    ['1', 'fill', 1],
    ['{item}', 'cart_items', 1000],
  ] as const)('has buckets for the unit %s when none are given: %s up to %d', async (unit, name, highest) => {
    metrics.histogram(name, { help: 'Some.', unit }).observe(0);
    const family = (await metrics.snapshot()).find(({ definition }) => definition.name === name);
    expect(family?.definition.boundaries?.at(-1)).toBe(highest);
    expect(problems).toEqual([]);
  });

  it('has no effect and is told of where the registry has another under its name, and throws in strict mode', async () => {
    const taken = { type: 'gauge', unit: '{cart}', help: '', labels: ['shop'], seriesBound: 10 } as const;
    const definition = { help: 'Carts.', unit: '{cart}' } as const;
    metrics.registry.gauge({ ...taken, name: 'carts_open' });
    metrics.gauge('carts_open', definition).set(1);
    expect(await values('carts_open')).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_METRIC']);
    const strict = createMetrics({ strict: true });
    strict.registry.gauge({ ...taken, name: 'carts_open' });
    expect(() => strict.gauge('carts_open', definition)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_METRIC' }),
    );
  });

  it('counts wrong labels at run time and tells of them once', async () => {
    const orders = metrics.counter('orders_total', { help: 'Orders.', unit: '{order}', labels: ['plan'] });
    const untyped = orders.add as (amount: number, labels?: unknown) => void;
    for (const labels of [{ plna: 'pro' }, undefined, null, 'pro', { plan: 'pro', shop: 'a' }])
      untyped(1, labels);
    untyped(1, {
      plan: {
        toString: () => {
          throw new Error('no');
        },
      },
    });
    untyped(1, { plan: Symbol('s') });
    const throwing = () => {
      throw new Error('no');
    };
    untyped(1, Object.defineProperty({}, 'plan', { enumerable: true, get: throwing }));
    untyped(1, new Proxy({}, { ownKeys: throwing }));
    expect(await values('orders')).toEqual([
      ['orders_total', 'object', 1],
      ['orders_total', 'Symbol(s)', 1],
    ]);
    expect(await values('sightline_observations_dropped')).toEqual([
      ['sightline_observations_dropped_total', 'orders_total', 'labels', 7],
    ]);
    expect(problems).toHaveLength(1);
  });

  it('takes a label that is called like what every object has, and is not there, for one without a value', async () => {
    const races = metrics.counter('races_total', { help: 'Races.', unit: '{race}', labels: ['constructor'] });
    const untyped = races.add as (amount: number, labels: unknown) => void;
    untyped(1, {});
    untyped(1, { constructor: 'a' });
    expect(await values('races')).toEqual([
      ['races_total', 1],
      ['races_total', 'a', 1],
    ]);
  });

  it('leaves the names of the catalogue to the catalogue', async () => {
    metrics.gauge('health_check_status', { help: 'Mine.', unit: '{check}' }).set(1);
    metrics.gauge('sightline_mine', { help: 'Mine.', unit: '{thing}' }).set(1);
    expect(await values('health_check_status')).toEqual([]);
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('health_check_status is a name of the catalogue'),
      expect.stringContaining('sightline_mine is a name of the catalogue'),
    ]);
  });

  it.each([
    undefined,
    null,
    {},
    { unit: 3 },
    { unit: 's', labels: 'plan' },
    { unit: 's', help: 'x', labels: [null] },
    { unit: 's', help: 'x', boundaries: [2, 1] },
    { unit: 's', help: 'x', boundaries: 'x' },
    { unit: 's', help: 'x', boundaries: [1n] },
    { unit: 's', help: 'x', labels: [Symbol('s')] },
    { unit: 's', help: 'x', seriesBound: -1 },
    { unit: 's', help: 'x', labels: ['le'] },
  ])('never throws outside of strict mode, whatever it is given: %o', (definition) => {
    const make = metrics.histogram as (
      name: unknown,
      definition: unknown,
    ) => { observe(value: number): void };
    for (const name of ['x_seconds', '', '1', undefined, Symbol('s')]) make(name, definition).observe(1);
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('checkDefinition', () => {
  const base = { help: 'Help.', unit: 's' } as const;

  it.each([
    ['histogram', 'checkout', 's', 'checkout_seconds'],
    ['histogram', 'checkout_ms', 's', 'checkout_seconds'],
    ['counter', 'orders', '{order}', 'orders_total'],
    ['counter', 'orders_created', '{order}', 'orders_created_total'],
    ['counter', 'orders_count', '{order}', 'orders_total'],
    ['counter', 'sentBytes', 'By', 'sent_bytes_total'],
    ['gauge', 'orders_created', '{order}', 'orders'],
    ['gauge', 'orders_count_total', '{order}', 'orders'],
    ['gauge', 'pool_percent', '1', 'pool_ratio'],
    ['gauge', 'jobs_total', '{job}', 'jobs'],
    ['gauge', 'delay', 'ms', 'delay_milliseconds'],
    ['gauge', 'my.gauge-name', '{x}', 'my_gauge_name'],
  ] as const)('makes of a %s %s in %s %s', (type, name, unit, expected) => {
    const { problems: found, definition } = checkDefinition(type, name, { ...base, unit: unit as 's' });
    expect(found.length).toBeGreaterThan(0);
    expect(definition?.name).toBe(expected);
  });

  it.each([
    ['gauge', 'import_timestamp_seconds', 's', 'max'],
    ['gauge', 'hit_ratio', '1', 'mean'],
    ['gauge', 'carts', '{cart}', undefined],
    ['gauge', 'spool_bytes', 'By', undefined],
    ['counter', 'wait_seconds_total', 's', undefined],
    ['histogram', 'wait_seconds', 's', undefined],
  ] as const)('makes one of several processes of a %s %s in %s by %s', (type, name, unit, aggregate) => {
    expect(checkDefinition(type, name, { ...base, unit }).definition?.aggregate).toBe(aggregate);
  });

  it.each(['orders_created_total', 'words_count_total', 'hits_sum_total', 'cpu_info_total'])(
    'leaves %s as it is, which no rule forbids',
    (name) => {
      const { problems: found, definition } = checkDefinition('counter', name, { ...base, unit: '{thing}' });
      expect([found, definition?.name]).toEqual([[], name]);
    },
  );

  it('finds nothing wrong with a label of few values that has a personal word before its last', () => {
    const labels = ['customer_tier', 'token_kind'];
    expect(checkDefinition('gauge', 'wait_seconds', { ...base, labels }).problems).toEqual([]);
    expect(checkDefinition('gauge', 'wait_seconds', { ...base, labels: ['customer'] }).problems).toHaveLength(
      1,
    );
  });
});
