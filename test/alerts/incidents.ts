import type { Incident } from '../../examples/shop/src/incidents.ts';
import type { WorkerOrder } from './service.ts';

/** Something that goes wrong in the shop, and who is told of what: an alert and its service each. */
export interface ScriptedIncident {
  readonly name: string;
  /** What the shop suffers; which service is killed; what the worker is ordered to do, or how often it crashes. */
  readonly fault:
    | { readonly shop: Incident }
    | { readonly killed: 'storefront' }
    | { readonly worker: WorkerOrder }
    | { readonly crashes: number };
  /** The runbooks that are followed while it lasts, for a service each; the first query of the first one has an answer. */
  readonly runbooks: Readonly<Record<string, string>>;
  /** Every one of them is told; of two with `or` between them, one is enough. */
  readonly alerts: readonly string[];
  /** May be told as well: a symptom that is held back only from when its cause is known, and until that is over. */
  readonly symptoms: readonly string[];
  /** True when it goes on being told of for longer than a test waits: restarts count for an hour, here 72 s. */
  readonly lasts?: true;
  /** True when it is caused in every run of the suite; the others are with `SIGHTLINE_LONG_TESTS=true`. */
  readonly inShort?: true;
}

/** Alerts that say that something is late, by services: a machine that has no time for them makes them true. */
const late: ReadonlySet<string> = new Set([
  'EventLoopBlocked',
  'EventLoopDelayHigh',
  'EventLoopSaturated',
  // Nothing answers a scrape in time: at the scale of the tests its minute is a second.
  'ScrapeFailing',
  'ServiceAbsent',
]);

/** Whether an alert, with its service, may tell of a machine that is too busy. */
export function isOfMachine(told: string): boolean {
  return late.has(told.split(' ')[0] ?? '');
}

/** Incidents in their order; the last one is not over by itself. */
export const scriptedIncidents: readonly ScriptedIncident[] = [
  {
    name: 'error burst: six in ten charges fail',
    fault: { shop: { kind: 'failing', failedRatio: 0.6 } },
    runbooks: {
      'error-ratio-high': 'storefront',
      'error-budget-burn': 'storefront',
      'breaker-flapping': 'orders',
      'route-error-ratio-high': 'storefront',
    },
    alerts: [
      'ErrorBudgetBurn orders',
      'ErrorBudgetBurn payments',
      'ErrorBudgetBurn storefront',
      'ErrorRatioHigh orders',
      'ErrorRatioHigh payments',
      'ErrorRatioHigh storefront',
    ],
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
    fault: { shop: { kind: 'slow', delayMs: 3000 } },
    runbooks: {
      'breaker-open': 'orders',
      'dependency-slow': 'orders',
      'dependency-failing': 'orders',
      'health-check-degraded': 'orders',
      'route-latency-high': 'payments',
    },
    alerts: [
      'BreakerOpen orders',
      'ErrorBudgetBurn orders',
      'ErrorBudgetBurn storefront',
      'ErrorRatioHigh orders',
      'ErrorRatioHigh storefront',
    ],
    symptoms: [
      'ErrorBudgetBurn payments',
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
    name: 'limiter storm: one visitor asks as fast as answers come',
    fault: { shop: { kind: 'storming', atATime: 8, pauseMs: 5 } },
    runbooks: { 'rate-limit-violations': 'storefront' },
    alerts: ['RateLimitViolations storefront'],
    symptoms: [],
  },
  {
    // So much that it is over the threshold soon, however few charges a busy machine gets done.
    name: 'memory leak outside the heap: each charge leaves a mebibyte of buffers behind',
    fault: { shop: { kind: 'leaking', bytesPerCharge: 2 ** 20, maxBytes: 300 * 2 ** 20 } },
    runbooks: { 'memory-growing': 'payments' },
    alerts: ['MemoryGrowing payments'],
    symptoms: [],
  },
  {
    name: 'event-loop block: one turn of the worker takes three seconds',
    fault: { worker: { blockMs: 3000 } },
    runbooks: {
      'event-loop-blocked': 'worker',
      'event-loop-delay-high': 'worker',
      'event-loop-saturated': 'worker',
    },
    alerts: ['EventLoopBlocked worker'],
    symptoms: ['EventLoopDelayHigh worker', 'EventLoopSaturated worker', 'ServiceAbsent worker'],
    inShort: true,
  },
  {
    name: 'memory leak on the heap: what the worker keeps fills 84 % of its heap',
    fault: { worker: { heapRatio: 0.84 } },
    runbooks: { 'heap-near-limit': 'worker', 'heap-growing': 'worker', 'gc-time-high': 'worker' },
    alerts: ['HeapNearLimit worker'],
    symptoms: [
      'EventLoopBlocked worker',
      'EventLoopDelayHigh worker',
      'GcTimeHigh worker',
      'HeapGrowing worker',
      'MemoryGrowing worker',
      'ScrapeFailing worker',
      'ServiceAbsent worker',
      'SloWithoutData worker',
    ],
  },
  {
    name: 'crash loop: the worker ends and is started again, five times',
    fault: { crashes: 5 },
    runbooks: { 'crash-looping': 'worker', restarting: 'worker' },
    alerts: ['CrashLooping worker or Restarting worker'],
    symptoms: ['CrashLooping worker', 'Restarting worker', 'ServiceAbsent worker', 'SloWithoutData worker'],
    lasts: true,
  },
  {
    name: 'silent death: the storefront is killed',
    fault: { killed: 'storefront' },
    runbooks: {
      'service-absent': 'storefront',
      'scrape-failing': 'storefront',
      'slo-without-data': 'storefront',
    },
    alerts: ['ServiceAbsent storefront'],
    // Of the crashes before.
    symptoms: ['CrashLooping worker', 'Restarting worker'],
    lasts: true,
    inShort: true,
  },
];
