import type { LabelMatcher } from '../../labels.ts';
import type { QueryLimits } from '../../limits.ts';
import { QueryError } from '../../query-error.ts';
import type { Budget } from '../budget.ts';
import { compareLabelSets, labelSet } from '../label-set.ts';
import type { Plan, SelectorPlan } from '../plan-node.ts';
import type { SelectRange, SeriesSamples, SeriesSource } from '../source.ts';
import { lastStepMs, type LoadedSeries, type Semantics, type Steps } from './query.ts';
import { sortInTurns } from './sort-in-turns.ts';
import { subquerySteps } from './subquery.ts';

interface Selection {
  readonly selector: SelectorPlan;
  readonly range: SelectRange;
}

/** The times of samples that can matter for each selector of a plan. */
export function selectionsOf(root: Plan, steps: Steps, semantics: Semantics): readonly Selection[] {
  const selections: Selection[] = [];
  const visit = (plan: Plan, when: Steps): void => {
    if (when.count === 0) return;
    switch (plan.kind) {
      case 'selector':
        selections.push({ selector: plan, range: selectorRange(plan, undefined, when, semantics) });
        break;
      case 'range':
        selections.push({
          selector: plan.selector,
          range: selectorRange(plan.selector, plan.rangeMs, when, semantics),
        });
        break;
      case 'subquery':
        visit(plan.expression, subquerySteps(plan, when, semantics));
        break;
      case 'call':
        // What `info` adds is looked for when it is known for which series.
        for (const arg of plan.name === 'info' ? plan.args.slice(0, 1) : plan.args) visit(arg, when);
        break;
      case 'aggregate':
        if (plan.param !== undefined) visit(plan.param, when);
        visit(plan.expression, when);
        break;
      case 'binary':
        visit(plan.left, when);
        visit(plan.right, when);
        break;
      case 'unary':
        visit(plan.operand, when);
        break;
      default:
    }
  };
  visit(root, steps);
  return selections;
}

function selectorRange(
  selector: SelectorPlan,
  rangeMs: number | undefined,
  steps: Steps,
  { lookbackMs, compatibility }: Semantics,
): SelectRange {
  const first = (selector.atMs ?? steps.startMs) - selector.offsetMs;
  const last = (selector.atMs ?? lastStepMs(steps)) - selector.offsetMs;
  const extended = selector.extension !== 'none';
  const backMs = rangeMs === undefined ? lookbackMs : rangeMs + (extended ? lookbackMs : 0);
  const open = compatibility === 2 ? 0 : 1;
  return {
    fromMs: first - backMs + open,
    toMs: selector.extension === 'smoothed' ? last + lookbackMs : last,
  };
}

/** Reads series from the source, sorted by their labels, within the limits. */
export function createLoader(
  source: SeriesSource,
  limits: QueryLimits,
  budget: Budget,
): (matchers: readonly LabelMatcher[], range: SelectRange) => Promise<readonly LoadedSeries[]> {
  // `a / a` reads once; different ranges are read apart.
  const known = new Map<string, Promise<readonly LoadedSeries[]>>();
  return (matchers, range) => {
    const key = JSON.stringify([
      matchers.map(({ name, op, value }) => [name, op, value]),
      range.fromMs,
      range.toMs,
    ]);
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const series = read(source, matchers, range, limits, budget);
    known.set(key, series);
    return series;
  };
}

async function read(
  source: SeriesSource,
  matchers: readonly LabelMatcher[],
  range: SelectRange,
  limits: QueryLimits,
  budget: Budget,
): Promise<readonly LoadedSeries[]> {
  const series: LoadedSeries[] = [];
  const selected = source.select(matchers, range, budget.signal);
  for await (const { labels, timesMs, values, histograms, startTimesMs } of untilEnded(selected, budget)) {
    series.push({ labels: labelSet(labels), timesMs, values, histograms, startTimesMs });
    if (series.length > limits.maxSeries) {
      throw new QueryError('limit', `a selector of the query matches more than ${limits.maxSeries} series`);
    }
    budget.take(timesMs.length);
    if (budget.spent(timesMs.length + 50)) await budget.pause();
  }
  return sortInTurns(series, (left, right) => compareLabelSets(left.labels, right.labels), budget);
}

/** The same, except that nobody waits for a source that goes on when the query has ended. */
async function* untilEnded(
  selected: Iterable<SeriesSamples> | AsyncIterable<SeriesSamples>,
  { signal }: Budget,
): AsyncGenerator<SeriesSamples> {
  if (!(Symbol.asyncIterator in selected)) {
    yield* selected;
    return;
  }
  const iterator = selected[Symbol.asyncIterator]();
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one series after the other
      const next = signal.aborted ? undefined : await Promise.race([iterator.next(), ended]);
      if (next === undefined) throw new Error('the query has ended');
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    // Without waiting: what hangs in it hangs here too.
    void iterator.return?.().then(undefined, () => {});
  }
}
