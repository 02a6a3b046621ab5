import type { SightlineError } from '@sightline/errors';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { Paint } from './paint.ts';

/** An option of a command, as the help, the parser and the completion scripts read it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** One sentence without its full stop. */
  readonly help: string;
  readonly short?: string;
  /** What stands for the value in the help: `file`, `url`. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: true;
  readonly default?: string;
  readonly choices?: readonly string[];
  /** The environment variables that set it, the first that is set. */
  readonly env?: readonly string[];
  /** What a shell completes the value with; choices go first. */
  readonly completes?: 'file' | 'folder';
  /** What was expected, when the value is wrong. */
  readonly check?: (value: string) => string | undefined;
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What stands behind the options. */
interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly required?: true;
  readonly many?: true;
  /** A function where finding them out takes time. */
  readonly completes?: 'file' | 'command' | readonly string[] | (() => Promise<readonly string[]>);
}

type ValueOf<Spec extends OptionSpec> = Spec['type'] extends 'boolean'
  ? boolean
  : Spec extends { multiple: true }
    ? readonly string[]
    : Spec extends { default: string }
      ? string
      : string | undefined;
/** The values of options, by their names; those that were not given have their default. */
type Values<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> };

/** What a command runs with. */
export interface CommandContext<Specs extends OptionSpecs = OptionSpecs> {
  readonly io: Io;
  readonly values: Values<Specs>;
  readonly positionals: readonly string[];
  /** Colours for stdout, where there are any. */
  readonly paint: Paint;
  /** Those for what `note` tells. */
  readonly notePaint: Paint;
  /** Tells something on stderr that is no result. */
  note(text: string): void;
  /** Shows on a terminal what is under way; the next one takes its place. */
  progress(text: string): void;
}

/** What a command leads to. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** For programs: what `--json` prints as `result`. */
  readonly result: unknown;
  /** For people; nothing is printed when it is empty. */
  readonly text: string;
  /** What was refused or went wrong although there is a result; told as errors are. */
  readonly problems?: readonly SightlineError[];
}

export interface CommandDefinition<Specs extends OptionSpecs> {
  /** All of its words: `alerts lint`. */
  readonly name: string;
  /** One line without its full stop. */
  readonly summary: string;
  /** Paragraphs of the help. */
  readonly description: readonly string[];
  readonly argument?: ArgumentSpec;
  readonly options: Specs;
  /** Command lines that do something useful. */
  readonly examples: readonly string[];
  /** It ends by itself, and in good order, when the user wants it to: it is waited for. */
  readonly endsByItself?: true;
  run(context: CommandContext<Specs>): Promise<Outcome> | Outcome;
}
export type Command = CommandDefinition<OptionSpecs>;

/** Keeps the types of the values while the command is written, and gives what the table takes. */
export function defineCommand<const Specs extends OptionSpecs>(
  definition: CommandDefinition<Specs>,
): Command {
  return definition;
}

/** What every command takes. */
export const globalOptions = {
  help: { type: 'boolean', short: 'h', help: 'Show what the command does and takes' },
  json: { type: 'boolean', help: 'Print the result as one JSON document' },
  'no-color': { type: 'boolean', help: 'Print without colours' },
  version: { type: 'boolean', help: 'Print the version' },
} as const satisfies OptionSpecs;
