import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { fieldName } from './frame.ts';
import type { Scope } from './interpolate.ts';
import { planTarget } from './plan-target.ts';
import { seriesFrames, tableFrame } from './series-frames.ts';

const timing = { startMs: 0, endMs: 3_600_000, points: 700, scrapeMs: 15_000 };
const scope: Scope = {
  variable: (name) => (name === 'service' ? { value: ['a.b', 'c'], text: '', isList: true } : undefined),
};
function plan(target: object, more: object = {}) {
  const [panel] = readDashboard({ panels: [{ type: 'timeseries', targets: [target], ...more }] }).panels;
  const [first] = panel?.targets ?? [];
  if (panel === undefined || first === undefined) throw new Error('no target');
  return planTarget(panel, first, timing, scope);
}
const prometheus = { type: 'prometheus', uid: 'x' };

describe('planTarget', () => {
  it('fills in what is chosen and the times, for PromQL', () => {
    expect(
      plan({
        datasource: prometheus,
        refId: 'A',
        expr: 'rate(x{job=~"$service"}[$__rate_interval]) + $__range_s',
      }),
    ).toMatchObject({
      expr: String.raw`rate(x{job=~"(a\\.b|c)"}[1m]) + 3600`,
      stepMs: 15_000,
      range: true,
      instant: false,
    });
  });

  it.each([
    [{ instant: true }, { range: false, instant: true }],
    [
      { instant: true, range: true },
      { range: true, instant: true },
    ],
    [{ format: 'table', instant: true }, { format: 'table' }],
    [{ interval: '5m' }, { stepMs: 300_000 }],
    [{ expr: 'x[$__interval]', interval: '2m' }, { expr: 'x[2m]' }],
  ])('takes %j as %j', (target, expected) => {
    expect(plan({ datasource: prometheus, expr: 'up', ...target })).toMatchObject(expected);
  });

  it('obeys the most points of a panel', () => {
    expect(plan({ datasource: prometheus, expr: 'up' }, { maxDataPoints: 60 })).toMatchObject({
      stepMs: 60_000,
    });
  });

  it.each([
    ['{a="b"} |= "x"', 'logs'],
    ['sum(rate({a="b"}[1m]))', 'range'],
  ])('tells lines of Loki from numbers: %s', (expr, kind) => {
    expect(plan({ datasource: { type: 'loki' }, expr, queryType: 'range' })).toMatchObject({
      kind,
      source: 'loki',
    });
  });

  it.each([
    [{ query: '{ name =~ "$service" }' }, { kind: 'search', query: '{ name =~ "a.b|c" }' }],
    [{ query: '{} | rate() by (name)' }, { kind: 'metrics' }],
    [{ queryType: 'serviceMap', serviceMapQuery: ['{client=~"$service"}'] }, { kind: 'service-map' }],
    [{ queryType: 'nativeSearch' }, { source: 'unknown' }],
  ])('plans %j of Tempo as %j', (target, expected) => {
    expect(plan({ datasource: { type: 'tempo' }, queryType: 'traceql', ...target })).toMatchObject(expected);
  });

  it('says of which data source it knows nothing', () => {
    expect(plan({ datasource: { type: 'mysql' } })).toMatchObject({
      reason: expect.stringContaining('"mysql"'),
    });
  });
});

describe('seriesFrames', () => {
  const series = [{ labels: { __name__: 'up', job: 'a' }, times: [1.5], values: [3] }];
  it.each([
    ['{{job}} is {{ __name__ }}', 'a is up'],
    ['', 'up{job="a"}'],
    ['__auto', 'a'],
    ['fixed', 'fixed'],
  ])('names by %j: %s', (legend, expected) => {
    const frames = seriesFrames(series, { refId: 'A', legend, expr: 'q' });
    expect(frames[0]?.fields.map((field) => fieldName(field, frames))).toEqual(['Time', expected]);
    expect(frames[0]?.fields[0]?.values).toEqual([1500]);
  });

  it('is called as the query where there are no labels', () => {
    expect(
      seriesFrames([{ labels: {}, times: [1], values: [3] }], { refId: 'A', legend: '', expr: 'sum(up)' })[0]
        ?.fields[1],
    ).toMatchObject({ nameFromSource: 'sum(up)' });
  });
});

describe('tableFrame', () => {
  it('has a column a label, and its letter where there are more queries', () => {
    const series = [
      { labels: { job: 'a' }, times: [1], values: [3] },
      { labels: { job: 'b', zone: 'z' }, times: [1], values: [4] },
    ];
    expect(tableFrame(series, 'B', false).fields.map(({ name, values }) => [name, values])).toEqual([
      ['Time', [1000, 1000]],
      ['job', ['a', 'b']],
      ['zone', ['', 'z']],
      ['Value #B', [3, 4]],
    ]);
    expect(tableFrame(series, 'B', true).fields.at(-1)?.name).toBe('Value');
  });
});

describe('planTarget of odd queries', () => {
  const of = (type: string, more: object) => ({ datasource: { type }, ...more });

  it.each([
    [{}, { source: 'unknown', reason: 'the query names no data source' }],
    [of('mysql', {}), { source: 'unknown' }],
    [of('loki', { expr: 'rate({a="b"}[1m])' }), { kind: 'range', maxLines: 100 }],
    [of('loki', { expr: 'rate({a="b"}[1m])', instant: true }), { kind: 'instant' }],
    [of('loki', { expr: ' {a="b"}', maxLines: 9000 }), { kind: 'logs', maxLines: 1000 }],
    [
      of('tempo', { query: '{ }', tableType: 'spans', limit: 5 }),
      { kind: 'search', table: 'spans', limit: 5 },
    ],
    [of('tempo', { queryType: 'serviceMap', serviceMapQuery: '{a="b"}' }), { selectors: ['{a="b"}'] }],
    [of('tempo', { queryType: 'serviceMap' }), { kind: 'service-map', selectors: [] }],
    [of('tempo', { queryType: 'nativeSearch' }), { source: 'unknown' }],
    [
      of('prometheus', { expr: 'up', instant: true, range: true, format: 'heatmap' }),
      { range: true, format: 'heatmap' },
    ],
    [of('prometheus', { expr: 'up', intervalFactor: 2, interval: '1m' }), { stepMs: 120_000 }],
  ])('of %j is %j', (target, expected) => expect(plan(target)).toMatchObject(expected));
});
