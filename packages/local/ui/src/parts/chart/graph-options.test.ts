import UPlot from 'uplot';
import { describe, expect, it } from 'vitest';
import { type GraphShape, type GraphView, graphOptions } from './graph-options.ts';
import type { GraphAxis, GraphSeries } from './graph-series.ts';

const style = {
  getPropertyValue: (name: string) => (name === '--ok' ? '#00ff00' : ''),
} as CSSStyleDeclaration;
const axis: GraphAxis = { key: 'y', side: 'left', format: (value) => `${value} u` };
const line: GraphSeries = { name: 'a', colour: 'var(--ok)', times: [0], values: [1] };
const view: GraphView = { startMs: 0, endMs: 100_000, thresholds: [], marks: [] };
const told: string[] = [];
// Known in a browser alone.
Object.assign(UPlot, { pxRatio: 1 });

function options({
  own = {},
  of = view,
}: { readonly own?: Partial<GraphShape>; readonly of?: GraphView } = {}) {
  const shape: GraphShape = {
    series: [line],
    axes: [axis],
    bands: [],
    width: 100,
    height: 50,
    syncKey: undefined,
    ...own,
  };
  return graphOptions(shape, of, style, {
    onCursor: () => told.push('cursor'),
    onDraw: () => told.push('draw'),
    onSelect: (startMs, endMs) => told.push(`${startMs} to ${endMs}`),
  });
}

/** What the axis reaches over. */
function range(own: Partial<GraphAxis>, least: number | null, most: number | null): readonly number[] {
  const { scales } = options({ own: { axes: [{ ...axis, ...own }] } });
  const find = scales?.['y']?.range as unknown as (
    plot: undefined,
    least: number | null,
    most: number | null,
  ) => readonly number[];
  return find(undefined, least, most).map((value) => Number(value.toPrecision(6)));
}

describe('the range of an axis', () => {
  it.each([
    [{}, 10, 20, [9.2, 20.8]],
    [{}, 0, 10, [0, 10.8]],
    [{}, 0.1, 10, [0, 10.792]],
    [{}, -10, 10, [-11.6, 11.6]],
    [{}, 0, 0, [0, 1.08]],
    [{}, 5, 5, [4.42, 5.58]],
    [{ softMin: 0 }, 5, 5, [0, 5.4]],
    [{}, null, null, [0, 1.08]],
    [{ max: -5 }, null, null, [-5.58, -4.5]],
    [{ min: 1, max: 2 }, 5, 6, [1, 2]],
    [{ min: 3, max: 3 }, 5, 6, [2.7, 3.3]],
    [{ min: 9, max: 2 }, 5, 6, [1, 2]],
    [{ softMin: 0, softMax: 100 }, 5, 6, [0, 100]],
    [{ log: 10 }, 3, 300, [1, 1000]],
    [{ log: 2 }, 0, 0, [0.000_976_563, 0.003_906_25]],
    [{ log: 10, min: -5 }, 2, 20, [1, 100]],
  ] as const)('with %j of values from %j to %j is %j', (own, least, most, expected) => {
    expect(range(own, least, most)).toEqual(expected);
  });

  it('of the times is that of the page', () => {
    const find = options().scales?.['x']?.range as unknown as () => readonly number[];
    expect(find()).toEqual([0, 100]);
  });
});

describe('the labels of the axes', () => {
  const labels = (
    index: number,
    ticks: readonly number[],
    own: Partial<GraphAxis> = {},
  ): readonly string[] => {
    const values = options({ own: { axes: [{ ...axis, ...own }] } }).axes?.[index]?.values as unknown as (
      plot: undefined,
      ticks: readonly number[],
    ) => readonly string[];
    return values(undefined, ticks);
  };
  const at = (hours: number, minutes = 0, seconds = 0): number =>
    new Date(2026, 10, 6, hours, minutes, seconds).getTime() / 1000;

  it.each([
    [
      [at(9, 41), at(9, 42)],
      ['09:41', '09:42'],
    ],
    [
      [at(9, 41, 5), at(9, 41, 10)],
      ['09:41:05', '09:41:10'],
    ],
    [
      [at(0), at(1)],
      ['11-06', '01:00'],
    ],
    [
      [at(9), at(33)],
      ['11-06', '11-07'],
    ],
    [[], []],
  ])('of moments %j are %j', (ticks, expected) => expect(labels(0, ticks)).toEqual(expected));

  it('are in the unit of the axis, of a logarithm at its powers alone', () => {
    expect(labels(1, [1, 2])).toEqual(['1 u', '2 u']);
    expect(labels(1, [1, 2, 10], { log: 10 })).toEqual(['1 u', '', '10 u']);
    expect(labels(1, [1, 2, 4], { log: 2 })).toEqual(['1 u', '2 u', '4 u']);
  });

  it('have the room that they need, and stand where the axis does', () => {
    const { axes = [] } = options({
      own: {
        axes: [
          { ...axis, label: 'Load', binary: true },
          { ...axis, key: 'z', side: 'right' },
          { ...axis, key: 'n', side: 'none' },
        ],
      },
    });
    expect(axes.map(({ side, label, grid }) => [side, label, grid?.show])).toEqual([
      [undefined, undefined, undefined],
      [3, 'Load', true],
      [1, undefined, false],
    ]);
    expect(axes[1]?.incrs).toContain(1024);
    const size = axes[1]?.size as unknown as (plot: undefined, labels: readonly string[] | null) => number;
    expect(size(undefined, null)).toBeCloseTo(33.2);
    expect(size(undefined, ['1234567890'])).toBeCloseTo(78);
  });
});

describe('the series of a plot', () => {
  const series = (own: Partial<GraphSeries>) => options({ own: { series: [{ ...line, ...own }] } }).series[1];

  it.each([
    [{}, { label: 'a', stroke: '#00ff00', width: 1.5, show: true, scale: 'y' }],
    [
      { hidden: true, axis: 'z', width: 3 },
      { show: false, scale: 'z', width: 3 },
    ],
    [{ dash: [1, 2] }, { dash: [1, 2] }],
    [{ fillRatio: 1 }, { fill: '#00ff00ff' }],
    [{ style: 'bars' }, { fill: '#00ff00cc' }],
    [{ style: 'bars', fillRatio: 0 }, { fill: '#00ff004d' }],
    [{ points: true }, { points: { show: true } }],
    [{ style: 'points' }, { points: { show: true } }],
  ] as const)('of %j are %j', (own, expected) => expect(series(own)).toMatchObject(expected));

  it.each([
    [{ style: 'points' }, 'function'],
    [{ style: 'bars' }, 'function'],
    [{ steps: 'smooth' }, 'function'],
    [{ steps: 'before' }, 'function'],
    [{ steps: 'after' }, 'function'],
    [{}, 'undefined'],
  ] as const)('of %j have a path of their own: %s', (own, expected) => {
    expect(typeof series(own)?.paths).toBe(expected);
  });

  it('draw no line of points', () => {
    const paths = series({ style: 'points' })?.paths as unknown as () => unknown;
    expect(paths()).toBeNull();
  });

  it('have no axis but the usual one where there is none', () => {
    expect(options({ own: { axes: [] } }).series[1]?.scale).toBe('y');
  });

  const plot = (values: readonly (number | null | undefined)[], width = 1000): UPlot =>
    ({ data: [[], values], bbox: { width } }) as unknown as UPlot;

  it('show few points as such, and those that stand alone', () => {
    const points = series({})?.points;
    const show = points?.show as unknown as (plot: UPlot, index: number) => boolean;
    const filter = points?.filter as unknown as (
      plot: UPlot,
      index: number,
      shown: boolean,
    ) => readonly number[] | null;
    expect(show(plot([1, null, 2]), 1)).toBe(true);
    expect(show(plot([1, 2, 3], 100), 1)).toBe(false);
    expect(show(plot([null]), 1)).toBe(false);
    expect(show(plot([1]), 7)).toBe(false);
    expect(filter(plot([1, null, 2, undefined, 3, null, 4, undefined, null]), 1, false)).toEqual([0, 6]);
    expect(filter(plot([1]), 7, false)).toEqual([]);
    expect(filter(plot([1]), 1, true)).toBeNull();
  });
});

describe('the pointer of a plot', () => {
  it('has a dot on each line, but for a crowd of lines, and a cross that others follow', () => {
    expect(options().cursor).toMatchObject({ points: { size: 6 } });
    expect(options().cursor).not.toHaveProperty('sync');
    const crowd = Array.from({ length: 25 }, () => line);
    expect(options({ own: { series: crowd, syncKey: 'page' } }).cursor).toMatchObject({
      points: { show: false },
      sync: { key: 'page' },
    });
    expect(options({ own: { bands: [[1, 0]] } }).bands).toEqual([{ series: [2, 1] }]);
  });

  it('selects a part of the time, but not by a click that shakes', () => {
    told.length = 0;
    const hooks = options().hooks;
    const select = (width: number): void =>
      hooks?.setSelect?.[0]?.({
        select: { left: 10, width },
        posToVal: (px: number) => px / 10,
      } as unknown as UPlot);
    select(3);
    select(20);
    hooks?.setCursor?.[0]?.({} as UPlot);
    expect(told).toEqual(['1000 to 3000', 'cursor']);
  });
});

describe('what is drawn beside the lines', () => {
  /** Ten pixels a second, from the left; a value is as many pixels from the top. */
  function drawn(of: Partial<GraphView>, scale: object | undefined = { min: 0, max: 40 }): readonly string[] {
    const done: string[] = [];
    const ctx = {
      save: () => undefined,
      restore: () => undefined,
      beginPath: () => undefined,
      stroke: () => undefined,
      moveTo: (x: number, y: number) => done.push(`from ${x} ${y}`),
      lineTo: (x: number, y: number) => done.push(`to ${x} ${y}`),
      fillRect: (...place: number[]) => done.push(`fill ${place.join(' ')}`),
      setLineDash: (dash: readonly number[]) => done.push(dash.length > 0 ? 'dashed' : 'solid'),
    };
    const plot = {
      ctx,
      bbox: { left: 0, top: 0, width: 1000, height: 50 },
      scales: { y: scale },
      valToPos: (value: number, key: string) => (key === 'x' ? value * 10 : value),
    } as unknown as UPlot;
    const { drawClear = [], draw = [] } = options({ of: { ...view, ...of } }).hooks ?? {};
    for (const hook of [...drawClear, draw[0]]) hook?.(plot);
    return done;
  }
  const threshold = { value: 10, until: 30, colour: 'red', axis: 'y', line: 'solid', area: false } as const;

  it.each([
    [{ ...threshold }, ['solid', 'from 0 10', 'to 1000 10']],
    [{ ...threshold, line: 'dashed' as const }, ['dashed', 'from 0 10', 'to 1000 10']],
    [{ ...threshold, line: 'none' as const }, []],
    [{ ...threshold, value: -Infinity }, []],
    [{ ...threshold, value: 90 }, []],
    [{ ...threshold, value: -90 }, []],
  ])('draws the line of %j', (own, expected) => {
    expect(drawn({ thresholds: [own] })).toEqual(expected);
  });

  it('fills the area of a threshold as far as the axis goes', () => {
    const area = { ...threshold, line: 'none' as const, area: true };
    expect(drawn({ thresholds: [{ ...area, value: 30, until: 10 }] })).toEqual(['fill 0 10 1000 20']);
    expect(drawn({ thresholds: [area] })).toEqual([]);
    expect(drawn({ thresholds: [area] }, {})).toEqual([]);
    expect(drawn({ thresholds: [threshold] }, {})).toEqual([]);
  });

  it.each([
    [5000, 5000, ['dashed', 'from 50 0', 'to 50 50']],
    [5000, 9000, ['fill 50 0 40 3', 'dashed', 'from 50 0', 'to 50 50']],
    [-5000, 9000, ['fill 0 0 90 3']],
    [-9000, -5000, []],
    [900_000, 900_000, []],
  ])('marks what was from %d to %d', (startMs, endMs, expected) => {
    expect(drawn({ marks: [{ startMs, endMs, colour: 'red', title: 't' }] })).toEqual(expected);
  });
});
