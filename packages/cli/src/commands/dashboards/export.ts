import { resolve } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { grafanaClient, grafanaOptions } from '../../grafana/grafana-options.ts';
import { loadDashboards } from '../../grafana/load-dashboards.ts';
import { usageError } from '../../usage-error.ts';
import { writeGenerated } from '../../write-generated.ts';

export const dashboardsExport = defineCommand({
  name: 'dashboards export',
  summary: 'Reads dashboards out of Grafana into files that can be imported elsewhere',
  description: [
    'Without uids, everything with the tag is read. One dashboard may go to stdout; more need --out, where each is <uid>.json. ' +
      'Files that were changed since the last export are not written over without --force.',
  ],
  argument: { name: 'uids', help: 'The uids of dashboards in Grafana', many: true },
  options: {
    ...grafanaOptions,
    out: { type: 'string', value: 'folder', help: 'Where the files go', completes: 'folder' },
    tag: {
      type: 'string',
      value: 'tag',
      default: 'sightline',
      help: 'The tag of what is read, where no uid is named',
    },
    folder: { type: 'string', value: 'uid', help: 'Only what is in this folder, where no uid is named' },
    'dry-run': { type: 'boolean', help: 'Show what would change and write nothing' },
    force: { type: 'boolean', help: 'Write over files that were changed' },
  },
  examples: [
    'sightline dashboards export --out grafana',
    'sightline dashboards export sightline-fleet > fleet.json',
  ],
  async run({ io, values, positionals, paint, progress }) {
    if (values.out === undefined && positionals.length !== 1) {
      throw usageError({
        problem: '--out is missing',
        expected: '--out <folder>, or one uid',
        fix: 'name the folder that the files go to',
      });
    }
    const client = await grafanaClient(io, values);
    const { exportDashboards } = await loadDashboards();
    progress(`reading from ${client.url}`);
    const { tag, folder } = values;
    const exported = await exportDashboards(
      client,
      positionals.length > 0
        ? { uids: positionals }
        : { tag, ...(folder === undefined ? {} : { folderUid: folder }) },
    );
    const missing = positionals.filter((uid) => exported.every((each) => each.uid !== uid));
    const problems = missing.length === 0 && exported.length > 0 ? [] : [nothingThere(missing)];
    const found = exported.map(({ uid, title, folderUid, path }) => ({ uid, title, folderUid, path }));
    if (values.out === undefined || exported.length === 0) {
      const [only] = exported;
      return {
        exitCode: problems.length > 0 ? exitCodes.finding : exitCodes.ok,
        problems,
        result: {
          grafana: client.url,
          dashboards: exported.map(({ content, ...each }) => ({
            ...each,
            json: JSON.parse(content) as unknown,
          })),
        },
        text: only?.content ?? '',
      };
    }
    const outcome = await writeGenerated(
      {
        folder: resolve(io.cwd, values.out),
        shownFolder: values.out,
        files: exported,
        dryRun: values['dry-run'],
        force: values.force,
      },
      paint,
    );
    return {
      ...outcome,
      exitCode: problems.length > 0 ? exitCodes.finding : outcome.exitCode,
      problems: [...problems, ...(outcome.problems ?? [])],
      result: { grafana: client.url, dashboards: found, ...(outcome.result as object) },
    };
  },
});

function nothingThere(missing: readonly string[]): SightlineError {
  return new SightlineError('SIGHTLINE_GRAFANA_REJECTED', {
    problem:
      missing.length === 0
        ? 'Grafana has no such dashboard'
        : `Grafana has no dashboard ${missing.join(', ')}`,
    expected: 'dashboards that are there and that the token may read',
    fix: 'sightline dashboards list shows what there is',
  });
}
