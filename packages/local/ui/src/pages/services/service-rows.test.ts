import { describe, expect, it } from 'vitest';
import type { PrometheusAlert, Series } from '../../api/prometheus.ts';
import { type Red, lastDeploy, serviceRows } from './service-rows.ts';

const series = (labels: Record<string, string>, value: number, time = 100): Series => ({
  labels,
  times: [time - 10, time],
  values: [value, value],
});
const nothing: Red = { rate: [], errorRatio: [], p50: [], p99: [] };
const alert = (labels: Record<string, string>, state: 'firing' | 'pending' = 'firing'): PrometheusAlert => ({
  labels,
  annotations: {},
  state,
  activeAt: '2026-11-26T10:00:00Z',
  value: '1',
});

describe('serviceRows', () => {
  it('has services known by one signal alone, each once, whatever namespace its job has', () => {
    const rows = serviceRows({
      http: { ...nothing, rate: [series({ job: 'demo/orders' }, 3)] },
      spans: { ...nothing, rate: [series({ service: 'orders' }, 9), series({ service: 'mailer' }, 1)] },
      logServices: ['cron', 'orders'],
      freshFrom: 90,
    });
    expect(rows.map(({ name, sources }) => [name, ...sources])).toEqual([
      ['mailer', 'spans'],
      ['orders', 'metrics', 'spans', 'logs'],
      ['cron', 'logs'],
    ]);
    // What the service measured itself goes before what was counted of its spans.
    expect(rows[1]?.red.rate?.now).toBe(3);
  });

  it('leaves a name with a slash whole where spans, lines or starts tell it', () => {
    const job = '@acme/shop';
    const rows = serviceRows({
      http: { ...nothing, rate: [series({ job }, 3)] },
      up: [series({ job, instance: 'x:1' }, 1)],
      alerts: [alert({ alertname: 'Slow', job })],
      logServices: [job],
      freshFrom: 90,
    });
    expect(rows).toMatchObject([
      { name: job, sources: ['metrics', 'logs'], health: { state: 'up' }, alerts: { count: 1 } },
    ]);
    const spans = serviceRows({ spans: { ...nothing, rate: [series({ service: job }, 3)] }, freshFrom: 90 });
    expect(spans.map(({ name }) => name)).toEqual([job]);
  });

  it('has what is equally well in the order of names, numbers by what they count', () => {
    const logServices = ['shop-10', 'shop-9', 'cron'];
    const rows = serviceRows({ logServices, freshFrom: 90 });
    expect(rows.map(({ name }) => name)).toEqual(['cron', 'shop-9', 'shop-10']);
  });

  it('puts alerts first, then what is down, fails, is slow, and leaves what is well in the order of names', () => {
    const red: Red = {
      rate: ['b', 'a', 'slow', 'failing', 'alerted', 'down'].map((job) => series({ job }, 1)),
      errorRatio: [series({ job: 'failing' }, 0.06), series({ job: 'a' }, 0.0001)],
      p50: [],
      p99: [series({ job: 'slow' }, 1.2), series({ job: 'b' }, 0.4)],
    };
    const rows = serviceRows({
      http: red,
      up: [series({ job: 'down', instance: 'x:1' }, 0), series({ job: 'exporter', instance: 'y:1' }, 1)],
      alerts: [alert({ alertname: 'Slow', severity: 'warning', service: 'alerted' })],
      freshFrom: 90,
    });
    expect(rows.map(({ name }) => name)).toEqual([
      'alerted',
      'down',
      'failing',
      'slow',
      'exporter',
      'a',
      'b',
    ]);
    expect(rows[1]?.health).toEqual({ state: 'down', reasons: ['x:1 cannot be scraped'] });
  });

  it('counts only alerts that fire, names the worst severity, and leaves the watchdog out', () => {
    const [row] = serviceRows({
      http: { ...nothing, rate: [series({ job: 'orders' }, 1)] },
      alerts: [
        alert({ alertname: 'One', severity: 'warning', job: 'shop/orders' }),
        alert({ alertname: 'Two', severity: 'critical', service: 'orders' }),
        alert({ alertname: 'Three', severity: 'critical', service: 'orders' }, 'pending'),
        alert({ alertname: 'Watchdog', severity: 'none', service: 'orders' }),
      ],
      freshFrom: 90,
    });
    expect(row?.alerts).toEqual({ count: 2, severity: 'critical', names: ['One', 'Two'] });
  });

  it('says nothing of now when the last point is old', () => {
    const [row] = serviceRows({
      http: { ...nothing, rate: [series({ job: 'gone' }, 5, 100)] },
      freshFrom: 500,
    });
    expect(row?.red.rate).toMatchObject({ values: [5, 5], now: undefined });
  });

  it('is degraded by a check, down by a probe, and unknown without any', () => {
    const rows = serviceRows({
      checks: [series({ job: 'a', check: 'db' }, 0.5)],
      probes: [series({ job: 'b', probe: 'readyz' }, 0)],
      up: [series({ job: 'a' }, 1), series({ job: 'b' }, 1)],
      logServices: ['c'],
      freshFrom: 0,
    });
    expect(Object.fromEntries(rows.map(({ name, health }) => [name, health]))).toEqual({
      a: { state: 'degraded', reasons: ['check db is degraded'] },
      b: { state: 'down', reasons: ['readyz answers 503'] },
      c: { state: 'unknown', reasons: [] },
    });
  });
});

describe('lastDeploy', () => {
  const run = (instance: string, version: string, firstSeenMs: number) => ({
    service: 'orders',
    version,
    instance,
    firstSeenMs,
    lastSeenMs: firstSeenMs,
  });

  it('is the start that brought the newest version, not a restart of it', () => {
    const runs = [run('c', '2', 300), run('b', '2', 200), run('a', '1', 100)];
    expect(lastDeploy('orders', runs)).toEqual({ version: '2', atMs: 200, instance: 'b', before: 'a' });
  });

  it('is the newest start while there was one version only', () => {
    expect(lastDeploy('orders', [run('a', '', 100), run('b', '', 200)])).toMatchObject({
      instance: 'b',
      before: 'a',
    });
    expect(lastDeploy('other', [run('a', '', 100)])).toBeUndefined();
  });
});

describe('serviceRows of odd facts', () => {
  const only = (facts: object) => {
    const [row] = serviceRows({ freshFrom: 90, logServices: ['shop'], ...facts });
    return row;
  };

  it.each([
    [{ up: [series({ job: 'shop' }, 0)] }, 'down', ['an instance cannot be scraped']],
    [{ probes: [series({ job: 'shop' }, 0)] }, 'down', ['a probe answers 503']],
    [{ probes: [series({ job: 'shop', probe: 'readiness' }, 0)] }, 'down', ['readiness answers 503']],
    [{ probes: [series({ job: 'shop' }, 1)] }, 'up', []],
    [{ checks: [series({ job: 'shop' }, 0)] }, 'degraded', ['check a check is down']],
    [{ checks: [series({ job: 'shop', check: 'db' }, 0.5)] }, 'degraded', ['check db is degraded']],
    [{ checks: [{ labels: { job: 'shop' }, times: [], values: [] }] }, 'up', []],
    [{ up: [series({}, 0)], infos: [series({}, 1)] }, 'unknown', []],
  ])('with %j is %s', (facts, state, reasons) => {
    expect(only(facts)?.health).toEqual({ state, reasons });
  });

  it('takes versions from what a service says, else from its starts', () => {
    const run = { service: 'shop', version: '2', instance: 'i', firstSeenMs: 1, lastSeenMs: 2 };
    expect(
      only({ infos: [series({ job: 'shop', service_version: '3' }, 1)], runs: [run] })?.versions,
    ).toEqual(['3']);
    expect(only({ infos: [series({ job: 'shop' }, 1)], runs: [run] })?.versions).toEqual(['2']);
    expect(only({ infos: [series({ job: 'shop' }, 1)] })?.versions).toEqual([]);
  });

  it('tells the worst of its alerts, whatever the rules call it', () => {
    const alerts = [
      alert({ alertname: 'B', service_name: 'shop' }),
      alert({ alertname: 'A', job: 'web/shop', severity: 'page' }),
      alert({ severity: 'warning', service: 'shop' }),
      alert({ alertname: 'C', service: 'web/shop' }),
      alert({ alertname: 'Other' }),
      alert({ alertname: 'Pending', service: 'shop', severity: 'critical' }, 'pending'),
    ];
    expect(only({ alerts })?.alerts).toEqual({ count: 4, severity: 'warning', names: ['B', 'A', '', 'C'] });
    expect(only({ alerts: [alert({ service: 'shop' })] })?.alerts).toMatchObject({ severity: 'info' });
  });

  it('leaves out what has no name', () => {
    const nameless = { ...nothing, rate: [series({}, 1)] };
    expect(serviceRows({ http: nameless, spans: nameless, freshFrom: 90 })).toEqual([]);
  });
});
