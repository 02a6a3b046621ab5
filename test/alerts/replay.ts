import { isDeepStrictEqual } from 'node:util';
import {
  type MemorySeries,
  type SeriesSource,
  createMemorySeries,
  createPromqlEngine,
  durationMs,
} from '@sightline/query/promql';
import {
  type RuleGroup,
  type RuleSample,
  type SavedSample,
  createRuleGroup,
  evaluateWith,
  readRuleFile,
  readSeriesLine,
} from '@sightline/query/promql/rules';
import { type FileRule, type TestFile, type UnitTest, readGroups } from './rule-files.ts';

/** A rule with its place in the order of evaluation, and the series that it wrote when nothing was changed. */
interface Place {
  readonly file: FileRule;
  readonly at: number;
  readonly series: MemorySeries;
}

/** A query of a test with what it must give. */
interface Check {
  readonly expr: string;
  readonly timeMs: number;
  readonly expected: ReadonlyMap<string, number>;
}

/** A test that has been run with the rules as they are. */
interface Recorded {
  readonly given: MemorySeries;
  readonly places: readonly Place[];
  readonly checks: readonly Check[];
}

/** A rule that is evaluated again, and where it writes. */
interface Again {
  readonly group: RuleGroup;
  readonly series: MemorySeries;
}

/** How far an evaluation has come: the place of the rule whose turn it is, and the time. */
interface Turn {
  at: number;
  nowMs: number;
}

/** The tests of one file, of which only what a changed rule can reach is run again. */
export interface Replay {
  /** How often the rules are evaluated by all tests together. */
  readonly evaluations: number;
  /** Whether a check of some test fails, or a rule, when one rule is another; undefined when no check can tell. */
  notices(rule: FileRule, mutated: FileRule): Promise<boolean | undefined>;
  /** The series that each test gives. */
  given(): readonly { readonly test: UnitTest; readonly source: SeriesSource }[];
  /** The series of each test, those that rules write among them. */
  series(): Promise<readonly { readonly test: UnitTest; readonly source: SeriesSource }[]>;
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(pairs);
}

/** What a rule writes: the recorded series, or what tells of an alert. */
function writes({ record, alert }: FileRule, name: string): boolean {
  return record === undefined ? alert !== undefined && name.startsWith('ALERTS') : record === name;
}

/** Whether an expression reads what a rule writes; matchers of `slo` and `alertname` that say otherwise are believed. */
function reads(expr: string, { record, alert, labels }: FileRule): boolean {
  const name = record ?? 'ALERTS';
  return Array.from(expr.matchAll(/([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g)).some(([, found, matchers = '']) => {
    if (found !== name) return false;
    const [, slo] = /\bslo="([^"]*)"/.exec(matchers) ?? [];
    const [, alertname] = /\balertname="([^"]*)"/.exec(matchers) ?? [];
    const isOther = alert !== undefined && alertname !== undefined && alertname !== alert;
    return !isOther && (slo === undefined || slo === (labels?.['slo'] ?? slo));
  });
}

/** A rule and everything that reads it, at first hand or later. */
function reached(rule: FileRule, places: readonly Place[]): ReadonlySet<Place> {
  const found = new Set(places.filter(({ file }) => file === rule));
  for (const place of found) {
    for (const other of places) if (reads(other.file.expr, place.file)) found.add(other);
  }
  return found;
}

/** Parsed as a group of its own; undefined when Prometheus would refuse it. */
function groupOf(rule: FileRule): RuleGroup | undefined {
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

function givenBy({ input_series: inputs = [], interval }: UnitTest): MemorySeries {
  const series = createMemorySeries();
  const intervalMs = ms(interval);
  for (const { series: metric, values } of inputs) {
    const { labels, values: numbers } = readSeriesLine(`${metric} ${values}`);
    numbers.forEach((value, index) => {
      const timeMs = index * intervalMs;
      if (value === 'stale') series.appendStale(labels, timeMs);
      else if (value !== 'none')
        series.append(labels, timeMs, typeof value === 'number' ? value : value.histogram);
    });
  }
  return series;
}

function checksOf({ promql_expr_test: checks }: UnitTest): readonly Check[] {
  return checks
    .map(({ expr, eval_time: time, exp_samples: samples = [] }) => ({
      expr,
      timeMs: ms(time),
      expected: new Map(
        samples.map(({ labels, value }) => [keyOf(readSeriesLine(`${labels} 0`).labels), value]),
      ),
    }))
    .toSorted((left, right) => left.timeMs - right.timeMs);
}

function isAsExpected({ expected }: Check, result: readonly RuleSample[]): boolean {
  return (
    result.length === expected.size &&
    result.every(({ labels, value }) => typeof value === 'number' && expected.get(keyOf(labels)) === value)
  );
}

/** Duration of a file of tests [ms]. */
function ms(duration: string): number {
  const found = durationMs(duration);
  if (found === undefined) throw new Error(`"${duration}" is no duration`);
  return found;
}

/** What is given, what rules wrote before, and what those that are evaluated again write now. */
function sourceOf({ given, places }: Recorded, anew: ReadonlyMap<Place, Again>, turn: Turn): SeriesSource {
  return {
    *select(matchers, range, signal) {
      const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value;
      const found = [given.select(matchers, range, signal)];
      for (const place of places) {
        if (name !== undefined && !writes(place.file, name)) continue;
        const again = anew.get(place);
        // What comes later in the order has not written at this time yet.
        const isLater = again === undefined && place.at >= turn.at;
        const toMs = isLater ? Math.min(range.toMs, turn.nowMs - 1) : range.toMs;
        found.push((again ?? place).series.select(matchers, { ...range, toMs }, signal));
      }
      for (const series of found) if (Symbol.iterator in series) yield* series;
    },
  };
}

/**
 * Evaluates rules, and the checks that they can reach, in their time.
 *
 * @param everyMs from one evaluation to the next [ms]
 * @returns whether everything was as expected
 */
async function run(recorded: Recorded, anew: ReadonlyMap<Place, Again>, everyMs: number): Promise<boolean> {
  const turn: Turn = { at: Infinity, nowMs: 0 };
  const source = sourceOf(recorded, anew, turn);
  const evaluate = evaluateWith(createPromqlEngine({ source, defaultStepMs: everyMs }));
  const running = Array.from(anew, ([{ file, at }, { group, series }]) => ({
    file,
    at,
    evaluator: createRuleGroup({
      group,
      evaluate,
      save: (samples) => save(series, samples),
      withoutServer: true,
      defaultIntervalMs: everyMs,
    }),
  })).toSorted((left, right) => left.at - right.at);
  const checks = recorded.checks.filter(({ expr }) => running.some(({ file }) => reads(expr, file)));
  for (; checks.length > 0; turn.nowMs += everyMs) {
    for (const { at, evaluator } of running) {
      turn.at = at;
      // oxlint-disable-next-line no-await-in-loop -- a rule reads what those before it have written
      const { errors } = await evaluator.evaluate(turn.nowMs);
      if (errors.length > 0) return false;
    }
    turn.at = Infinity;
    while (checks[0] !== undefined && checks[0].timeMs < turn.nowMs + everyMs) {
      const check = checks.shift()!;
      // oxlint-disable-next-line no-await-in-loop -- the first that fails is enough
      if (!isAsExpected(check, await evaluate(check.expr, check.timeMs))) return false;
    }
  }
  return true;
}

/**
 * Reads the tests of one file so that they can be run again and again with one rule changed.
 *
 * The rules run once as they are, and what each wrote is kept. With a rule changed, only that one and those that read it,
 * at first hand or later, are evaluated again, until a check fails; the others' series are there already.
 */
export function createReplay(file: TestFile): Replay {
  const order = (group: string): number => Math.max(file.group_eval_order?.indexOf(group) ?? 0, 0);
  const rules = file.rule_files
    .flatMap((path) => readGroups(path.replace('../', '')))
    .toSorted((left, right) => order(left.name) - order(right.name))
    .flatMap((group) => group.rules);
  const everyMs = ms(file.evaluation_interval);
  let tests: Promise<readonly Recorded[]> | undefined;

  async function record(test: UnitTest): Promise<Recorded> {
    const places = rules.map((rule, at) => ({ file: rule, at, series: createMemorySeries() }));
    const recorded = { given: givenBy(test), places, checks: checksOf(test) };
    const all = new Map(
      places.flatMap((place) => {
        const group = groupOf(place.file);
        return group ? [[place, { group, series: place.series }] as const] : [];
      }),
    );
    if (await run(recorded, all, everyMs)) return recorded;
    throw new Error(`${file.name}: "${test.name}" fails with the rules as they are`);
  }

  async function recordAll(): Promise<readonly Recorded[]> {
    const done: Recorded[] = [];
    // oxlint-disable-next-line no-await-in-loop -- one after the other, for memory
    for (const test of file.tests) done.push(await record(test));
    return done;
  }

  const recorded = (): Promise<readonly Recorded[]> => (tests ??= recordAll());

  return {
    evaluations: file.tests.reduce(
      (sum, test) => sum + Math.max(0, ...checksOf(test).map(({ timeMs }) => timeMs)) / everyMs,
      0,
    ),
    async notices(rule, mutated) {
      const known = rules.find((each) => isDeepStrictEqual(each, rule));
      if (known === undefined) return undefined;
      let canTell = false;
      for (const test of await recorded()) {
        const places = reached(known, test.places);
        const isAsked = test.checks.some(({ expr }) =>
          Array.from(places).some((each) => reads(expr, each.file)),
        );
        if (!isAsked) continue;
        canTell = true;
        const anew = new Map<Place, Again>();
        for (const place of places) {
          const group = groupOf(place.file === known ? mutated : place.file);
          if (group === undefined) return true;
          anew.set(place, { group, series: createMemorySeries() });
        }
        // oxlint-disable-next-line no-await-in-loop -- the first test that notices is enough
        if (!(await run(test, anew, everyMs))) return true;
      }
      return canTell ? false : undefined;
    },
    given: () => file.tests.map((test) => ({ test, source: givenBy(test) })),
    async series() {
      const all = await recorded();
      const turn = { at: Infinity, nowMs: 0 };
      return all.map((each, index) => ({
        test: file.tests[index]!,
        source: sourceOf(each, new Map(), turn),
      }));
    },
  };
}
