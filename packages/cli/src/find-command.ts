import { type SightlineError, nearest } from '@sightline/errors';
import { type Command, type OptionSpec, globalOptions } from './command.ts';
import { printable } from './printable.ts';
import { usageError } from './usage-error.ts';

/** What the first words of a command line name. */
export interface FoundCommand {
  /** The command, when it is complete. */
  readonly command?: Command;
  /** The words that were understood: `['alerts']` when only those of a group were given. */
  readonly words: readonly string[];
  /** What is left, in its order. */
  readonly rest: readonly string[];
  /** Why there is no command; absent too when nothing or a group was named. */
  readonly problem?: SightlineError;
}

const flags: ReadonlySet<string> = new Set(
  Object.entries<OptionSpec>(globalOptions).flatMap(([name, { short }]) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  ),
);

/** The next words that may follow, in the order of the table. */
export function wordsAfter(commands: readonly Command[], words: readonly string[]): readonly string[] {
  const depth = words.length;
  const next = commands
    .map(({ name }) => name.split(' '))
    .filter((each) => each.length > depth && words.every((word, index) => each[index] === word))
    .map((each) => each[depth]!);
  return [...new Set(next)];
}

/** Options that every command takes may stand before and between the words. */
export function findCommand(commands: readonly Command[], argv: readonly string[]): FoundCommand {
  const words: string[] = [];
  const before: string[] = [];
  for (const [index, argument] of argv.entries()) {
    const known = wordsAfter(commands, words);
    if (known.length === 0) return found(argv.slice(index));
    if (flags.has(argument)) before.push(argument);
    else if (known.includes(argument)) words.push(argument);
    else
      return {
        words,
        rest: [...before, ...argv.slice(index)],
        problem: unknownWord(commands, words, argument),
      };
  }
  return found([]);

  function found(rest: readonly string[]): FoundCommand {
    const command = commands.find(({ name }) => name === words.join(' '));
    return { ...(command && { command }), words, rest: [...before, ...rest] };
  }
}

function unknownWord(
  commands: readonly Command[],
  words: readonly string[],
  written: string,
): SightlineError {
  const known = wordsAfter(commands, words);
  const path = ['sightline', ...words].join(' ');
  if (written.startsWith('-')) {
    const flag = nearest(written, [...flags]);
    return usageError({
      problem: `${shown(written.split('=')[0]!)} stands before a command`,
      expected: `${path} and one of ${known.join(', ')}`,
      fix: flag === undefined ? 'name the command first, then its options' : `did you mean ${flag}?`,
    });
  }
  const meant = nearest(written, known) ?? elsewhere(commands, written);
  return usageError({
    problem: `${path} has no command "${shown(written)}"`,
    expected: `one of ${known.join(', ')}`,
    fix: meant === undefined ? `${path} --help lists them` : `did you mean "${[path, meant].join(' ')}"?`,
  });
}

/** A word of a command in a group, written without the group. */
function elsewhere(commands: readonly Command[], written: string): string | undefined {
  const names = commands.map(({ name }) => name);
  const word = nearest(written, names.map(lastWord));
  return word === undefined ? undefined : names.find((name) => lastWord(name) === word);
}

/** Of what was typed, at most a line of a terminal. */
function shown(text: string): string {
  return printable(text).replaceAll('\n', '?').slice(0, 60);
}

function lastWord(name: string): string {
  return name.split(' ').at(-1)!;
}
