import { alertRules } from '../alert-rules.ts';
import { alertmanagerConfig } from '../alertmanager/alertmanager-config.ts';
import { notificationTemplates } from '../alertmanager/templates.ts';
import { logRules } from '../loki/log-rules.ts';
import type { AlertOptions } from '../options.ts';
import { defineSlo } from '../slo/define-slo.ts';
import type { SloOptions } from '../slo/slo-options.ts';
import { sloRules } from '../slo/slo-rules.ts';
import { prometheusRule, ruleFile } from './rule-file.ts';
import { yamlFile } from './yaml-file.ts';

/** One file, by its path below the folder of alerts. */
export interface AlertFile {
  readonly path: string;
  readonly content: string;
}

/** SLOs that hold for every service until it has its own. */
const defaultSlos: readonly SloOptions[] = [
  { name: 'availability', objective: 0.999, window: '30d', sli: { kind: 'availability' } },
  { name: 'latency', objective: 0.99, window: '30d', sli: { kind: 'latency', thresholdSeconds: 1 } },
];

/**
 * Everything that stands in the folder of alerts but tests and runbooks.
 *
 * @param options thresholds, links, scale, for all rules
 * @param slos 99.9 % without error and 99 % within a second, for every service, by default
 * @returns the files, in the order of their paths
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong
 */
export function alertFiles(
  options?: AlertOptions,
  slos: readonly SloOptions[] = defaultSlos,
): readonly AlertFile[] {
  const areas = alertRules(options);
  const sloGroups = sloRules(slos.map(defineSlo), options);
  const labels = { 'app.kubernetes.io/part-of': 'sightline' };
  const files = [
    ...Object.entries(areas).map(([area, group]) => ({
      path: `prometheus/${area}.yml`,
      content: ruleFile(`Rules for Prometheus: ${area}.`, [group]),
    })),
    {
      path: 'prometheus/slos.yml',
      content: ruleFile('Rules for Prometheus: the SLOs of every service.', sloGroups),
    },
    { path: 'loki/logs.yml', content: ruleFile('Rules for the ruler of Loki.', [logRules(options)]) },
    {
      path: 'kubernetes/prometheus-rule.yml',
      content: prometheusRule(
        'All rules for Prometheus, for the Prometheus Operator.',
        { name: 'sightline', labels },
        [...Object.values(areas), ...sloGroups],
      ),
    },
    {
      path: 'alertmanager.yml',
      content: yamlFile(
        'Alertmanager without a receiver: alerts are shown, nobody is told.',
        alertmanagerConfig(),
      ),
    },
    { path: 'templates/sightline.tmpl', content: notificationTemplates },
  ];
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
