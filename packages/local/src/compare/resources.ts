import type { PromqlEngine } from '@sightline/query/promql';
import type { RunSeries } from './run-series.ts';

/** What a run has used of something. */
interface ResourceNumbers {
  readonly mean: number;
  readonly max: number;
  /** How much it went up and down. */
  readonly deviation: number;
  readonly samples: number;
}

export interface ResourceDifference {
  readonly name: string;
  readonly unit: 'bytes' | 'cores' | 'seconds' | 'ratio';
  readonly before: ResourceNumbers | undefined;
  readonly after: ResourceNumbers | undefined;
  /** The mean of after by that of before; undefined when one is missing or nothing. */
  readonly ratio: number | undefined;
  /** Whether the means lie more than `MIN_DEVIATIONS` deviations apart, with `MIN_SAMPLES` samples on each side. */
  readonly isSignificant: boolean;
}

interface Resource {
  readonly name: string;
  readonly unit: ResourceDifference['unit'];
  /** Its value through time, of all instances. */
  readonly expression: (run: RunSeries) => string;
}

/** Deviations that means have to lie apart; one run goes up and down by one by itself. */
export const MIN_DEVIATIONS = 2;
export const MIN_SAMPLES = 5;
const RATE_RANGE = '[1m]';

const resources: readonly Resource[] = [
  {
    name: 'heap in use',
    unit: 'bytes',
    expression: (run) => `sum(${run.selector('v8js_memory_heap_used_bytes')})`,
  },
  {
    name: 'resident memory',
    unit: 'bytes',
    expression: (run) => `sum(${run.selector('process_resident_memory_bytes')})`,
  },
  {
    name: 'CPU',
    unit: 'cores',
    expression: (run) => `sum(rate(${run.selector('process_cpu_seconds_total')}${RATE_RANGE}))`,
  },
  {
    name: 'event loop delay, p99',
    unit: 'seconds',
    expression: (run) => `max(${run.selector('nodejs_eventloop_delay_p99_seconds')})`,
  },
  {
    name: 'event loop utilization',
    unit: 'ratio',
    expression: (run) => `max(${run.selector('nodejs_eventloop_utilization_ratio')})`,
  },
];
/** Values that are looked at over a run. */
const STEPS = 120;
const MIN_STEP_MS = 1000;

/** What two runs have used, those first that differ most. */
export async function compareResources(
  engine: PromqlEngine,
  before: RunSeries,
  after: RunSeries,
  signal: AbortSignal,
): Promise<readonly ResourceDifference[]> {
  const found = await Promise.all(
    resources.map(async ({ name, unit, expression }): Promise<ResourceDifference> => {
      const one = await numbersOf(engine, expression(before), before, signal);
      const other = await numbersOf(engine, expression(after), after, signal);
      const { ratio, isSignificant } = judged(one, other);
      return { name, unit, before: one, after: other, ratio, isSignificant };
    }),
  );
  return found
    .filter((each) => each.before !== undefined || each.after !== undefined)
    .toSorted(
      (one, other) =>
        Number(other.isSignificant) - Number(one.isSignificant) || sizeOf(other.ratio) - sizeOf(one.ratio),
    );
}

function sizeOf(ratio: number | undefined): number {
  return ratio === undefined ? 0 : Math.abs(Math.log(ratio));
}

async function numbersOf(
  engine: PromqlEngine,
  expression: string,
  { window: { startMs, endMs } }: RunSeries,
  signal: AbortSignal,
): Promise<ResourceNumbers | undefined> {
  const stepMs = Math.max(MIN_STEP_MS, Math.ceil((endMs - startMs) / STEPS));
  const result = await engine.range(expression, { startMs, endMs, stepMs, signal });
  const values = result.matrix.flatMap((series) => Array.from(series.values)).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, max: Math.max(...values), deviation: Math.sqrt(variance), samples: values.length };
}

function judged(
  before: ResourceNumbers | undefined,
  after: ResourceNumbers | undefined,
): Pick<ResourceDifference, 'ratio' | 'isSignificant'> {
  if (before === undefined || after === undefined || !(before.mean > 0) || !(after.mean > 0))
    return { ratio: undefined, isSignificant: false };
  const apart = Math.abs(after.mean - before.mean);
  return {
    ratio: after.mean / before.mean,
    isSignificant:
      Math.min(before.samples, after.samples) >= MIN_SAMPLES &&
      apart > MIN_DEVIATIONS * Math.max(before.deviation, after.deviation),
  };
}
