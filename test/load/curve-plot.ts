/* oxlint-disable oxc/no-map-spread -- a few rows, once */
import { type Curve, type Observer, curveObservers, curves, observers, pointOf } from './cells.ts';
import { type Cost, type CurveResults, costOf } from './curve-tables.ts';

const WIDTH = 820;
const PANEL_WIDTH = WIDTH / 2;
const PANEL_HEIGHT = 280;
const TOP = 64;
const LEFT = 56;
const RIGHT = 20;
const BELOW = 56;
const COLOURS: Readonly<Record<(typeof curveObservers)[number], string>> = {
  sightline: '#2b6cb0',
  careful: '#b7791f',
  assembled: '#c05621',
};
/** Marks of the axis of costs [µs]: each three times the last, about. */
const MARKS_US = [1, 3, 10, 30, 100, 300, 1000] as const;

/**
 * A panel a curve: what grows to the right, in steps of the values that were measured, and the cost upwards, by its
 * logarithm: they lie too far apart for one straight scale. The bars are the middle half of the slices.
 */
export function curvePlot(results: CurveResults): string {
  const names = Object.keys(curves) as Curve[];
  const height = TOP + Math.ceil(names.length / 2) * PANEL_HEIGHT;
  const panels = names.map((curve, at) => {
    const [left, top] = [(at % 2) * PANEL_WIDTH, TOP + Math.floor(at / 2) * PANEL_HEIGHT];
    return panel(results, curve, left, top);
  });
  const legend = curveObservers.map(
    (observer, at) =>
      `<text x="${LEFT}" y="${18 + at * 16}" fill="${COLOURS[observer]}">${observers[observer].title.replaceAll('*', '')}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...legend,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(results: CurveResults, curve: Curve, left: number, top: number): string {
  const { title, at: values } = curves[curve];
  const [from, to] = [left + LEFT, left + PANEL_WIDTH - RIGHT];
  const [upper, lower] = [top + 24, top + PANEL_HEIGHT - BELOW];
  const x = (index: number): string => (from + ((to - from) * (index + 0.5)) / values.length).toFixed(1);
  const [least, most] = [MARKS_US[0], MARKS_US[MARKS_US.length - 1] ?? 1000].map(Math.log) as [
    number,
    number,
  ];
  const y = (us: number): string => {
    const share = (Math.log(Math.min(Math.max(us, MARKS_US[0]), 1000)) - least) / (most - least);
    return (lower - (lower - upper) * share).toFixed(1);
  };
  const marks = MARKS_US.flatMap((us) => [
    `<line x1="${from}" x2="${to}" y1="${y(us)}" y2="${y(us)}" stroke="#ddd"/>`,
    `<text x="${from - 6}" y="${Number(y(us)) + 4}" text-anchor="end">${us}</text>`,
  ]);
  const drawn = curveObservers.flatMap((observer) => {
    const points = values.flatMap((value, index) => {
      const cost = costAt(results, observer, curve, value);
      return cost === undefined ? [] : [{ index, cost }];
    });
    const line = points.map(({ index, cost }) => `${x(index)},${y(cost.addedUs)}`).join(' ');
    return [
      `<polyline fill="none" stroke="${COLOURS[observer]}" stroke-width="2" points="${line}"/>`,
      ...points.flatMap(({ index, cost: { addedUs, addedUsRange } }) => [
        `<line x1="${x(index)}" x2="${x(index)}" y1="${y(addedUsRange[0])}" y2="${y(addedUsRange[1])}" stroke="${COLOURS[observer]}" stroke-width="5" stroke-opacity="0.3"/>`,
        `<circle cx="${x(index)}" cy="${y(addedUs)}" r="3" fill="${COLOURS[observer]}"/>`,
      ]),
    ];
  });
  return [
    `<text x="${from}" y="${top + 12}" font-weight="bold">µs of CPU added to a request</text>`,
    ...marks,
    ...drawn,
    ...values.map(
      (value, index) =>
        `<text x="${x(index)}" y="${lower + 18}" text-anchor="middle">${curve === 'headers' && value === 0 ? '392' : value}</text>`,
    ),
    `<text x="${(from + to) / 2}" y="${lower + 38}" text-anchor="middle">${title}</text>`,
  ].join('\n');
}

function costAt(results: CurveResults, observer: Observer, curve: Curve, at: number): Cost | undefined {
  const { id, load } = pointOf(observer, curve, at);
  return costOf(results, id, load);
}
