/* oxlint-disable no-await-in-loop -- a script is run from its top to its bottom */
import { QueryError } from '../../src/query-error.ts';
import { createPromqlEngine } from '../../src/promql/engine.ts';
import type { PromqlOptions } from '../../src/promql/options.ts';
import type { PromqlResult } from '../../src/promql/result.ts';
import { difference } from './compare.ts';
import { createScriptStorage } from './load.ts';
import { type Evaluation, type Expectation, readScript } from './script.ts';

/** What came of one `eval` of a script. */
export interface CaseResult {
  readonly line: number;
  readonly query: string;
  /** Undefined when it passed. */
  readonly problem: string | undefined;
}

/** Runs all of a script; Prometheus runs its own with names removed at the end and with start times. */
export async function runScript(
  text: string,
  options: Partial<PromqlOptions> = {},
): Promise<readonly CaseResult[]> {
  const storage = createScriptStorage();
  const engine = createPromqlEngine({
    delayedNameRemoval: true,
    startTimestamps: true,
    ...options,
    source: storage.source,
  });
  const evaluate = (command: Evaluation, aroundMs: number): Promise<PromqlResult> => {
    const { query, startMs, endMs, stepMs } = command;
    if (stepMs > 0) return engine.range(query, { startMs, endMs, stepMs });
    if (aroundMs === 0) return engine.instant(query, { timeMs: startMs });
    return engine.range(query, { startMs: startMs - aroundMs, endMs: startMs + aroundMs, stepMs: aroundMs });
  };
  const results: CaseResult[] = [];
  for (const command of readScript(text)) {
    if (command.kind === 'clear') storage.clear();
    else if (command.kind === 'load') storage.load(command);
    else {
      const problem =
        (await problemOf(command, () => evaluate(command, 0))) ?? (await rangeProblem(command, evaluate));
      results.push({ line: command.line, query: command.query, problem });
    }
  }
  return results;
}

async function problemOf(
  command: Evaluation,
  evaluate: () => Promise<PromqlResult>,
): Promise<string | undefined> {
  const failure = command.expectations.find(({ kind }) => kind === 'fail');
  let result: PromqlResult;
  try {
    result = await evaluate();
  } catch (error) {
    if (!(error instanceof QueryError)) return `no query error: ${String(error)}`;
    if (failure === undefined)
      return `failed: ${error.message}${error.cause instanceof Error ? ` ${error.cause.stack}` : ''}`;
    return fits(failure, error.message) ? undefined : `failed with another message: ${error.message}`;
  }
  if (failure !== undefined) return 'expected to fail';
  return difference(command, result) ?? annotationProblem(command, result);
}

/** An instant query gives the same as the middle one of a range query around it. */
async function rangeProblem(
  command: Evaluation,
  evaluate: (command: Evaluation, aroundMs: number) => Promise<PromqlResult>,
): Promise<string | undefined> {
  const isMatrix = command.rangeVector !== undefined || command.text !== undefined;
  const bound =
    /\b(start|end|range|step)\(\)/i.test(command.query) ||
    command.expectations.some(({ kind }) => kind === 'fail' || kind === 'ordered');
  if (command.stepMs > 0 || isMatrix || bound) return undefined;
  try {
    const result = await evaluate(command, 60_000);
    if (result.type !== 'matrix') return 'a range query is no matrix';
    const middle = result.matrix.flatMap(({ labels, timesMs, values, histogramTimesMs, histograms }) => {
      const float = timesMs.indexOf(command.startMs);
      const histogram = histogramTimesMs.indexOf(command.startMs);
      if (float === -1 && histogram === -1) return [];
      const found = histograms[histogram];
      return [
        { labels, timeMs: command.startMs, value: values[float] ?? 0, ...(found && { histogram: found }) },
      ];
    });
    const { annotations } = result;
    const scalar = command.results.length === 1 && /^[+-]?[\w.]+$/.test(command.results[0] ?? '');
    const [first] = middle;
    const same: PromqlResult =
      scalar && first !== undefined
        ? { type: 'scalar', timeMs: first.timeMs, value: first.value, annotations }
        : { type: 'vector', vector: middle, annotations };
    const problem = difference(command, same);
    return problem === undefined ? undefined : `as a range query: ${problem}`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // At the other times there may be data that the query cannot be answered with.
    return /same labelset|duplicate series|multiple matches/.test(message)
      ? undefined
      : `as a range query: ${message}`;
  }
}

function fits({ message, pattern }: Expectation, text: string): boolean {
  return (message === undefined || message === text) && (pattern === undefined || pattern.test(text));
}

function annotationProblem({ expectations }: Evaluation, { annotations }: PromqlResult): string | undefined {
  for (const [kind, texts] of [
    ['warn', annotations.warnings],
    ['info', annotations.infos],
  ] as const) {
    const wanted = expectations.filter((expectation) => expectation.kind === kind);
    if (expectations.some((expectation) => expectation.kind === `no_${kind}`) && texts.length > 0) {
      return `unexpected ${kind}: ${texts.join('; ')}`;
    }
    for (const one of wanted) {
      if (!texts.some((text) => fits(one, text)))
        return `missing ${kind} ${one.message ?? one.pattern ?? ''} in: ${texts.join('; ')}`;
    }
    const extra =
      wanted.length === 0 ? undefined : texts.find((text) => !wanted.some((one) => fits(one, text)));
    if (extra !== undefined) return `unexpected ${kind}: ${extra}`;
  }
  return undefined;
}
