import { createLosses } from '../../dist/losses.js';
import { createProblems } from '../../dist/problems.js';
import { createRegistry } from '../../dist/registry.js';

/** What every process and thread of these tests counts. */
export function createCounting() {
  const registry = createRegistry({ problems: createProblems(fail), losses: createLosses() });
  const shared = { unit: '', help: '', seriesBound: 100 };
  const orders = registry.counter({ ...shared, name: 'orders_total', type: 'counter', labels: ['kind'] });
  const seconds = registry.histogram({
    ...shared,
    name: 'seconds',
    type: 'histogram',
    labels: [],
    boundaries: [1, 2],
  });
  const delay = registry.gauge({ ...shared, name: 'delay', type: 'gauge', labels: [], aggregate: 'max' });
  const busy = registry.gauge({ ...shared, name: 'busy', type: 'gauge', labels: [] });
  const missing = registry.gauge({ ...shared, name: 'missing', type: 'gauge', labels: [] });
  return {
    snapshot: () => registry.snapshot(),
    count(id, amount) {
      orders.series(['all']).add(amount);
      orders.series([`by ${id}`]).add(1);
      for (let at = 0; at < amount; at += 1) seconds.series([]).observe(1.5);
      delay.series([]).set(id);
      busy.series([]).set(1);
      missing.series([]).set(NaN);
    },
  };
}

function fail(problem) {
  throw problem;
}

/** The page in few words. */
export function totals(families) {
  const page = Object.fromEntries(families.map((family) => [family.definition.name, family.series]));
  const value = (name) => page[name]?.[0]?.value;
  const all = page.orders_total?.find(({ labelValues }) => labelValues[0] === 'all')?.value;
  const { counts, sum } = page.seconds?.[0]?.histogram ?? {};
  return {
    orders: all,
    kinds: page.orders_total?.length,
    counts,
    sum,
    delay: value('delay'),
    busy: value('busy'),
  };
}
