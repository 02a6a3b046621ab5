import { join, resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { createComposeProgress } from '../stack/compose-progress.ts';
import { composeFailed, findEngine } from '../stack/engine.ts';
import { findStack } from '../stack/stack-files.ts';
import { stackOptions } from '../stack/stack-options.ts';
import { usageError } from '../usage-error.ts';

export const down = defineCommand({
  name: 'down',
  summary: 'Ends the stack that up has started; its data stays',
  description: [
    'Ends and removes the containers, also those of profiles. Data is in volumes and is there again after the next up. ' +
      'With --delete-data and --yes, the volumes go as well: every metric, line, trace and silence.',
    'A stack of up --native ends by Ctrl-C where it runs.',
  ],
  options: {
    ...stackOptions,
    'delete-data': { type: 'boolean', help: 'Delete the volumes with all data; needs --yes' },
    yes: { type: 'boolean', help: 'Yes, delete it' },
  },
  examples: ['sightline down', 'sightline down --delete-data --yes'],
  async run({ io, values, paint, progress }) {
    if (values['delete-data'] && !values.yes) {
      throw usageError({
        problem: '--delete-data deletes every metric, line, trace and silence for good',
        expected: '--yes beside it',
        fix: 'add --yes, or leave --delete-data out',
      });
    }
    const { path } = findStack(io.cwd, resolve(io.cwd, values.folder), values.stack);
    const engine = await findEngine(io, join(path, 'compose'));
    const told = createComposeProgress();
    progress(`asking ${engine.name}`);
    const all = ['--progress', 'plain', '--profile', '*', 'down', '--remove-orphans'];
    const ran = await engine.compose([...all, ...(values['delete-data'] ? ['--volumes'] : [])], (line) => {
      const text = told.take(line);
      if (text !== undefined) progress(text);
    });
    if (!ran.ok) throw composeFailed('docker compose down', ran);
    return {
      exitCode: exitCodes.ok,
      result: { engine: engine.name, deletedData: values['delete-data'] },
      text: `${paint('green', 'ended')}; ${values['delete-data'] ? 'all data is deleted' : 'the data is kept'}`,
    };
  },
});
