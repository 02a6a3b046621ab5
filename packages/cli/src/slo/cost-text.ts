import { type Slo, type SloCost, type SloTraffic, sloCost } from '@sightline/alerts';
import type { OptionSpecs } from '../command.ts';
import { isCount } from '../option-checks.ts';

/** What the estimate of the cost is asked with. */
export const trafficOptions = {
  services: {
    type: 'string',
    value: 'number',
    default: '1',
    help: 'Services that an objective without one holds for',
    check: isCount,
  },
  'series-per-service': {
    type: 'string',
    value: 'number',
    default: '100',
    help: 'Series of requests of one service: routes, methods and codes, over all instances',
    check: isCount,
  },
  'scrape-interval-seconds': {
    type: 'string',
    value: 'number',
    default: '15',
    help: 'Time from one scrape to the next',
    check: isCount,
  },
  'evaluation-interval-seconds': {
    type: 'string',
    value: 'number',
    default: '30',
    help: 'Time from one evaluation of the rules to the next',
    check: isCount,
  },
} as const satisfies OptionSpecs;

type TrafficValues = { readonly [Name in keyof typeof trafficOptions]: string };

export function trafficOf(values: TrafficValues): SloTraffic {
  return {
    services: Number(values.services),
    seriesPerService: Number(values['series-per-service']),
    scrapeIntervalSeconds: Number(values['scrape-interval-seconds']),
    evaluationIntervalSeconds: Number(values['evaluation-interval-seconds']),
  };
}

/** An objective with a service of its own is paid for once. */
export function costOf(slo: Slo, traffic: SloTraffic): { readonly ours: SloCost; readonly direct: SloCost } {
  return sloCost(slo, slo.service === undefined ? traffic : { ...traffic, services: 1 });
}

/** In one line, what the rules of some objectives cost Prometheus. */
export function costText(slos: readonly Slo[], traffic: SloTraffic): string {
  const costs = slos.map((slo) => costOf(slo, traffic));
  const sum = (of: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((total, cost) => total + of(cost), 0);
  return (
    `estimated cost: ${sum(({ ours }) => ours.recordedSeries)} series recorded, ` +
    `${sum(({ ours }) => ours.samplesReadPerSecond)} samples read a second ` +
    `(${sum(({ direct }) => direct.samplesReadPerSecond)} if every window read the series of the service)`
  );
}
