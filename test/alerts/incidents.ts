import type { Incident } from '../../examples/shop/src/incidents.ts';
import type { WorkerOrder } from './service.ts';

/** Something that goes wrong in the shop, and who is told of what: an alert and its service each. */
export interface ScriptedIncident {
  readonly name: string;
  /** What the payments suffer; which service is killed; what the worker is ordered to do, or how often it crashes. */
  readonly fault:
    | { readonly payments: Incident }
    | { readonly killed: 'storefront' }
    | { readonly worker: WorkerOrder }
    | { readonly crashes: number };
  /** Every one of them is told; of two with `or` between them, one is enough. */
  readonly alerts: readonly string[];
  /** May be told as well: a symptom that is held back only from when its cause is known, and until that is over. */
  readonly symptoms: readonly string[];
  /** True when it goes on being told of for longer than a test waits: restarts count for an hour, here 72 s. */
  readonly lasts?: true;
  /** True when it is caused in every run of the suite; the others are with `SIGHTLINE_LONG_TESTS=true`. */
  readonly inShort?: true;
}

/** Incidents in their order; the last one is not over by itself. */
export const scriptedIncidents: readonly ScriptedIncident[] = [
  {
    name: 'error burst: six in ten charges fail',
    fault: { payments: { kind: 'failing', failedRatio: 0.6 } },
    alerts: ['ErrorRatioHigh orders', 'ErrorRatioHigh payments', 'ErrorRatioHigh storefront'],
    symptoms: [
      'BreakerOpen orders',
      'BreakerOpen payments',
      'BreakerFlapping orders',
      'BreakerFlapping payments',
      'DependencyFailing orders',
      'DependencyFailing storefront',
      'HealthCheckDegraded orders',
      'HealthCheckDegraded payments',
      'RouteErrorRatioHigh orders',
      'RouteErrorRatioHigh payments',
      'RouteErrorRatioHigh storefront',
    ],
  },
  {
    name: 'slow upstream, so that breakers open: every charge takes three seconds',
    fault: { payments: { kind: 'slow', delayMs: 3000 } },
    alerts: ['BreakerOpen orders', 'ErrorRatioHigh orders', 'ErrorRatioHigh storefront'],
    symptoms: [
      'BreakerOpen payments',
      'BreakerFlapping orders',
      'BreakerFlapping payments',
      'DependencyFailing orders',
      'DependencyFailing storefront',
      'DependencySlow orders',
      'ErrorRatioHigh payments',
      'HealthCheckDegraded orders',
      'HealthCheckDegraded payments',
      'RouteErrorRatioHigh orders',
      'RouteErrorRatioHigh payments',
      'RouteErrorRatioHigh storefront',
      'RouteLatencyHigh payments',
    ],
  },
  {
    name: 'event-loop block: one turn of the worker takes three seconds',
    fault: { worker: { blockMs: 3000 } },
    alerts: ['EventLoopBlocked worker'],
    symptoms: ['EventLoopDelayHigh worker', 'EventLoopSaturated worker', 'ServiceAbsent worker'],
    inShort: true,
  },
  {
    name: 'memory leak: what the worker keeps fills 84 % of its heap',
    fault: { worker: { heapRatio: 0.84 } },
    alerts: ['HeapNearLimit worker'],
    symptoms: [
      'EventLoopBlocked worker',
      'EventLoopDelayHigh worker',
      'GcTimeHigh worker',
      'HeapGrowing worker',
      'ServiceAbsent worker',
    ],
  },
  {
    name: 'crash loop: the worker ends and is started again, five times',
    fault: { crashes: 5 },
    alerts: ['CrashLooping worker or Restarting worker'],
    symptoms: ['CrashLooping worker', 'Restarting worker', 'ServiceAbsent worker'],
    lasts: true,
  },
  {
    name: 'silent death: the storefront is killed',
    fault: { killed: 'storefront' },
    alerts: ['ServiceAbsent storefront'],
    // Of the crashes before.
    symptoms: ['CrashLooping worker', 'Restarting worker'],
    lasts: true,
    inShort: true,
  },
];
