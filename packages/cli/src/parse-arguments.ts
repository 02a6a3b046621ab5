import { parseArgs } from 'node:util';
import { type SightlineError, nearest } from '@sightline/errors';
import { type Command, type OptionSpec, type OptionSpecs, globalOptions } from './command.ts';
import { usageError } from './usage-error.ts';

/** What stands behind the words of a command. */
export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  /** Everything that is wrong, in the order in which it was written. */
  readonly problems: readonly SightlineError[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An option of the command line, as parseArgs tells of it. */
interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** Reads options and arguments: the command line, then the environment, then the default. Never throws. */
export function parseArguments(command: Command, args: readonly string[], env: Environment): ParsedArguments {
  const specs: OptionSpecs = { ...command.options, ...globalOptions };
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { type, short, multiple }]) => [
        name,
        { type, ...(short === undefined ? {} : { short }), ...(multiple ? { multiple } : {}) },
      ]),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const problems: SightlineError[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const problem = optionProblem(command, specs, token);
    if (problem !== undefined) problems.push(problem);
    else given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? '']);
  }
  const values: Record<string, string | boolean | readonly string[] | undefined> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const written = given.get(name) ?? [];
    if (spec.type === 'boolean') values[name] = written.length > 0;
    else {
      const all = written.length > 0 ? written : fromEnvironment(spec, env);
      const source = written.length > 0 ? `--${name}` : (setVariable(spec, env) ?? `--${name}`);
      problems.push(...all.flatMap((value) => valueProblem(source, spec, value)));
      if (all.length > 1 && !spec.multiple) problems.push(onlyOnce(name));
      values[name] = spec.multiple ? all : (all[0] ?? spec.default);
    }
  }
  // `--help` and `--version` are answered whatever else there is.
  const asksForHelp = values['help'] === true || values['version'] === true;
  return {
    values,
    positionals,
    problems: asksForHelp ? [] : [...problems, ...argumentProblems(command, positionals)],
  };
}

function optionProblem(command: Command, specs: OptionSpecs, token: OptionToken): SightlineError | undefined {
  const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
  if (spec === undefined) {
    const names = Object.keys(specs).map((name) => `--${name}`);
    const meant = nearest(token.rawName, names);
    return usageError({
      problem: `${token.rawName} is not an option of sightline ${command.name}`,
      expected: `one of ${names.join(', ')}`,
      fix: meant === undefined ? `sightline ${command.name} --help lists them` : `did you mean ${meant}?`,
    });
  }
  if (spec.type === 'boolean') {
    if (token.value === undefined) return undefined;
    return usageError({
      problem: `--${token.name} got a value`,
      expected: 'the option alone',
      fix: `write --${token.name}, or leave it out`,
    });
  }
  // `--out --force` is an option without its value; what does start with a dash is written `--out=-x`.
  const looksLikeOption = token.inlineValue !== true && /^-./.test(token.value ?? '');
  if (token.value === undefined || token.value === '' || looksLikeOption) {
    return usageError({
      problem: `--${token.name} has no value`,
      expected: `--${token.name} <${spec.value ?? 'value'}>`,
      fix: looksLikeOption
        ? `write --${token.name}=${token.value} where the value starts with a dash`
        : 'write the value behind it',
    });
  }
  return undefined;
}

/** An empty variable is one that is not set. */
function setVariable(spec: OptionSpec, env: Environment): string | undefined {
  return spec.env?.find((name) => env[name]);
}

function fromEnvironment(spec: OptionSpec, env: Environment): readonly string[] {
  const name = setVariable(spec, env);
  return name === undefined ? [] : [env[name]!];
}

/** The value itself is not shown, save where it is one of few words: it may be a secret in the wrong place. */
function valueProblem(source: string, spec: OptionSpec, value: string): readonly SightlineError[] {
  if (spec.choices && !spec.choices.includes(value)) {
    const meant = nearest(value, spec.choices);
    return [
      usageError({
        problem: `${source} has a value that it does not take`,
        expected: `one of ${spec.choices.join(', ')}`,
        fix: meant === undefined ? 'take one of these' : `did you mean "${meant}"?`,
      }),
    ];
  }
  const expected = spec.check?.(value);
  return expected === undefined
    ? []
    : [usageError({ problem: `${source} has a wrong value`, expected, fix: 'correct the value' })];
}

function onlyOnce(name: string): SightlineError {
  return usageError({
    problem: `--${name} is there more than once`,
    expected: 'one value',
    fix: 'leave one',
  });
}

function argumentProblems(
  { name, argument }: Command,
  positionals: readonly string[],
): readonly SightlineError[] {
  const most = argument === undefined ? 0 : argument.many ? Infinity : 1;
  if (argument?.required && positionals.length === 0) {
    return [
      usageError({
        problem: `sightline ${name} needs <${argument.name}>`,
        expected: argument.help,
        fix: `sightline ${name} --help shows examples`,
      }),
    ];
  }
  if (positionals.length <= most) return [];
  return [
    usageError({
      problem: `sightline ${name} got ${positionals.length} arguments`,
      expected: most === 0 ? 'none' : 'at most one',
      fix: 'take the others away; a value that has spaces needs quotes',
    }),
  ];
}
