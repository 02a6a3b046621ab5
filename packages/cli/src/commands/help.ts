import { type Command, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { findCommand } from '../find-command.ts';
import { helpJson } from '../help/help-json.ts';
import { commandHelp, overview } from '../help/help-text.ts';
import { textWidth } from '../help/wrap.ts';

/** @param commands the table that this command is in */
export function helpCommand(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'help',
    summary: 'Tells what sightline can do, or all about one command',
    description: [],
    argument: {
      name: 'command',
      help: 'The words of a command or of a group',
      many: true,
      completes: 'command',
    },
    options: {},
    examples: ['sightline help', 'sightline help alerts lint', 'sightline help alerts --json'],
    run({ positionals, paint, io }) {
      const style = { paint, width: textWidth(io) };
      const { command, words, problem } = findCommand(commands(), positionals);
      if (problem !== undefined) throw problem;
      const text = command === undefined ? overview(commands(), words, style) : commandHelp(command, style);
      return { exitCode: exitCodes.ok, result: helpJson(commands(), words), text };
    },
  });
}
