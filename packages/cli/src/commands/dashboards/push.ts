import type { PushOutcome } from '@sightline/dashboards';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { chosenDashboards, dashboardOptions } from '../../grafana/chosen-dashboards.ts';
import { grafanaClient, grafanaOptions } from '../../grafana/grafana-options.ts';
import { dashboardNames, loadDashboards } from '../../grafana/load-dashboards.ts';
import { count } from '../../plural.ts';
import { printable } from '../../printable.ts';

const colors = { created: 'green', updated: 'green', unchanged: 'dim', refused: 'red' } as const;

export const dashboardsPush = defineCommand({
  name: 'dashboards push',
  summary: 'Writes dashboards to Grafana',
  description: [
    'A dashboard that somebody has changed in Grafana since the last push, or that no push has made, is refused and the others are ' +
      'written; the exit code is then 1. --overwrite always replaces those as well, never replaces nothing.',
  ],
  argument: {
    name: 'dashboards',
    help: 'Names or uids; all of them by default',
    many: true,
    completes: dashboardNames,
  },
  options: {
    ...grafanaOptions,
    folder: {
      type: 'string',
      value: 'uid',
      default: 'sightline',
      help: 'The folder that they go to, made when it is not there',
    },
    'folder-title': {
      type: 'string',
      value: 'title',
      default: 'Sightline',
      help: 'Its title when it is made',
    },
    overwrite: {
      type: 'string',
      value: 'rule',
      choices: ['pushed', 'always', 'never'],
      default: 'pushed',
      help: 'What may be replaced',
    },
    'dry-run': { type: 'boolean', help: 'Say what would happen and write nothing' },
    ...dashboardOptions,
  },
  examples: [
    'GRAFANA_TOKEN=… sightline dashboards push --url https://grafana.example.com',
    'sightline dashboards push fleet service --token-file /run/secrets/grafana --dry-run',
    'sightline dashboards push --from ./dashboards.mjs --folder payments --folder-title Payments',
  ],
  async run({ io, values, positionals, paint, progress }) {
    const chosen = await chosenDashboards(io, positionals, values);
    const client = await grafanaClient(io, values);
    const { pushDashboards } = await loadDashboards();
    const dryRun = values['dry-run'];
    const options = {
      folder: { uid: values.folder, title: values['folder-title'] },
      overwrite: values.overwrite as 'pushed',
      dryRun,
    };
    const outcomes: PushOutcome[] = [];
    for (const { definition } of chosen) {
      progress(`${definition.title} (${outcomes.length + 1} of ${chosen.length})`);
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that it can be told which
      outcomes.push(...(await pushDashboards(client, [definition], options)));
    }
    const refused = outcomes.filter(({ action }) => action === 'refused').length;
    const lines = outcomes.map(
      ({ uid, title, action, reason, path }) =>
        `${paint(colors[action], action.padEnd(9))} ${title} (${uid})${reason === undefined ? '' : `: ${reason}`}${path ? ` ${client.url}${printable(path)}` : ''}`,
    );
    const summary = `${count(outcomes.length, 'dashboard')}, ${refused} refused${dryRun ? '; nothing was written' : ''}`;
    return {
      exitCode: refused > 0 ? exitCodes.finding : exitCodes.ok,
      result: { grafana: client.url, dryRun, dashboards: outcomes },
      text: [...lines, summary].join('\n'),
    };
  },
});
