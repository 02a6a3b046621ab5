import type { Run } from '@sightline/local';
import { defineCommand } from '../../command.ts';
import { columns } from '../../columns.ts';
import { exitCodes } from '../../exit-code.ts';
import { printable } from '../../printable.ts';
import { askStack, stackOption } from './stack-answer.ts';

export const runsList = defineCommand({
  name: 'runs list',
  summary: 'Lists the starts of services that the embedded stack has seen, the newest first',
  description: ['A run is known from the first span that came of it.'],
  options: stackOption,
  examples: ['sightline runs list', 'sightline runs list --json | jq -r .result.runs[].instance'],
  async run({ io, values, paint }) {
    const runs = await askStack<readonly Run[]>(io, values.url, 'runs');
    const [head, ...lines] = columns([
      ['service', 'version', 'started', 'lasted', 'instance'],
      ...runs.map(({ service, version, instance, firstSeenMs, lastSeenMs }) => [
        printable(service),
        printable(version),
        new Date(firstSeenMs).toISOString(),
        `${Math.round((lastSeenMs - firstSeenMs) / 1000)} s`,
        printable(instance),
      ]),
    ]);
    return {
      exitCode: exitCodes.ok,
      result: { runs },
      text: runs.length === 0 ? 'no service has sent a span yet' : [paint('dim', head!), ...lines].join('\n'),
    };
  },
});
