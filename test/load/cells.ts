/* oxlint-disable oxc/no-map-spread -- some dozens, once */
import { fileURLToPath } from 'node:url';
import type { Load } from './paired-slices.ts';
import { type Variant, variants } from './variants.ts';

export const frameworkNames = [
  'node:http',
  'Express 4',
  'Express 5',
  'Fastify 5',
  'Koa 3',
  'Hono 4',
] as const;
export type Framework = (typeof frameworkNames)[number];

export const nodeMajors = [22, 24, 26] as const;
export type NodeMajor = (typeof nodeMajors)[number];

/** Distributions of OpenTelemetry, as their makers start them. They measure requests and log no lines. */
const distributions = {
  elastic: {
    title: 'Elastic’s distribution 1.18',
    imports: ['@elastic/opentelemetry-node'],
    middlewares: [],
    // It would ask for a cloud that is not there.
    env: { OTEL_NODE_RESOURCE_DETECTORS: 'env,host,process' },
  },
  splunk: {
    title: 'Splunk’s distribution 4.7',
    imports: ['@splunk/otel/instrument.js'],
    middlewares: [],
    env: { OTEL_NODE_RESOURCE_DETECTORS: 'env,host,process' },
  },
} as const satisfies Readonly<Record<string, Variant>>;

/** Who observes, of those that are in the curves and in the table of frameworks. */
export const observers = {
  sightline: { ...variants.sightline, title: '**Sightline**' },
  careful: {
    ...variants.careful,
    title: 'assembled with care',
  },
  assembled: {
    ...variants.assembled,
    title: 'assembled',
  },
  ...distributions,
} as const satisfies Readonly<Record<string, Variant>>;
export type Observer = keyof typeof observers;

/** One service, observed in one way, with the loads that are put on it. */
export interface Cell {
  readonly id: string;
  readonly part: 'curves' | 'frameworks';
  readonly observer: Observer;
  readonly framework: Framework;
  readonly node: NodeMajor;
  /** Share of the requests that are sampled. */
  readonly samplingRatio: number;
  /** Routes that the service has, and that are asked for in turn. */
  readonly routes: number;
  readonly loads: Readonly<Record<string, Load>>;
}

/** The usual ones: where one of them grows, the others stay so. */
const usual = { connections: 16, routes: 1, samplingRatio: 1 } as const;

/** What grows, and where it is measured. */
export const curves = {
  sampling: { title: 'requests that are sampled, %', at: [0, 1, 10, 100] },
  routes: { title: 'routes', at: [1, 10, 100, 1000] },
  headers: { title: 'size of a request, bytes', at: [0, 2048, 8192] },
  concurrency: { title: 'requests at a time', at: [1, 16, 128] },
} as const;
export type Curve = keyof typeof curves;

/** Where a point of a curve is found: the cell, and its load. */
export function pointOf(
  observer: Observer,
  curve: Curve,
  at: number,
): { readonly id: string; readonly load: string } {
  const cell = (name: string): string => `curves/${observer}/${name}`;
  if (curve === 'sampling')
    return at === 100
      ? { id: cell('usual'), load: 'usual' }
      : { id: cell(`sampling ${at} %`), load: 'usual' };
  if (curve === 'routes')
    return at === 1 ? { id: cell('usual'), load: 'usual' } : { id: cell(`${at} routes`), load: 'usual' };
  const isUsual = curve === 'headers' ? at === 0 : at === usual.connections;
  return { id: cell('usual'), load: isUsual ? 'usual' : `${curve} ${at}` };
}

export const curveObservers = ['sightline', 'careful', 'assembled'] as const satisfies readonly Observer[];

function curveCells(observer: Observer): readonly Cell[] {
  const base = { part: 'curves', observer, framework: 'Express 5', node: 24 } as const;
  const load: Load = { connections: usual.connections, routes: 1 };
  return [
    {
      ...base,
      ...usual,
      id: `curves/${observer}/usual`,
      loads: {
        usual: load,
        ...Object.fromEntries(
          curves.headers.at
            .slice(1)
            .map((headerBytes) => [`headers ${headerBytes}`, { ...load, headerBytes }]),
        ),
        ...Object.fromEntries(
          curves.concurrency.at
            .filter((connections) => connections !== usual.connections)
            .map((connections) => [`concurrency ${connections}`, { ...load, connections }]),
        ),
      },
    },
    ...curves.sampling.at.slice(0, -1).map((percent) => ({
      ...base,
      ...usual,
      id: pointOf(observer, 'sampling', percent).id,
      samplingRatio: percent / 100,
      loads: { usual: load },
    })),
    ...curves.routes.at.slice(1).map((routes) => ({
      ...base,
      ...usual,
      id: pointOf(observer, 'routes', routes).id,
      routes,
      loads: { usual: { ...load, routes } },
    })),
  ];
}

/** Who is tried on what: everybody on the newest long-lived Node.js, distributions elsewhere on the commonest framework. */
export function isTried(observer: Observer, framework: Framework, node: NodeMajor): boolean {
  if (observer === 'careful') return false;
  return !(observer in distributions) || node === 24 || framework === 'Express 5';
}

export function frameworkCellId(observer: Observer, framework: Framework, node: NodeMajor): string {
  return `frameworks/${observer}/${framework}/Node ${node}`;
}

function frameworkCells(): readonly Cell[] {
  const observed = Object.keys(observers) as Observer[];
  return frameworkNames.flatMap((framework) =>
    nodeMajors.flatMap((node) =>
      observed
        .filter((observer) => isTried(observer, framework, node))
        .map((observer) => ({
          ...usual,
          id: frameworkCellId(observer, framework, node),
          part: 'frameworks' as const,
          observer,
          framework,
          node,
          loads: { usual: { connections: usual.connections, routes: 1 } },
        })),
    ),
  );
}

/** All that can be measured, in the order in which it is. */
export const cells: readonly Cell[] = [...curveObservers.flatMap(curveCells), ...frameworkCells()];

/** The program of a Node.js, as the workspace has it installed. */
export function programOf(node: NodeMajor): string {
  return node === 24
    ? process.execPath
    : fileURLToPath(new URL(`../runtimes/node_modules/node${node}/bin/node`, import.meta.url));
}
