import { type Command, type OptionSpecs, globalOptions } from '../command.ts';
import { wordsAfter } from '../find-command.ts';

/** What a place on the command line is completed with. */
export type Completes = { readonly choices: readonly string[] } | 'file' | 'folder' | 'nothing';

interface CompletedOption {
  /** `--out`, and `-o` where there is a short one. */
  readonly names: readonly string[];
  readonly help: string;
  /** Absent when it takes no value. */
  readonly value?: Completes;
}

/** What can follow some words. */
export interface CompletionNode {
  /** `''` for the start, `alerts`, `alerts lint`. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly help: string }[];
  readonly options: readonly CompletedOption[];
  readonly argument: Completes;
}

/** The table of commands as the scripts of all shells need it: one node for each path of words. */
export async function completionTable(commands: readonly Command[]): Promise<readonly CompletionNode[]> {
  const paths = new Set(['']);
  for (const { name } of commands) {
    const words = name.split(' ');
    for (const index of words.keys()) paths.add(words.slice(0, index + 1).join(' '));
  }
  return Promise.all([...paths].map((path) => node(commands, path)));
}

async function node(commands: readonly Command[], path: string): Promise<CompletionNode> {
  const command = commands.find(({ name }) => name === path);
  const words = wordsAfter(commands, path === '' ? [] : path.split(' ')).map((word) => ({
    word,
    help: helpOf(commands, path === '' ? word : `${path} ${word}`),
  }));
  return {
    path,
    words,
    options: optionsOf({ ...command?.options, ...globalOptions }),
    argument: await argumentOf(commands, command?.argument?.completes),
  };
}

type ArgumentCompletes = NonNullable<Command['argument']>['completes'];

async function argumentOf(commands: readonly Command[], completes: ArgumentCompletes): Promise<Completes> {
  if (completes === undefined) return 'nothing';
  if (completes === 'file') return completes;
  if (completes === 'command')
    return { choices: [...new Set(commands.flatMap(({ name }) => name.split(' ')))] };
  return { choices: typeof completes === 'function' ? await completes() : completes };
}

/** The summary of a command; of a group, what is in it. */
function helpOf(commands: readonly Command[], path: string): string {
  const command = commands.find(({ name }) => name === path);
  return command?.summary ?? wordsAfter(commands, path.split(' ')).join(', ');
}

function optionsOf(specs: OptionSpecs): readonly CompletedOption[] {
  return Object.entries(specs).map(([name, spec]) => {
    const names = spec.short === undefined ? [`--${name}`] : [`--${name}`, `-${spec.short}`];
    if (spec.type === 'boolean') return { names, help: spec.help };
    const value = spec.choices ? { choices: spec.choices } : (spec.completes ?? 'nothing');
    return { names, help: spec.help, value };
  });
}

/** A text in single quotes, as bash and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
