import { isDeepStrictEqual } from 'node:util';
import { QueryError } from '@sightline/query';
import {
  type MemorySeries,
  type SeriesSource,
  createMemorySeries,
  createPromqlEngine,
} from '@sightline/query/promql';
import {
  type EvaluateExpression,
  type RuleGroup,
  type RuleSample,
  type SavedSample,
  createRuleGroup,
  evaluateWith,
  readRuleFile,
} from '@sightline/query/promql/rules';
import type { FileRule } from './rule-files.ts';

/** A rule with its place in the order of evaluation, and the series that it wrote when nothing was changed. */
export interface Place {
  readonly file: FileRule;
  readonly at: number;
  series: MemorySeries;
}

/** The series of a test: those that are given, and what its rules wrote. */
export interface Written {
  readonly given: MemorySeries;
  readonly places: readonly Place[];
}

/** What rules that were evaluated again have written. */
export type Anew = ReadonlyMap<Place, MemorySeries>;

/** Rules on their way through a test. */
export interface Running {
  readonly written: Written;
  readonly anew: Anew;
  /** From one evaluation to the next [ms]. */
  readonly everyMs: number;
  /** The time of the last evaluation [ms]. */
  readonly lastMs: number;
}

/** The same for the same labels, whatever their order. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(pairs);
}

/** What a rule writes: the recorded series, or what tells of an alert. */
function writes({ record, alert }: FileRule, name: string): boolean {
  return record === undefined ? alert !== undefined && name.startsWith('ALERTS') : record === name;
}

/** Whether an expression reads what a rule writes; matchers of `slo` and `alertname` that say otherwise are believed. */
export function reads(expr: string, { record, alert, labels }: FileRule): boolean {
  const name = record ?? 'ALERTS';
  return Array.from(expr.matchAll(/([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g)).some(([, found, matchers = '']) => {
    if (found !== name) return false;
    const [, slo] = /\bslo="([^"]*)"/.exec(matchers) ?? [];
    const [, alertname] = /\balertname="([^"]*)"/.exec(matchers) ?? [];
    const isOther = alert !== undefined && alertname !== undefined && alertname !== alert;
    return !isOther && (slo === undefined || slo === (labels?.['slo'] ?? slo));
  });
}

/** Parsed as a group of its own, without annotations, which no series has; undefined when Prometheus would refuse it. */
function groupOf({ annotations: _annotations, ...rule }: FileRule): RuleGroup | undefined {
  const { groups, problems } = readRuleFile(
    'rule.yml',
    JSON.stringify({ groups: [{ name: 'one', rules: [rule] }] }),
  );
  return problems.length > 0 ? undefined : groups[0];
}

function save(series: MemorySeries, samples: readonly SavedSample[]): undefined {
  for (const { labels, timeMs, value } of samples) {
    if (value === 'stale') series.appendStale(labels, timeMs);
    else series.append(labels, timeMs, value);
  }
}

/**
 * What is given, what rules wrote before, and what those that were evaluated again wrote.
 *
 * @param clip the rules from this place on are read up to this time only, because then it is not their turn yet
 */
export function sourceOf(
  { given, places }: Written,
  anew: Anew,
  clip: { readonly at: number; readonly toMs: number } = { at: Infinity, toMs: Infinity },
): SeriesSource {
  return {
    *select(matchers, range, signal) {
      const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value;
      const found = [given.select(matchers, range, signal)];
      for (const place of places) {
        if (name !== undefined && !writes(place.file, name)) continue;
        const toMs = place.at < clip.at ? range.toMs : Math.min(range.toMs, clip.toMs);
        found.push((anew.get(place) ?? place.series).select(matchers, { ...range, toMs }, signal));
      }
      // A changed rule may write what another of its name writes: Prometheus keeps what came first.
      const yielded = new Set<string>();
      for (const series of found) {
        if (!(Symbol.iterator in series)) continue;
        for (const each of series) {
          const key = keyOf(each.labels);
          if (!yielded.has(key)) yield each;
          yielded.add(key);
        }
      }
    },
  };
}

/** Evaluates at one time, with what there is of the series. */
export function evaluateAt(source: SeriesSource, everyMs: number): EvaluateExpression {
  return evaluateWith(createPromqlEngine({ source, defaultStepMs: everyMs }));
}

/** The values of an expression at every evaluation, asked for at once. */
async function evaluatedThroughout(
  expression: string,
  source: SeriesSource,
  everyMs: number,
  lastMs: number,
): Promise<EvaluateExpression> {
  const engine = createPromqlEngine({ source, defaultStepMs: everyMs });
  const { matrix } = await engine.range(expression, { startMs: 0, endMs: lastMs, stepMs: everyMs });
  const steps = new Map<number, RuleSample[]>();
  const add = (timeMs: number, sample: RuleSample): void => {
    const samples = steps.get(timeMs);
    if (samples === undefined) steps.set(timeMs, [sample]);
    else samples.push(sample);
  };
  for (const { labels, timesMs, values, histogramTimesMs, histograms } of matrix) {
    timesMs.forEach((timeMs, index) => add(timeMs, { labels, value: values[index]! }));
    histogramTimesMs.forEach((timeMs, index) => add(timeMs, { labels, value: histograms[index]! }));
  }
  return async (_expression, timeMs) => steps.get(timeMs) ?? [];
}

/**
 * What a rule writes when those before it wrote what they did; undefined when it fails.
 *
 * @param at its place in the order of evaluation
 */
export async function writtenBy(
  rule: FileRule,
  at: number,
  { written, anew, everyMs, lastMs }: Running,
): Promise<MemorySeries | undefined> {
  const group = groupOf(rule);
  const [only] = group?.rules ?? [];
  if (group === undefined || only === undefined) return undefined;
  // A rule that reads those after it sees what they wrote the time before.
  const isLate = written.places.some((place) => place.at >= at && reads(rule.expr, place.file));
  const series = createMemorySeries();
  try {
    const evaluate = isLate
      ? (expression: string, timeMs: number) =>
          evaluateAt(sourceOf(written, anew, { at, toMs: timeMs - 1 }), everyMs)(expression, timeMs)
      : await evaluatedThroughout(only.expression, sourceOf(written, anew), everyMs, lastMs);
    const evaluator = createRuleGroup({
      group,
      evaluate,
      save: (samples) => save(series, samples),
      withoutServer: true,
      defaultIntervalMs: everyMs,
    });
    for (let nowMs = 0; nowMs <= lastMs; nowMs += everyMs) {
      // oxlint-disable-next-line no-await-in-loop -- time goes on
      const { errors } = await evaluator.evaluate(nowMs);
      if (errors.length > 0) return undefined;
    }
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
  return series;
}

/** Stale markers are told from other NaN by their bits. */
function bits(values: Float64Array): string {
  return Buffer.from(values.slice().buffer).toString('latin1');
}

/** Whether two lots of series are the same up to a time. */
export function isSame(left: MemorySeries, right: MemorySeries, toMs: number): boolean {
  const range = { fromMs: 0, toMs };
  const { signal } = new AbortController();
  const texts = ([series]: readonly [MemorySeries]): readonly string[] => {
    const found = series.select([], range, signal);
    if (!(Symbol.iterator in found)) throw new Error('series in memory are there at once');
    return Array.from(
      found,
      ({ labels, timesMs, values }) => `${keyOf(labels)} ${bits(timesMs)} ${bits(values)}`,
    ).toSorted();
  };
  return isDeepStrictEqual(texts([left]), texts([right]));
}
