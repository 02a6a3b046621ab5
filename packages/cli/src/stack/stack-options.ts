import type { OptionSpecs } from '../command.ts';

/** Where the files of the stack are, and where what it needs is kept. */
export const stackOptions = {
  folder: {
    type: 'string',
    value: 'folder',
    default: '.sightline',
    help: 'Where a copy of the stack is kept, and with --native its data',
    completes: 'folder',
  },
  stack: {
    type: 'string',
    value: 'folder',
    help: 'A folder with compose/, alerts/ and dashboards/; by default the current one where it is such, else what comes with this package',
    completes: 'folder',
  },
} as const satisfies OptionSpecs;
