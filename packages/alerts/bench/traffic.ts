/** Requests and bad requests of each minute of 30 days, and what went wrong on purpose. */
export interface Traffic {
  readonly name: string;
  readonly events: Float64Array;
  readonly errors: Float64Array;
  readonly incidents: readonly Incident[];
  /** Minutes in which the service says that it is down: 1, otherwise 0. */
  readonly isDown: Uint8Array;
}

/** One thing that went wrong, which somebody should be told of. */
export interface Incident {
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Share of the requests that fail. */
  readonly errorRatio: number;
  readonly kind: 'fast' | 'slow';
}

export const MINUTES = 30 * 24 * 60;
const DAY = 24 * 60;

/** Requests a minute, over the day. */
const shapes: Readonly<Record<string, (minute: number, random: () => number) => number>> = {
  steady: () => 600,
  // Ten minutes in each three hours with twenty times as many.
  bursty: (minute) => (minute % 180 < 10 ? 2000 : 100),
  diurnal: (minute) => 600 * (1 + 0.95 * Math.sin((2 * Math.PI * minute) / DAY)),
  // A hundred an hour.
  sparse: () => 100 / 60,
  // Six an hour.
  low: () => 0.1,
};

/** What goes wrong in each month: five things fast, three slowly, between quiet days. */
const plan: readonly Omit<Incident, 'toMinute' | 'kind'>[] = [
  { fromMinute: 2 * DAY + 600, errorRatio: 1 },
  { fromMinute: 5 * DAY + 780, errorRatio: 0.2 },
  { fromMinute: 8 * DAY + 200, errorRatio: 0.05 },
  { fromMinute: 11 * DAY + 700, errorRatio: 0.5 },
  { fromMinute: 13 * DAY + 900, errorRatio: 1 },
  { fromMinute: 16 * DAY, errorRatio: 0.005 },
  { fromMinute: 21 * DAY, errorRatio: 0.004 },
  { fromMinute: 26 * DAY, errorRatio: 0.006 },
];
const lengths = [90, 120, 240, 120, 60, 1.5 * DAY, 2 * DAY, 1.5 * DAY] as const;
/** Of six requests an hour, a share of 0.5 % is less than one in a day: there, what is slow is half of everything. */
const lowFactor = 100;

/** What a check, a scrape and an evaluation take, so much later is known that a service is down, and that it is not [min]. */
const KNOWN_MINUTES = 1;

/** Share of the requests that fail on a quiet day: half of the budget. */
const QUIET_RATIO = 0.0005;

/** A generator of numbers from 0 to 1 that starts anew with its seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many events there are when `mean` are expected: Poisson, by the normal distribution where that is the same. */
function poisson(mean: number, random: () => number): number {
  if (mean <= 0) return 0;
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + normal * Math.sqrt(mean)));
  }
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
}

/** 30 days of one shape, the same for the same seed. */
function trafficOf(name: string, seed: number): Traffic {
  const random = randomFrom(seed);
  const shape = shapes[name] ?? (() => 0);
  const isLow = name === 'low';
  const incidents = plan.map((each, index): Incident => {
    const kind = each.errorRatio < 0.01 ? 'slow' : 'fast';
    const minutes = (lengths.at(index) ?? 0) * (isLow && kind === 'fast' ? 2 : 1);
    const errorRatio = Math.min(
      1,
      isLow ? Math.max(each.errorRatio, 0.5) * (kind === 'slow' ? 1 : 2) : each.errorRatio,
    );
    return {
      fromMinute: each.fromMinute,
      toMinute: each.fromMinute + minutes,
      kind,
      errorRatio: isLow && kind === 'slow' ? Math.min(1, (each.errorRatio * lowFactor) / 4) : errorRatio,
    };
  });
  const events = new Float64Array(MINUTES);
  const errors = new Float64Array(MINUTES);
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const incident = incidents.find(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute);
    const ratio = incident?.errorRatio ?? QUIET_RATIO;
    const mean = shape(minute, random);
    const bad = poisson(mean * ratio, random);
    errors[minute] = bad;
    events[minute] = bad + poisson(mean * (1 - ratio), random);
  }
  return { name, events, errors, incidents, isDown: minutesDown(incidents, random) };
}

/**
 * What readiness says: that nothing works is seen, that a part fails is not; and each day there is a minute, a restart or a
 * check that failed, that has nothing to do with any request.
 */
function minutesDown(incidents: readonly Incident[], random: () => number): Uint8Array {
  const isDown = new Uint8Array(MINUTES);
  for (let day = 0; day < MINUTES / DAY; day += 1) isDown[day * DAY + Math.floor(random() * DAY)] = 1;
  for (const { errorRatio, fromMinute, toMinute } of incidents) {
    if (errorRatio === 1) isDown.fill(1, fromMinute + KNOWN_MINUTES, toMinute + KNOWN_MINUTES);
  }
  return isDown;
}

/** Every shape, several months of each. */
export function everyTraffic(months: number): readonly Traffic[] {
  return Object.keys(shapes).flatMap((name) =>
    Array.from({ length: months }, (_none, month) => trafficOf(name, 1000 * (month + 1) + name.length)),
  );
}
