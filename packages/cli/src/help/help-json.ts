import { type Command, type OptionSpec, globalOptions } from '../command.ts';

/** The table of commands below some words, for programs; what does not apply is left out when it is printed. */
export function helpJson(commands: readonly Command[], words: readonly string[]): unknown {
  const prefix = words.join(' ');
  const shown = commands.filter(
    ({ name }) => prefix === '' || name === prefix || name.startsWith(`${prefix} `),
  );
  return { commands: shown.map(commandJson) };
}

function commandJson({ name, summary, argument, options, examples }: Command): unknown {
  return {
    name,
    summary,
    argument: argument && {
      name: argument.name,
      required: argument.required === true,
      many: argument.many === true,
    },
    options: Object.entries({ ...options, ...globalOptions }).map(([option, spec]) =>
      optionJson(option, spec),
    ),
    examples,
  };
}

function optionJson(name: string, { type, help, default: standard, choices, env }: OptionSpec): unknown {
  return { name, type, help, default: standard, choices, env };
}
