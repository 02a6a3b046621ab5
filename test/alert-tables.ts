import {
  type Rule,
  alertRules,
  defineSlo,
  logRules,
  receiverVariables,
  runbookFile,
  sloRules,
} from '@sightline/alerts';
import { burnRateTable } from '../packages/alerts/bench/burn-rate-table.ts';
import { table } from './markdown.ts';

/** Months of each kind of traffic that the figures are of. */
const MONTHS = 12;

type Alert = Extract<Rule, { alert: string }>;

/** Labels of an alert as words: `{{ $labels.job }}` is `job`. */
function plain(text: string): string {
  return text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '*$1*')
    .replaceAll(/\{\{ \$value [^}]*\}\}|\{\{ \$value \}\}/g, '*n*')
    .replaceAll('|', '\\|');
}

/** Every alert: how bad, how long it must hold, what it says, where its runbook is. */
export function alertTable(): string {
  const slo = defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } });
  const groups = [...Object.values(alertRules()), ...sloRules([slo]), logRules()];
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule): rule is Alert => 'alert' in rule);
  return table(
    ['alert', 'severity', 'for', 'what it says'],
    alerts.map(({ alert, labels, annotations, for: wait = 'at once' }) => [
      `[${alert}](../../alerts/runbooks/${runbookFile(alert)})`,
      labels['severity'] ?? '',
      labels['window'] ?? wait,
      plain(annotations['summary'] ?? ''),
    ]),
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
