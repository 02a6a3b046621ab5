import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { type ResolvedField, resolveFields } from './field-config.ts';
import type { Frame } from './frame.ts';
import { timeSeriesModel } from './time-series.ts';

const series = (name: string, values: readonly unknown[] = [1, null, 3]): Frame => ({
  refId: 'A',
  fields: [
    { name: 'Time', type: 'time', values: [1000, 2000, 3000] },
    { name: 'Value', type: 'number', values, nameFromSource: name },
  ],
});

function fields(frames: readonly Frame[], fieldConfig: object): readonly ResolvedField[] {
  const [panel] = readDashboard({ panels: [{ type: 'timeseries', fieldConfig }] }).panels;
  if (panel === undefined) throw new Error('no panel');
  return resolveFields(frames, panel);
}

function model(
  fieldConfig: object,
  frames: readonly Frame[] = [series('a')],
  hidden: readonly string[] = [],
) {
  return timeSeriesModel(fields(frames, fieldConfig), { stepMs: 10_000, hidden: new Set(hidden) });
}

const custom = (own: object): object => ({ defaults: { custom: own } });

describe('timeSeriesModel', () => {
  it('is a line a column of numbers that stands beside times', () => {
    const { series: drawn, axes, thresholds } = model({}, [series('a'), series('b')], ['b']);
    expect(drawn).toMatchObject([
      {
        name: 'a',
        times: [1, 2, 3],
        values: [1, null, 3],
        style: 'line',
        width: 1,
        fillRatio: 0,
        hidden: false,
        gapSeconds: 15,
      },
      { name: 'b', hidden: true },
    ]);
    expect(drawn[0]).not.toHaveProperty('stack');
    expect(axes).toHaveLength(1);
    expect(axes[0]).toMatchObject({ side: 'left' });
    expect(axes[0]?.format(2, 1)).toBe('2.0');
    expect(thresholds).toEqual([]);
  });

  it('leaves out what is no number, has no time, or is hidden by the file', () => {
    const alone: Frame = { refId: 'B', fields: [{ name: 'Value', type: 'number', values: [1] }] };
    expect(model({}, [alone]).series).toEqual([]);
    expect(model(custom({ hideFrom: { viz: true } })).series).toEqual([]);
    expect(model({}, []).axes).toEqual([]);
  });

  it.each([
    [
      { drawStyle: 'bars', lineWidth: 3, fillOpacity: 40 },
      { style: 'bars', width: 3, fillRatio: 0.4 },
    ],
    [{ drawStyle: 'points' }, { style: 'points' }],
    [{ drawStyle: 'odd' }, { style: 'line' }],
    [{ lineInterpolation: 'stepAfter' }, { steps: 'after' }],
    [{ lineInterpolation: 'stepBefore' }, { steps: 'before' }],
    [{ lineInterpolation: 'smooth' }, { steps: 'smooth' }],
    [{ showPoints: 'always' }, { points: true }],
    [{ lineStyle: { fill: 'dash' } }, { dash: [10, 10] }],
    [{ lineStyle: { fill: 'dash', dash: [2, '4', 'x'] } }, { dash: [2, 4] }],
    [{ lineStyle: { fill: 'dot' } }, { dash: [1, 4] }],
    [{ transform: 'negative-Y' }, { values: [-1, null, -3] }],
    [{ stacking: { mode: 'normal' } }, { stack: 'A' }],
    [{ stacking: { mode: 'normal', group: 'B' }, transform: 'negative-Y' }, { stack: 'B below' }],
    [{ stacking: { mode: 'percent' } }, { stack: 'A percent', values: [1, null, 1] }],
    [{ spanNulls: 60_000 }, { gapSeconds: 60 }],
  ])('draws %j as %j', (own, expected) => {
    expect(model(custom(own)).series[0]).toMatchObject(expected);
  });

  it('draws over gaps where the file says so', () => {
    expect(model(custom({ spanNulls: true })).series[0]).not.toHaveProperty('gapSeconds');
  });

  it.each([
    [{ defaults: { unit: 'bytes', min: 0, max: 9 } }, { binary: true, min: 0, max: 9, side: 'left' }],
    [custom({ axisPlacement: 'right', axisLabel: 'Load' }), { side: 'right', label: 'Load' }],
    [custom({ axisPlacement: 'hidden' }), { side: 'none' }],
    [custom({ axisSoftMin: 1, axisSoftMax: 2 }), { softMin: 1, softMax: 2 }],
    [custom({ scaleDistribution: { type: 'log', log: 2 } }), { log: 2 }],
    [custom({ scaleDistribution: { type: 'log', log: 10 } }), { log: 10 }],
    [custom({ stacking: { mode: 'percent' } }), { min: 0, max: 1 }],
  ])('of %j has the axis %j', (config, axis) => {
    expect(model(config).axes).toMatchObject([axis]);
  });

  it('has an axis for each unit and side, those that are seen first, as wide as the widest wants it', () => {
    const of = (name: string, properties: readonly object[]): object => ({
      matcher: { id: 'byName', options: name },
      properties,
    });
    const { axes } = model(
      {
        defaults: { unit: 's' },
        overrides: [
          of('a', [{ id: 'custom.axisPlacement', value: 'hidden' }]),
          of('b', [{ id: 'custom.axisSoftMax', value: 5 }]),
          of('c', [{ id: 'custom.axisSoftMax', value: 7 }]),
          of('d', [{ id: 'unit', value: 'bytes' }]),
        ],
      },
      ['a', 'b', 'c', 'd', 'e'].map((name) => series(name)),
    );
    expect(axes.map(({ side, softMax }) => [side, softMax])).toEqual([
      ['left', 7],
      ['left', undefined],
      ['none', undefined],
    ]);
  });

  it.each([
    ['off', []],
    ['series', []],
    ['line', ['solid', false]],
    ['dashed+area', ['dashed', true]],
    ['area', ['none', true]],
  ])('shows thresholds in the style %s', (mode, expected) => {
    const { thresholds } = model({
      defaults: {
        custom: { thresholdsStyle: { mode } },
        thresholds: {
          steps: [
            { value: null, color: 'green' },
            { value: 5, color: 'not-a-colour' },
          ],
        },
      },
    });
    expect(thresholds.slice(1).flatMap(({ line, area }) => [line, area])).toEqual(expected);
  });

  it('shows each threshold up to the next, in a colour that there is', () => {
    const steps = [
      { value: null, color: 'green' },
      { value: 5, color: 'not-a-colour' },
    ];
    const { thresholds } = model({
      defaults: { custom: { thresholdsStyle: { mode: 'area' } }, thresholds: { steps } },
    });
    expect(thresholds).toMatchObject([
      { value: -Infinity, until: 5, colour: 'var(--ok)' },
      { value: 5, until: Infinity, colour: 'var(--muted)' },
    ]);
  });

  it('takes percentages of thresholds from the bounds of the axis', () => {
    const { thresholds } = model({
      defaults: {
        max: 200,
        custom: { thresholdsStyle: { mode: 'line' } },
        thresholds: { mode: 'percentage', steps: [{ value: 50, color: 'red' }] },
      },
    });
    expect(thresholds).toMatchObject([{ value: 100 }]);
  });
});
