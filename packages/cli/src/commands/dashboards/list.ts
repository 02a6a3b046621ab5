import { defineCommand } from '../../command.ts';
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
        text: rows(local.map(({ name, uid, title }) => [name, uid, title])),
      };
    }
    const client = await grafanaClient(io, values);
    progress(`reading from ${client.url}`);
    const { tag, folder } = values;
    const found = await client.search({ tag, ...(folder === undefined ? {} : { folderUid: folder }) });
    const lines = rows(found.map(({ uid, title, folderUid }) => [uid, title, folderUid]));
    return {
      exitCode: exitCodes.ok,
      result: { grafana: client.url, dashboards: found },
      text: [
        ...(lines === '' ? [] : [lines]),
        paint('dim', `${count(found.length, 'dashboard')} with the tag ${tag}`),
      ].join('\n'),
    };
  },
});

/** Columns as wide as what is in them. */
function rows(given: readonly (readonly string[])[]): string {
  const cells = given.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_cell, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
