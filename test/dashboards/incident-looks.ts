import type { Incident } from '../../examples/shop/src/incidents.ts';

/** One look at one panel, on the way from an alert to the cause. */
export interface Look {
  /** The dashboard and the service that is chosen on it. */
  readonly board: string;
  readonly service: 'storefront' | 'orders' | 'payments';
  /** The question of the panel. */
  readonly question: string;
  /** What it shows, in words. */
  readonly shows: string;
  /** Only series with these labels are looked at. Default: all of the panel. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether it does, by the values of the series now. */
  readonly isShown: (values: readonly number[]) => boolean;
}

/** Three looks for each thing that can go wrong in the shop. */
export interface IncidentLooks {
  readonly incident: Incident;
  readonly looks: readonly [Look, Look, Look];
}

const most = (values: readonly number[]): number =>
  Math.max(0, ...values.filter((value) => !Number.isNaN(value)));
const MEBI = 2 ** 20;

export const incidentLooks: readonly IncidentLooks[] = [
  {
    incident: { kind: 'slow', delayMs: 400 },
    looks: [
      {
        board: 'service',
        service: 'storefront',
        question: 'How long do requests take?',
        shows: 'p99 beyond what was added; a dot opens a trace whose longest bar is the call to payments',
        isShown: (values) => most(values) > 0.4,
      },
      {
        board: 'dependencies',
        service: 'orders',
        question: 'How long does each dependency take?',
        shows: 'the calls of orders, which are those to payments, take that long',
        isShown: (values) => most(values) > 0.4,
      },
      {
        board: 'runtime',
        service: 'payments',
        question: 'How busy is the event loop?',
        shows: 'payments does next to nothing: it waits for its processor',
        isShown: (values) => values.length > 0 && most(values) < 0.8,
      },
    ],
  },
  {
    incident: { kind: 'failing', failedRatio: 0.5 },
    looks: [
      {
        board: 'service',
        service: 'storefront',
        question: 'Which errors are the most frequent?',
        shows: 'one route fails, that of placing orders; a click opens its traces',
        isShown: (values) => most(values) > 0,
      },
      {
        board: 'dependencies',
        service: 'orders',
        question: 'Why do calls fail?',
        shows: 'the calls of orders to payments fail, with their status',
        isShown: (values) => most(values) > 0,
      },
      {
        board: 'service',
        service: 'payments',
        question: 'What share of the requests fails?',
        shows: 'payments itself answers with errors: its logs and traces name the processor',
        isShown: (values) => most(values) > 0.2,
      },
    ],
  },
  {
    incident: { kind: 'flapping', periodMs: 1000 },
    looks: [
      {
        board: 'service',
        service: 'storefront',
        question: 'What share of the requests fails?',
        shows: 'errors that come and go',
        isShown: (values) => most(values) > 0,
      },
      {
        board: 'resilience',
        service: 'orders',
        question: 'How often does each breaker open?',
        shows: 'the breaker before payments opens again and again',
        isShown: (values) => most(values) > 0,
      },
      {
        board: 'resilience',
        service: 'orders',
        question: 'How do calls through breakers end?',
        shows: 'failures and rejections beside calls that succeed: payments is down and up',
        isShown: (values) => values.filter((value) => value > 0).length >= 2,
      },
    ],
  },
  {
    incident: { kind: 'hoarding', heldMs: 600 },
    looks: [
      {
        board: 'resilience',
        service: 'orders',
        question: 'How full are the pools?',
        shows: 'all connections to the database are in use',
        isShown: (values) => most(values) >= 0.95,
      },
      {
        board: 'resilience',
        service: 'orders',
        question: 'How long is a connection in use?',
        shows: 'far longer than a query takes: somebody holds them',
        isShown: (values) => most(values) > 0.4,
      },
      {
        board: 'service',
        service: 'storefront',
        question: 'How long do requests take?',
        shows: 'requests that need the database wait for a connection',
        isShown: (values) => most(values) > 0.25,
      },
    ],
  },
  {
    incident: { kind: 'leaking', bytesPerCharge: 512 * 1024, maxBytes: 60 * MEBI },
    looks: [
      {
        board: 'runtime',
        service: 'payments',
        question: 'How much memory does the process take?',
        shows: 'what is outside of the heap grows and does not come back',
        isShown: (values) => values.filter((value) => value > 30 * MEBI).length >= 2,
      },
      {
        board: 'runtime',
        service: 'payments',
        question: 'How full is the heap?',
        shows: 'the heap stays as it was: buffers leak, not objects',
        isShown: (values) => values.length > 0 && most(values) < 0.3,
      },
      {
        board: 'routes',
        service: 'payments',
        question: 'How many requests does each route get?',
        shows: 'one route is asked all the time: what it keeps is what grows',
        isShown: (values) => most(values) > 0,
      },
    ],
  },
  {
    incident: { kind: 'storming', atATime: 16, pauseMs: 1 },
    looks: [
      {
        board: 'rateLimits',
        service: 'storefront',
        question: 'How many requests does each limiter refuse?',
        shows: 'the limiter at the door refuses far more than the line',
        isShown: (values) => most(values) > 60,
      },
      {
        board: 'rateLimits',
        service: 'storefront',
        question: 'How near are clients to their limits?',
        shows:
          'requests with nothing left beside many with most of their limit left: one client, not a limit too low',
        isShown: (values) => Math.min(...values) > 0 && most(values) > 1.1 * Math.min(...values),
      },
      {
        board: 'service',
        service: 'storefront',
        question: 'What share of the requests fails?',
        shows: 'no more than before: whoever is refused is no failure, and nobody else notices',
        isShown: (values) => values.length > 0 && most(values) < 0.05,
      },
    ],
  },
  {
    incident: { kind: 'flushing', everyMs: 300, readMs: 700 },
    looks: [
      {
        board: 'resilience',
        service: 'storefront',
        question: 'How much do the caches hold back?',
        shows: 'the cache of the catalogue answers a part of what it did',
        isShown: (values) => values.length > 0 && most(values) < 0.6,
      },
      {
        board: 'resilience',
        service: 'storefront',
        question: 'Is there a stampede on a cache?',
        shows: 'what is read already is read again: entries go before their reading has ended',
        labels: { cache: 'catalogue-reads' },
        isShown: (values) => most(values) > 2,
      },
      {
        board: 'resilience',
        service: 'storefront',
        question: 'Why do caches let go of entries?',
        shows: 'somebody deletes them: they go neither by age nor by size',
        labels: { reason: 'deleted' },
        isShown: (values) => most(values) > 0,
      },
    ],
  },
];
