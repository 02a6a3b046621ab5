import { type LabelMatcher, labelTest } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import { lastStepMs, type Query, type Steps } from '../evaluate/query.ts';
import { evaluateSelector, takeTimeMs } from '../evaluate/selector.ts';
import { labelText, labelValue } from '../label-set.ts';
import type { CallPlan, Plan } from '../plan-node.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { enriched, identifying, type InfoSeries } from './info-labels.ts';
import { evaluateArg, type VectorFunction } from './vector-function.ts';

/**
 * Adds labels of info series, such as `target_info`, to series that share `instance` and `job` with them.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#info
 */
export const info: VectorFunction = async (call, steps, query) => {
  const base = await evaluateArg(call, 0, steps, query);
  const selector = call.args[1];
  const asked = selector?.kind === 'selector' ? selector.matchers : [];
  const names = nameMatchers(asked.filter(({ name }) => name === '__name__'));
  const data = asked.filter(({ name }) => name !== '__name__');
  // An info series is not told about itself.
  const isInfo = base.series.map(({ labels }) =>
    names.every((matcher) => labelTest(matcher)(labelValue(labels, '__name__'))),
  );
  const series = await infoSeries(call, base, isInfo, [...data, ...names], steps, query);
  return enriched(base, isInfo, series, data, query);
};

/** With none that says what the name is, it ends in `_info`; with none at all it is `target_info`. */
function nameMatchers(asked: readonly LabelMatcher[]): readonly LabelMatcher[] {
  if (asked.some(({ op }) => op === '=' || op === '=~')) return asked;
  if (asked.length > 0) return [{ name: '__name__', op: '=~', value: '.+_info' }, ...asked];
  return [{ name: '__name__', op: '=', value: 'target_info' }];
}

async function infoSeries(
  call: CallPlan,
  base: StepMatrix,
  isInfo: readonly boolean[],
  matchers: readonly LabelMatcher[],
  steps: Steps,
  query: Query,
): Promise<InfoSeries | undefined> {
  const byIdentity = identifying.flatMap((name): readonly LabelMatcher[] => {
    const values = base.series.flatMap(({ labels }, row) =>
      isInfo[row] === true ? [] : [labelValue(labels, name)],
    );
    const known = new Set(values.filter((value) => value !== ''));
    if (known.size === 0) return [];
    return [{ name, op: '=~', value: Array.from(known, escaped).join('|') }];
  });
  if (byIdentity.length === 0) return undefined;
  const { atMs, offsetMs } = timeOf(call.args[0]);
  const open = query.compatibility === 2 ? 0 : 1;
  const loaded = await query.load([...byIdentity, ...matchers], {
    fromMs: (atMs ?? steps.startMs) - offsetMs - query.lookbackMs + open,
    toMs: (atMs ?? lastStepMs(steps)) - offsetMs,
  });
  const times = await evaluateSelector(
    { atMs, offsetMs },
    loaded,
    steps,
    query,
    (builder, cell, series, index) => {
      if (series.histograms?.[index] !== undefined) {
        throw new QueryError(
          'execution',
          `this should be an info metric, with float samples: ${labelText(series.labels)}`,
        );
      }
      takeTimeMs(builder, cell, series, index);
    },
  );
  return { series: times.series, timesMs: times };
}

function escaped(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** Where in time the first selector looks: the innermost `@`, and all offsets up to it. */
function timeOf(plan: Plan | undefined): { readonly atMs: number | undefined; readonly offsetMs: number } {
  const path = pathToSelector(plan);
  let offsetMs = 0;
  for (const node of path) {
    offsetMs += node.offsetMs;
    if (node.atMs !== undefined) return { atMs: node.atMs, offsetMs };
  }
  return { atMs: undefined, offsetMs };
}

interface Moved {
  readonly atMs: number | undefined;
  readonly offsetMs: number;
}

/** The first selector, then the subqueries around it from within. */
function pathToSelector(plan: Plan | undefined): readonly Moved[] {
  switch (plan?.kind) {
    case 'selector':
      return [plan];
    case 'range':
      return [plan.selector];
    case 'subquery': {
      const inner = pathToSelector(plan.expression);
      return inner.length === 0 ? inner : [...inner, plan];
    }
    case 'call':
      return firstPath(plan.args);
    case 'aggregate':
      return firstPath([plan.expression, ...(plan.param === undefined ? [] : [plan.param])]);
    case 'binary':
      return firstPath([plan.left, plan.right]);
    case 'unary':
      return pathToSelector(plan.operand);
    default:
      return [];
  }
}

function firstPath(plans: readonly Plan[]): readonly Moved[] {
  for (const plan of plans) {
    const path = pathToSelector(plan);
    if (path.length > 0) return path;
  }
  return [];
}
