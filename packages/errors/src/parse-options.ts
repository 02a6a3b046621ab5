import type { z } from 'zod';
import { NO_MESSAGE } from './expected-value.ts';
import { freezeResult } from './freeze-result.ts';
import { type OptionProblem, optionProblems } from './option-problem.ts';
import { SightlineError } from './sightline-error.ts';
import {
  formatPath,
  pathBeforeRemoval,
  startsWithPath,
  type ValuePath,
  valueAt,
  withoutPaths,
} from './value-path.ts';

/** How `resolveOptions` treats a wrong value. */
export interface ResolveOptionsBehaviour {
  /** True: throw, as `parseOptions` does. Usually `strictFromEnvironment()`. */
  readonly strict: boolean;
  /** Told once, with every problem in one error, when wrong values were left out. */
  readonly onProblem: (error: SightlineError) => void;
}

/** What a schema resolves to: every default in its place, frozen. */
export type Resolved<Schema extends z.ZodType> = Readonly<z.output<Schema>>;

/**
 * Checks options against a strict zod schema and fills in the defaults.
 *
 * @param owner who takes the options, as its caller writes it: `createLogger`
 * @param schema a synchronous schema; a message on it (`z.string({ error: 'a base URL' })`) is shown as what was expected
 * @param input what the caller passed; undefined is an empty object; never changed, not even frozen
 * @returns the resolved options, frozen as deep as they are new; what the schema hands through stays as it is
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming every wrong value by its path; no text of any string is in it,
 *   save a short one where a choice of words was asked for
 * @example parseOptions('createHealth', z.strictObject({ port: z.int().default(9464) }), {}) // { port: 9464 }
 */
export function parseOptions<Schema extends z.ZodType>(
  owner: string,
  schema: Schema,
  input: unknown,
): Resolved<Schema> {
  const given = input === undefined ? {} : input;
  const result = check(schema, given);
  if (result.problems) throw optionsError(owner, result.problems);
  return freezeResult(result.data, given);
}

/**
 * The same for a service that must start: wrong values are left out so that the defaults take their place.
 *
 * A value that cannot be left out (a required key, an element's required key) takes what holds it along, at most up to
 * the options themselves; then nothing is left to fall back to.
 *
 * @param owner who takes the options: `createLogger`
 * @param behaviour.strict throw on any problem, instead of falling back
 * @param behaviour.onProblem told once, before the return, with one error that names every problem
 * @returns the resolved options, frozen
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when strict, or when no defaults can take the place of what is wrong
 */
export function resolveOptions<Schema extends z.ZodType>(
  owner: string,
  schema: Schema,
  input: unknown,
  { strict, onProblem }: ResolveOptionsBehaviour,
): Resolved<Schema> {
  if (strict) return parseOptions(owner, schema, input);
  const given = input === undefined ? {} : input;
  const problems: OptionProblem[] = [];
  const removed: ValuePath[] = [];
  // Each round takes at least one more value out, so the rounds end; the empty path ends them at the latest.
  for (;;) {
    const already = [...removed];
    const left = withoutPaths(given, already);
    const result = check(schema, left, (path) => pathBeforeRemoval(given, path, already));
    if (!result.problems) {
      if (problems.length > 0) onProblem(optionsError(owner, problems));
      return freezeResult(result.data, left);
    }
    for (const found of result.problems) {
      // What only went missing because it was taken out here is no news.
      if (!already.some((each) => startsWithPath(each, found.path))) problems.push(found);
      removed.push(removable(given, found.path, already));
    }
    if (removed.some((path) => path.length === 0)) throw optionsError(owner, problems);
  }
}

/** The path itself, or that of the nearest holder that is still there to be taken out. */
function removable(given: unknown, path: ValuePath, removed: readonly ValuePath[]): ValuePath {
  let candidate = path;
  while (
    candidate.length > 0 &&
    (!valueAt(given, candidate).present || removed.some((each) => startsWithPath(candidate, each)))
  ) {
    candidate = candidate.slice(0, -1);
  }
  return candidate;
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  locate?: (path: ValuePath) => ValuePath,
):
  | { readonly data: z.output<Schema>; readonly problems?: undefined }
  | { readonly problems: readonly OptionProblem[] } {
  // Options are read once: compiling the schema first costs more than it saves.
  const result = schema.safeParse(input, { error: () => NO_MESSAGE, jitless: true });
  if (result.success) return { data: result.data };
  return { problems: optionProblems(result.error.issues, schema, input, locate) };
}

function optionsError(owner: string, problems: readonly OptionProblem[]): SightlineError {
  const [first] = problems;
  if (problems.length === 1 && first) {
    return new SightlineError('SIGHTLINE_OPTIONS', { ...first, problem: `${owner}: ${first.problem}` });
  }
  const listed = (part: 'expected' | 'fix'): string =>
    problems.map((each) => `${formatPath(each.path) || 'the value'}: ${each[part]}`).join('; ');
  return new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `${owner} got ${problems.length} wrong options: ${problems.map((each) => each.problem).join('; ')}`,
    expected: listed('expected'),
    fix: listed('fix'),
  });
}
