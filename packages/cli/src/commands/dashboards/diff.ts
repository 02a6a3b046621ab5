import type { DashboardDiff } from '@sightline/dashboards';
import { defineCommand } from '../../command.ts';
import { diffText } from '../../diff-text.ts';
import { exitCodes } from '../../exit-code.ts';
import { chosenDashboards, dashboardOptions } from '../../grafana/chosen-dashboards.ts';
import { grafanaClient, grafanaOptions } from '../../grafana/grafana-options.ts';
import { dashboardNames, loadDashboards } from '../../grafana/load-dashboards.ts';
import type { Paint } from '../../paint.ts';
import { count } from '../../plural.ts';
import { printable } from '../../printable.ts';

const colors = { missing: 'yellow', same: 'dim', different: 'red' } as const;

export const dashboardsDiff = defineCommand({
  name: 'dashboards diff',
  summary: 'Shows how the dashboards in Grafana differ from ours',
  description: [
    'A line with - is what Grafana has, one with + what a push would make of it. The exit code is 1 when there is a difference. ' +
      'What Grafana itself changes in what was pushed is none.',
  ],
  argument: {
    name: 'dashboards',
    help: 'Names or uids; all of them by default',
    many: true,
    completes: dashboardNames,
  },
  options: { ...grafanaOptions, ...dashboardOptions },
  examples: [
    'sightline dashboards diff',
    'sightline dashboards diff service --token-file /run/secrets/grafana --json',
  ],
  async run({ io, values, positionals, paint, progress }) {
    const chosen = await chosenDashboards(io, positionals, values);
    const client = await grafanaClient(io, values);
    const { diffDashboards } = await loadDashboards();
    progress(`reading ${count(chosen.length, 'dashboard')} from ${client.url}`);
    const diffs = await diffDashboards(
      client,
      chosen.map(({ definition }) => definition),
    );
    const differing = diffs.filter(({ state }) => state !== 'same').length;
    return {
      exitCode: differing > 0 ? exitCodes.finding : exitCodes.ok,
      result: { grafana: client.url, dashboards: diffs },
      text: [
        ...diffs.map((diff) => dashboardText(diff, paint)),
        `${differing} of ${count(diffs.length, 'dashboard')} differ`,
      ].join('\n'),
    };
  },
});

function dashboardText({ uid, title, state, changes }: DashboardDiff, paint: Paint): string {
  const lines = changes.flatMap(({ path, before, after }) => [
    `@ ${printable(path)}`,
    ...(before === undefined ? [] : [`- ${valueText(before)}`]),
    ...(after === undefined ? [] : [`+ ${valueText(after)}`]),
  ]);
  const head = `${paint(colors[state], state.padEnd(9))} ${title} (${uid})`;
  return lines.length === 0 ? head : `${head}\n${diffText(lines, paint)}`;
}

/** Most of a value that is shown; a whole panel is too much to read [characters]. */
const SHOWN_CHARACTERS = 200;

function valueText(value: unknown): string {
  const text = printable(JSON.stringify(value));
  return text.length > SHOWN_CHARACTERS
    ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`
    : text;
}
