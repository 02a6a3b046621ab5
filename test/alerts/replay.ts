import { isDeepStrictEqual } from 'node:util';
import {
  type MemorySeries,
  type SeriesSource,
  createMemorySeries,
  durationMs,
} from '@sightline/query/promql';
import { type RuleSample, readSeriesLine } from '@sightline/query/promql/rules';
import { type FileRule, type TestFile, type UnitTest, readGroups } from './rule-files.ts';
import {
  type Place,
  type Running,
  type Written,
  evaluateAt,
  isSame,
  keyOf,
  reads,
  sourceOf,
  writtenBy,
} from './rule-run.ts';

/** A query of a test with what it must give. */
interface Check {
  readonly expr: string;
  readonly timeMs: number;
  readonly expected: ReadonlyMap<string, number>;
}

/** A test that has been run with the rules as they are. */
interface Recorded {
  readonly written: Written;
  /** The earliest first. */
  readonly checks: readonly Check[];
}

/** The tests of one file, of which only what a changed rule can reach is run again. */
export interface Replay {
  /** The test of which a check fails, or a rule, when one rule is another; null for none, undefined when no check can tell. */
  notices(rule: FileRule, mutated: FileRule): Promise<UnitTest | null | undefined>;
  /** The series that each test gives. */
  given(): readonly { readonly test: UnitTest; readonly source: SeriesSource }[];
  /** The series of each test, those that rules write among them. */
  series(): Promise<readonly { readonly test: UnitTest; readonly source: SeriesSource }[]>;
}

/** A rule and everything that reads it, at first hand or later. */
function reached(rule: FileRule, places: readonly Place[]): ReadonlySet<Place> {
  const found = new Set(places.filter(({ file }) => file === rule));
  for (const place of found) {
    for (const other of places) if (reads(other.file.expr, place.file)) found.add(other);
  }
  return found;
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

async function allPass({ written, anew, everyMs }: Running, checks: readonly Check[]): Promise<boolean> {
  const evaluate = evaluateAt(sourceOf(written, anew), everyMs);
  for (const check of checks) {
    // oxlint-disable-next-line no-await-in-loop -- the first that fails is enough
    if (!isAsExpected(check, await evaluate(check.expr, check.timeMs))) return false;
  }
  return true;
}

/** Whether a test notices when a rule is another; undefined when no check can tell. */
async function isNoticedBy(
  { written, checks }: Recorded,
  known: FileRule,
  mutated: FileRule,
  everyMs: number,
): Promise<boolean | undefined> {
  const places = Array.from(reached(known, written.places)).toSorted((left, right) => left.at - right.at);
  const asked = checks
    .map((check) => ({ check, seen: places.filter(({ file }) => reads(check.expr, file)) }))
    .filter(({ seen }) => seen.length > 0);
  if (asked.length === 0) return undefined;
  const lastMs = Math.max(...asked.map(({ check }) => check.timeMs));
  const anew = new Map<Place, MemorySeries>();
  const running = { written, anew, everyMs, lastMs };
  for (const place of places) {
    const { file, at } = place;
    if (file === known || Array.from(anew.keys()).some((other) => reads(file.expr, other.file))) {
      // oxlint-disable-next-line no-await-in-loop -- a rule reads what those before it have written
      const series = await writtenBy(file === known ? mutated : file, at, running);
      if (series === undefined) return true;
      // What is the same as before changes nothing for those that read it.
      if (!isSame(series, place.series, lastMs)) anew.set(place, series);
    }
    // Those that all is there for, now, and that see something else than before.
    const ready = asked
      .filter(({ seen }) => seen.at(-1) === place && seen.some((each) => anew.has(each)))
      .map(({ check }) => check);
    // oxlint-disable-next-line no-await-in-loop -- the first check that fails is enough
    if (!(await allPass(running, ready))) return true;
  }
  return false;
}

/**
 * Reads the tests of one file so that they can be run again and again with one rule changed.
 *
 * The rules run once as they are, and what each wrote is kept. With a rule changed, only that one and those that read what
 * is different now are evaluated again, each throughout the test at once, until a check fails.
 */
export function createReplay(file: TestFile): Replay {
  const order = (group: string): number => Math.max(file.group_eval_order?.indexOf(group) ?? 0, 0);
  const rules = file.rule_files
    .flatMap((path) => readGroups(path.replace('../', '')))
    .toSorted((left, right) => order(left.name) - order(right.name))
    .flatMap((group) => group.rules);
  const everyMs = ms(file.evaluation_interval);
  const recordings = new Map<UnitTest, Promise<Recorded>>();
  /** How many changes each test has noticed: the one that noticed most is asked first. */
  const noticed = new Map<UnitTest, number>();

  async function record(test: UnitTest): Promise<Recorded> {
    const places = rules.map((rule, at) => ({ file: rule, at, series: createMemorySeries() }));
    const written = { given: givenBy(test), places };
    const checks = checksOf(test);
    const lastMs = Math.max(0, ...checks.map(({ timeMs }) => timeMs));
    const running = { written, anew: new Map<Place, MemorySeries>(), everyMs, lastMs };
    for (const place of places) {
      // oxlint-disable-next-line no-await-in-loop -- a rule reads what those before it have written
      const series = await writtenBy(place.file, place.at, running);
      if (series === undefined) throw new Error(`${file.name}: "${test.name}": a rule fails as it is`);
      place.series = series;
    }
    if (await allPass(running, checks)) return { written, checks };
    throw new Error(`${file.name}: "${test.name}" fails with the rules as they are`);
  }

  function recorded(test: UnitTest): Promise<Recorded> {
    const known = recordings.get(test) ?? record(test);
    recordings.set(test, known);
    return known;
  }

  return {
    async notices(rule, mutated) {
      const known = rules.find((each) => isDeepStrictEqual(each, rule));
      if (known === undefined) return undefined;
      let canTell = false;
      const tests = file.tests.toSorted(
        (left, right) => (noticed.get(right) ?? 0) - (noticed.get(left) ?? 0),
      );
      for (const test of tests) {
        // oxlint-disable-next-line no-await-in-loop -- the first test that notices is enough
        const found = await isNoticedBy(await recorded(test), known, mutated, everyMs);
        if (found === true) {
          noticed.set(test, (noticed.get(test) ?? 0) + 1);
          return test;
        }
        canTell ||= found === false;
      }
      return canTell ? null : undefined;
    },
    given: () => file.tests.map((test) => ({ test, source: givenBy(test) })),
    async series() {
      const found: { test: UnitTest; source: SeriesSource }[] = [];
      for (const test of file.tests) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, for memory
        const { written } = await recorded(test);
        found.push({ test, source: sourceOf(written, new Map()) });
      }
      return found;
    },
  };
}
