import type { RuleGroup } from '../rule.ts';
import { yamlFile } from './yaml-file.ts';

/** A file of rules, as `rule_files` of Prometheus and the ruler of Loki read it. */
export function ruleFile(about: string, groups: readonly RuleGroup[]): string {
  return yamlFile(about, { groups });
}

/**
 * The same rules for the Prometheus Operator, which finds them by their labels.
 *
 * @param metadata.name a name that Kubernetes takes
 * @param metadata.labels what `ruleSelector` of the Prometheus selects by
 */
export function prometheusRule(
  about: string,
  metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  },
  groups: readonly RuleGroup[],
): string {
  return yamlFile(about, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata,
    spec: { groups },
  });
}
