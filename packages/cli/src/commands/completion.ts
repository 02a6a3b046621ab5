import { type Command, defineCommand } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { completionTable } from '../completion/completion-table.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { exitCodes } from '../exit-code.ts';
import { usageError } from '../usage-error.ts';
import { nearest } from '@sightline/errors';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
const names = Object.keys(shells) as (keyof typeof shells)[];

/** @param commands the table that this command is in */
export function completionCommand(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'completion',
    summary: 'Prints the script that completes command lines in bash, zsh or fish',
    description: [
      'The script knows every command, option and choice by itself: completing starts no program.',
      'bash: eval "$(sightline completion bash)" in ~/.bashrc. ' +
        'zsh: source <(sightline completion zsh) in ~/.zshrc behind compinit, or the script as _sightline in a folder of $fpath. ' +
        'fish: the script as ~/.config/fish/completions/sightline.fish.',
    ],
    argument: { name: 'shell', help: `The shell: ${names.join(', ')}`, required: true, completes: names },
    options: {},
    examples: [
      'eval "$(sightline completion bash)"',
      'sightline completion fish > ~/.config/fish/completions/sightline.fish',
    ],
    async run({ positionals: [shell = ''] }) {
      const known = names.find((name) => name === shell);
      if (known === undefined) {
        const meant = nearest(shell, names);
        throw usageError({
          problem: 'the shell is none that there is a script for',
          expected: `one of ${names.join(', ')}`,
          fix: meant === undefined ? 'take one of these' : `did you mean "${meant}"?`,
        });
      }
      const script = shells[known](await completionTable(commands()));
      return { exitCode: exitCodes.ok, result: { shell: known, script }, text: script };
    },
  });
}
