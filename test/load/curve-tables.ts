/* oxlint-disable oxc/no-map-spread -- a few rows, once */
import { table } from '../markdown.ts';
import {
  type Curve,
  type Observer,
  curveObservers,
  curves,
  frameworkCellId,
  frameworkNames,
  isTried,
  nodeMajors,
  observers,
  pointOf,
} from './cells.ts';
import { median, quartiles } from './figures.ts';

/** What one round of a cell showed, by the name of the load; the lists hold calm slices alone. */
export type Round = Readonly<
  Record<
    string,
    {
      /** All that were measured. */
      readonly slices: number;
      readonly addedUs: readonly number[];
      readonly bareUs: readonly number[];
      readonly throughputRatios: readonly number[];
    }
  >
>;

/** Everything that was measured, as it stands in the file. */
export interface CurveResults {
  /** When each part was measured last, and where. */
  readonly parts: Readonly<
    Partial<Record<'curves' | 'frameworks', { readonly machine: string; readonly measuredAt: string }>>
  >;
  /** By the id of the cell. */
  readonly rounds: Readonly<Record<string, readonly Round[]>>;
}

export const CURVE_RESULTS = new URL('curves.json', import.meta.url);
export const CURVE_PLOT = new URL('curves.svg', import.meta.url);

/** What is known of one load of one cell, over all its rounds. */
export interface Cost {
  readonly rounds: number;
  readonly addedUs: number;
  readonly addedUsRange: readonly [lower: number, upper: number];
  readonly bareUs: number;
  readonly throughputRatio: number;
}

/** @returns undefined when no calm slice of it was measured */
export function costOf({ rounds }: CurveResults, id: string, load: string): Cost | undefined {
  const measured = (rounds[id] ?? []).flatMap((round) => round[load] ?? []);
  const addedUs = measured.flatMap((each) => each.addedUs);
  if (addedUs.length === 0) return undefined;
  return {
    rounds: measured.length,
    addedUs: median(addedUs),
    addedUsRange: quartiles(addedUs),
    bareUs: median(measured.flatMap((each) => each.bareUs)),
    throughputRatio: median(measured.flatMap((each) => each.throughputRatios)),
  };
}

const us = (value: number): string => value.toFixed(1);

function costText(cost: Cost | undefined): string {
  if (cost === undefined) return '';
  return `${us(cost.addedUs)} (${cost.addedUsRange.map(us).join(' to ')})`;
}

/** How much of another one's cost it is. */
function shareText(own: Cost | undefined, other: Cost | undefined): string {
  if (own === undefined || other === undefined || own.addedUs <= 0) return '';
  return `1/${(other.addedUs / own.addedUs).toFixed(1)}`;
}

function pointText(curve: Curve, at: number): string {
  if (curve === 'headers' && at === 0) return 'a browser’s, 392';
  return at.toLocaleString('en-US');
}

/** A table a curve: what grows, the bare service, and what each observer adds. */
export function curveTables(results: CurveResults): string {
  const { machine = '', measuredAt = '' } = results.parts.curves ?? {};
  const costAt = (observer: Observer, curve: Curve, at: number): Cost | undefined => {
    const { id, load } = pointOf(observer, curve, at);
    return costOf(results, id, load);
  };
  const tables = (Object.keys(curves) as Curve[]).map((curve) => {
    const { title, at } = curves[curve];
    const rows = at.map((value) => {
      const costs = curveObservers.map((observer) => costAt(observer, curve, value));
      return [
        pointText(curve, value),
        costs[0] === undefined ? '' : us(costs[0].bareUs),
        ...costs.map(costText),
        shareText(costs[0], costs.at(-1)),
      ];
    });
    return table(
      [
        title,
        'the service alone, µs',
        ...curveObservers.map((observer) => `${observers[observer].title}, µs added`),
        'Sightline’s of the assembled',
      ],
      rows,
    );
  });
  const rounds = Object.entries(results.rounds)
    .filter(([id]) => id.startsWith('curves/'))
    .map(([, { length }]) => length);
  return [
    ...tables,
    `${measuredAt}, ${machine}; Express 5, all sampled, one route, a browser’s headers and 16 requests at a time, but for what ` +
      `grows. CPU of a request beyond that of the service alone, ${rounds.length === 0 ? 0 : Math.min(...rounds)} or more rounds of fresh processes; medians of calm slices, in ` +
      'brackets the middle half.',
  ].join('\n\n');
}

/** One row a framework and an observer; the versions of Node.js side by side. */
export function frameworkTable(results: CurveResults): string {
  const { machine = '', measuredAt = '' } = results.parts.frameworks ?? {};
  const rows = frameworkNames.flatMap((framework) =>
    (Object.keys(observers) as Observer[])
      .filter((observer) => isTried(observer, framework, 24))
      .map((observer) => [
        framework,
        observers[observer].title,
        ...nodeMajors.flatMap((node) => {
          const cost = costOf(results, frameworkCellId(observer, framework, node), 'usual');
          return [costText(cost), cost === undefined ? '' : cost.throughputRatio.toFixed(2)];
        }),
      ]),
  );
  return [
    table(
      ['framework', 'observed by', ...nodeMajors.flatMap((node) => [`Node ${node}: µs added`, `throughput`])],
      rows,
    ),
    `${measuredAt}, ${machine} for Node 24. CPU of a request beyond that of the service alone: medians of calm slices, in brackets the ` +
      'middle half; throughput with 16 requests at a time, that of the service alone = 1.',
  ].join('\n\n');
}
