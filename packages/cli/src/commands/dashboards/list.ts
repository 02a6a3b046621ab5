import { defineCommand } from '../../command.ts';
import { columns } from '../../columns.ts';
import { exitCodes } from '../../exit-code.ts';
import { chosenDashboards, dashboardOptions } from '../../grafana/chosen-dashboards.ts';
import { grafanaClient, grafanaOptions } from '../../grafana/grafana-options.ts';
import { count } from '../../plural.ts';
import { printable } from '../../printable.ts';

export const dashboardsList = defineCommand({
  name: 'dashboards list',
  summary: 'Lists the dashboards that Grafana has, or with --local those of this version',
  description: ['At most 5000 are listed. --local asks nobody and needs no token.'],
  options: {
    local: { type: 'boolean', help: 'List what a push would write' },
    ...grafanaOptions,
    tag: { type: 'string', value: 'tag', default: 'sightline', help: 'The tag of what is listed' },
    folder: { type: 'string', value: 'uid', help: 'Only what is in this folder' },
    ...dashboardOptions,
  },
  examples: ['sightline dashboards list --local', 'sightline dashboards list --tag payments --json'],
  async run({ io, values, paint, progress }) {
    if (values.local) {
      const chosen = await chosenDashboards(io, [], values);
      const local = chosen.map(({ name, definition: { uid, title } }) => ({ name, uid, title }));
      return {
        exitCode: exitCodes.ok,
        result: { dashboards: local },
        text: columns(local.map(({ name, uid, title }) => [name, uid, title].map(printable))).join('\n'),
      };
    }
    const client = await grafanaClient(io, values);
    progress(`reading from ${client.url}`);
    const { tag, folder } = values;
    const found = await client.search({ tag, ...(folder === undefined ? {} : { folderUid: folder }) });
    const lines = columns(found.map((each) => [each.uid, each.title, each.folderUid].map(printable)));
    return {
      exitCode: exitCodes.ok,
      result: { grafana: client.url, dashboards: found },
      text: [...lines, paint('dim', `${count(found.length, 'dashboard')} with the tag ${tag}`)].join('\n'),
    };
  },
});
