import type { z } from 'zod';
import { article, expectedOf, type Issue, NO_MESSAGE, plural } from './expected-value.ts';
import { nearest } from './nearest.ts';
import { knownKeysAt, mayBeLeftOut, takesSet } from './schema-walk.ts';
import { formatKey, formatPath, type ValuePath, valueAt } from './value-path.ts';

/** One thing that is wrong with the options, in words that hold no secret. */
export interface OptionProblem {
  /** Where it stands in the input. */
  readonly path: ValuePath;
  /** `loki.batchLines is 0`. */
  readonly problem: string;
  /** `a whole number from 1 to 5000`. */
  readonly expected: string;
  /** `correct it or leave it out`. */
  readonly fix: string;
}

/**
 * A value as an error may show it: its kind and size. Never the text of a string, which may be a secret, unless
 * `showText` says that only a choice of words was asked for, and then only when it is as short as such a word.
 */
function describeValue(value: unknown, showText: boolean): string {
  if (typeof value === 'string') {
    if (showText && value.length <= 32) return JSON.stringify(value);
    return value === ''
      ? 'an empty string'
      : `a string of ${value.length} ${plural(value.length, 'character')}`;
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length} ${plural(value.length, 'element')}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof Map) return `a Map of ${value.size} ${plural(value.size, 'entry', 'entries')}`;
  if (value instanceof Set) return `a Set of ${value.size} ${plural(value.size, 'element')}`;
  const maker: unknown = Reflect.get(value, 'constructor');
  const name = typeof maker === 'function' ? maker.name : '';
  return name && name !== 'Object' ? `${article(name)} ${name}` : 'an object';
}

/** The words to choose from, when nothing but such a choice was asked for: then the wrong word may be shown. */
function choicesOf(issue: Issue): readonly string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.filter((value) => typeof value === 'string');
  if (issue.code !== 'invalid_union') return undefined;
  if ('options' in issue && issue.options) return issue.options.filter((value) => typeof value === 'string');
  const branches = (issue.errors as readonly Issue[][]).flat().map((inner) => {
    if (inner.path.length > 0) return undefined;
    if (inner.code === 'invalid_type' && inner.expected !== 'string') return [];
    return choicesOf(inner);
  });
  return branches.every((branch) => branch !== undefined) ? branches.flat() : undefined;
}

/**
 * A union is wrong only where the alternative that was meant is wrong: the one that takes this kind of value at all.
 * With none or no clear one, the union as a whole is.
 */
function narrowed(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || issue.message !== NO_MESSAGE)
    return [issue];
  const meant = (issue.errors as readonly Issue[][])
    .filter((branch) => branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'))
    .toSorted((a, b) => a.length - b.length)[0];
  if (!meant) return [issue];
  return meant.flatMap((inner) => narrowed({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Turns a path inside the checked value into the path to show, when the two differ. */
type Locate = (path: ValuePath) => ValuePath;

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  schema: z.ZodType,
  locate: Locate,
): readonly OptionProblem[] {
  const known = knownKeysAt(schema, issue.path);
  const listed = known.length > 0 ? `a known option: ${known.slice(0, 20).join(', ')}` : 'no option here';
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const path = locate([...issue.path, key]);
    return {
      path,
      problem: `${formatPath(path)} is not an option`,
      expected: known.length > 20 ? `${listed} …` : listed,
      fix: meant ? `did you mean ${formatKey(meant)}? If not, remove it` : 'remove it',
    };
  });
}

function fixOf(issue: Issue, schema: z.ZodType, value: unknown, expected: string): string {
  const optional = mayBeLeftOut(schema, issue.path);
  const meant = typeof value === 'string' ? nearest(value, choicesOf(issue) ?? []) : undefined;
  if (meant)
    return `did you mean ${JSON.stringify(meant)}? If not, ${optional ? 'leave it out' : 'correct it'}`;
  const numeric = typeof value === 'string' && /^a (?:whole )?number/.test(expected);
  return `${numeric ? 'pass the number itself, not text' : 'correct it'}${optional ? ' or leave it out' : ''}`;
}

function oneProblem(issue: Issue, schema: z.ZodType, input: unknown, locate: Locate): OptionProblem {
  const { present, value } = valueAt(input, issue.path);
  const path = locate(issue.path);
  const name = formatPath(path) || 'the value';
  const expected = expectedOf(issue, schema);
  if (issue.code === 'invalid_key') {
    return { path, problem: `the key of ${name} is not allowed`, expected, fix: 'rename or remove it' };
  }
  if (!present) return { path, problem: `${name} is missing`, expected, fix: 'pass it' };
  const fix = fixOf(issue, schema, value, expected);
  if (value instanceof Set && issue.code === 'invalid_type' && takesSet(schema, issue.path)) {
    // zod reports a wrong element of a Set under the path of the Set.
    return {
      path,
      problem: `${name} has a wrong element`,
      expected: `elements that are each ${expected}`,
      fix,
    };
  }
  const choices = choicesOf(issue) ?? [];
  return { path, problem: `${name} is ${describeValue(value, choices.length > 0)}`, expected, fix };
}

/** zod goes on checking, so a value of the wrong type is also too short for it: only the type counts then. */
function firstOfEachPath(issues: readonly Issue[]): Issue[] {
  const wrongTypes = new Set<string>();
  return issues.filter((issue) => {
    const path = formatPath(issue.path);
    if (wrongTypes.has(path) && issue.code !== 'unrecognized_keys') return false;
    if (issue.code === 'invalid_type') wrongTypes.add(path);
    return true;
  });
}

/**
 * Says in words what zod found wrong with `input`.
 *
 * @param locate where a value of `input` stands in what the caller passed; the path itself when left out
 */
export function optionProblems(
  issues: readonly Issue[],
  schema: z.ZodType,
  input: unknown,
  locate: Locate = (path) => path,
): readonly OptionProblem[] {
  return firstOfEachPath(issues.flatMap(narrowed)).flatMap((issue): readonly OptionProblem[] =>
    issue.code === 'unrecognized_keys'
      ? unknownKeys(issue, schema, locate)
      : [oneProblem(issue, schema, input, locate)],
  );
}
