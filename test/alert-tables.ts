import {
  type Rule,
  alertRules,
  defineSlo,
  logRules,
  receiverVariables,
  runbookFile,
  sloRules,
} from '@sightline/alerts';
import { readFileSync } from 'node:fs';
import { burnRateTable } from '../packages/alerts/bench/burn-rate-table.ts';
import { filledIn } from './alerts/filled-in.ts';
import { LIVE_FIGURES, type LiveFigures } from './alerts/live-figures.ts';
import { readCostFigures } from './alerts/cost-figures.ts';
import { readMutationFigures } from './alerts/mutation-figures.ts';
import { readNoiseFigures } from './alerts/noise-figures.ts';
import { table } from './markdown.ts';

/** Months of each kind of traffic that the figures are of. */
const MONTHS = 12;

type Alert = Extract<Rule, { alert: string }>;

/** What an alert says, with its labels as words and every number as *n*: `{{ $labels.job }}` is *job*. */
async function plain(text: string): Promise<string> {
  const names = Array.from(text.matchAll(/\$labels\.(\w+)/g), ([, name = '']) => name);
  const labels = Object.fromEntries(names.map((name) => [name, `*${name}*`]));
  const numbers = /\{\{ (?:\$value(?: \| [^}]*)?|printf "[^"]*" \$value) \}\}/g;
  return (await filledIn(text.replaceAll(numbers, '*n*'), { labels, value: 2 })).replaceAll('|', '\\|');
}

/** Every alert: how bad, how long it must hold, what it says, where its runbook is. */
export async function alertTable(): Promise<string> {
  const slo = defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } });
  const groups = [...Object.values(alertRules()), ...sloRules([slo]), logRules()];
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule): rule is Alert => 'alert' in rule);
  return table(
    ['alert', 'severity', 'for', 'what it says'],
    await Promise.all(
      alerts.map(async ({ alert, labels, annotations, for: wait = 'at once' }) => [
        `[${alert}](../../alerts/runbooks/${runbookFile(alert)})`,
        labels['severity'] ?? '',
        labels['window'] ?? wait,
        await plain(annotations['summary'] ?? ''),
      ]),
    ),
  );
}

export function receiverTable(): string {
  return table(
    ['variable', 'or in a file', 'what it sets'],
    Object.entries(receiverVariables).map(([name, variable]) => [
      `\`${name}\``,
      'secret' in variable ? `\`${name}_FILE\`` : '',
      variable.help,
    ]),
  );
}

export function burnRates(): string {
  return burnRateTable(MONTHS);
}

/** What JSON has no number for is null. */
function secondsText(value: number | null | undefined): string {
  return typeof value === 'number' ? `${value} s` : '';
}

/** What was told besides where the machine was too busy, and with which Prometheus. */
function busyText(runs: LiveFigures['incidents']): string {
  return runs
    .filter(({ ofBusyMachine = [] }) => ofBusyMachine.length > 0)
    .map(
      ({ prometheus, ofBusyMachine = [] }) =>
        ` (${prometheus}, on a busy machine: ${ofBusyMachine.join(', ')} too)`,
    )
    .join('');
}

/** From the fault to each notification, and from its end to the last one, with both releases. */
export function liveTable(): string {
  const { incidents } = JSON.parse(readFileSync(LIVE_FIGURES, 'utf8')) as LiveFigures;
  const versions = [...new Set(incidents.map(({ prometheus }) => prometheus))];
  const rows = Array.from(Map.groupBy(incidents, ({ incident }) => incident)).flatMap(([incident, runs]) => {
    const alerts = [...new Set(runs.flatMap(({ toldSeconds }) => Object.keys(toldSeconds)))];
    return alerts.map((alert, index) =>
      [index === 0 ? `${incident}${busyText(runs)}` : '', alert].concat(
        versions.flatMap((version) => {
          const run = runs.find(({ prometheus }) => prometheus === version);
          return [secondsText(run?.toldSeconds[alert]), secondsText(run?.overSeconds?.[alert])];
        }),
      ),
    );
  });
  const columns = versions.flatMap((version) => [`told, ${version}`, `over, ${version}`]);
  const noise = readNoiseFigures();
  const silence =
    `${noise.minutes} real minutes of noise with the files as they are shipped, with a deploy in the middle` +
    ` (Prometheus ${noise.prometheus}, Alertmanager ${noise.alertmanager}): ${noise.requests} requests, of which` +
    ` ${noise.failed} failed, ${noise.evaluations} evaluations of groups of rules, of which ${noise.missedEvaluations}` +
    ` came too late, ${noise.told.length} notifications. A condition held for a moment` +
    ` ${noise.pending.length === 0 ? 'of no alert' : `of ${noise.pending.join(', ')}`}. Then the storefront was killed,` +
    ` and that was told ${noise.toldOfDeathSeconds} s later.`;
  return `${table(['what goes wrong', 'alert', ...columns], rows)}\n\n${silence}`;
}

/** What the dearest rules cost, with both releases. */
export function costTable(): string {
  const all = readCostFigures();
  if (all.length === 0) return 'Not measured for the record yet.';
  const names = [...new Set(all.flatMap(({ dearest }) => dearest.map(({ rule }) => rule)))];
  const costOf = (name: string, { dearest, referenceMs }: (typeof all)[number]): string => {
    const ms = dearest.filter(({ rule }) => rule === name).map((each) => each.ms);
    const most = Math.max(...ms);
    if (ms.length === 0) return 'among the others';
    // It is a difference, which may come out below nothing.
    return most < 1 ? 'under 1 ms' : `${most} ms, ${(most / referenceMs).toFixed(1)} times the reading`;
  };
  const rows = names.map((name) => [`\`${name}\``].concat(all.map((figures) => costOf(name, figures))));
  const reading = [
    'reads every bucket, writes one series',
    ...all.map(({ referenceMs }) => `${referenceMs} ms`),
  ];
  const others = [
    `each of the other ${all[0]?.others.count ?? 0}`,
    ...all.map(({ others: { mostMs } }) => `at most ${mostMs} ms`),
  ];
  return table(['rule', ...all.map(({ prometheus }) => prometheus)], [reading, ...rows, others]);
}

/** How many changes of the rules some test notices. */
export function mutationText(): string {
  const { total, changes, noticed, equivalent, crossChecked, crossCheckedUnnoticed, disputed } =
    readMutationFigures();
  const left = changes - noticed - equivalent;
  const checked =
    crossChecked === 0
      ? ''
      : ` promtool judged ${crossChecked} of them as well, ${crossCheckedUnnoticed} of these unnoticed, and ${disputed} otherwise.`;
  return (
    `Of the ${total} changes that there are, ${changes} were tried: some test noticed ${noticed} of these, ${equivalent}` +
    ` change nothing that is ever seen, ${left} went unnoticed.${checked}`
  );
}
