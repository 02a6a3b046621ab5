import { labels, metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { headings } from './markdown.ts';
import { readExample } from './kubernetes/example.ts';
import { groupingLabels, metricUses } from './kubernetes/promql.ts';
import { ofKind } from './kubernetes/render.ts';
import { kubectl, objectsOf, rendered } from './kubernetes/rendered.ts';
import { type RuleGroup, alertTests, checkRules, testAlert } from './kubernetes/rules.ts';
import { debianProgram } from './servers/debian.ts';

const promtool = await debianProgram({ program: 'promtool', package: 'prometheus', release: 'own' });
if ('missing' in promtool) process.stdout.write(`The rules are not tested: ${promtool.missing}\n`);

/** Labels that Prometheus and its operator add, and that no metric of a service has. */
const targetLabels = ['namespace', 'pod', 'job', 'track', 'slot', 'le'];

function metricProblems(promql: string): readonly string[] {
  const known = metrics as Readonly<Record<string, { type: string; labels: readonly string[] } | undefined>>;
  const uses = metricUses(promql);
  const ofUses = uses.flatMap(({ metric: name, labels: asked }) => {
    if (name === 'up') return [];
    const family = name.replace(/_(?:bucket|count|sum)$/, '');
    const definition = known[name] ?? (known[family]?.type === 'histogram' ? known[family] : undefined);
    if (definition === undefined) return [`${name} is in no catalogue`];
    const unknown = asked.filter((label) => ![...targetLabels, ...definition.labels].includes(label));
    return unknown.map((label) => `${name} has no label ${label}`);
  });
  const grouped = groupingLabels(promql)
    .filter((label) => !targetLabels.includes(label) && !(label in labels))
    .map((label) => `nothing has the label ${label}`);
  return [...(uses.length === 0 ? [`${promql} asks for no metric`] : []), ...ofUses, ...grouped];
}

interface Dashboard {
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

function dashboardQueries({ annotations, panels }: Dashboard): readonly string[] {
  return [
    ...annotations.list.flatMap(({ expr }) => (expr === undefined ? [] : [expr])),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
}

/** With a value in place of each variable of Grafana. */
const withoutVariables = (promql: string): string =>
  promql.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x');

describe.skipIf('missing' in kubectl)('what Prometheus and Grafana get', () => {
  const groups = (): readonly RuleGroup[] =>
    ofKind(objectsOf('canary'), 'PrometheusRule').flatMap(({ spec }) => spec.groups ?? []);
  const rules = () => groups().flatMap((group) => group.rules ?? []);

  function dashboards(): readonly Dashboard[] {
    return ofKind(objectsOf('production'), 'ConfigMap')
      .filter(({ metadata }) => metadata?.labels?.['grafana_dashboard'] === '1')
      .flatMap(({ data }) => Object.values(data ?? {}).map((json) => JSON.parse(json) as Dashboard));
  }

  it('asks only for metrics and labels of the catalogue', () => {
    expect(rules().length).toBeGreaterThan(0);
    expect(rules().flatMap(({ expr }) => metricProblems(String(expr)))).toEqual([]);
    expect(dashboards()).toHaveLength(1);
    expect(dashboards().flatMap(dashboardQueries).flatMap(metricProblems)).toEqual([]);
  });

  it('finds a metric, a label and a grouping that do not exist', () => {
    expect(metricProblems('sum by (pot) (rate(http_server_requests_total{code="500"}[5m]))')).toEqual([
      'http_server_requests_total is in no catalogue',
      'nothing has the label pot',
    ]);
    expect(metricProblems('health_probe_status{check="db"} == 0 and sightline_build')).toEqual([
      'health_probe_status has no label check',
      'sightline_build is in no catalogue',
    ]);
  });

  it('has rules and queries that promtool reads', async (ctx) => {
    if ('missing' in promtool) {
      ctx.skip(promtool.missing);
      return;
    }
    const queries = dashboards().flatMap(dashboardQueries);
    const recorded = queries.map((promql, index) => ({
      record: `query_${index}`,
      expr: withoutVariables(promql),
    }));
    expect(await checkRules(promtool.path, groups())).toBe('');
    expect(await checkRules(promtool.path, [{ name: 'dashboards', rules: recorded }])).toBe('');
    const broken = [{ name: 'broken', rules: [{ record: 'x', expr: 'sum(rate(up))' }] }];
    expect(await checkRules(promtool.path, broken)).toContain('expected type range vector');
  }, 60_000);

  it('has a firing and a silent test for every alert', () => {
    const names = rules().map(({ alert = '' }) => alert);
    const testsWith = (firing: boolean): readonly string[] =>
      alertTests.filter(({ fires }) => (fires !== undefined) === firing).map(({ alert }) => alert);
    expect(new Set(testsWith(true))).toEqual(new Set(names));
    expect(new Set(testsWith(false))).toEqual(new Set(names));
  });

  it.skipIf('missing' in promtool).each(alertTests.map((test) => [test.alert, test.name, test] as const))(
    'has the alert %s: %s',
    async (_alert, _name, test) => {
      const path = 'path' in promtool ? promtool.path : '';
      expect(await testAlert(path, groups(), test)).toBe('');
    },
    60_000,
  );

  it('has for every alert a severity and a place in the README', () => {
    const anchors = headings(readExample('README.md'), 3).map(
      (heading) => `README.md#${heading.toLowerCase()}`,
    );
    for (const { labels: given, annotations } of rules()) {
      expect(['critical', 'warning']).toContain(given?.['severity']);
      expect(anchors).toContain(annotations?.['runbook']);
    }
  });

  it('has a metric for the autoscalers, made of the duration of requests', async () => {
    const [config] = ofKind(rendered['cluster/prometheus-adapter'] ?? [], 'ConfigMap');
    const { rules: adapterRules } = parse(config!.data!['config.yaml']!) as {
      rules: {
        seriesQuery: string;
        resources: { overrides: Record<string, { resource: string }> };
        name: { matches: string; as: string };
        metricsQuery: string;
      }[];
    };
    const [rule] = adapterRules;
    const [use] = metricUses(rule!.seriesQuery);
    expect(metricProblems(rule!.seriesQuery)).toEqual([]);
    // As the adapter does: the name of the series becomes that of the metric.
    const offered = use!.metric.replace(new RegExp(rule!.name.matches), rule!.name.as);
    expect(offered).not.toBe(use!.metric);
    for (const name of ['production', 'blue-green', 'canary'] as const)
      for (const { spec } of ofKind(objectsOf(name), 'HorizontalPodAutoscaler')) {
        const asked = spec?.metrics?.flatMap(({ pods }) => (pods === undefined ? [] : [pods.metric.name]));
        expect(asked).toEqual([offered]);
        expect(spec?.minReplicas).toBeLessThan(spec?.maxReplicas ?? 0);
      }
    const query = rule!.metricsQuery
      .replace('<<.Series>>', use!.metric)
      .replace('<<.LabelMatchers>>', 'namespace="shop",pod="storefront-1"')
      .replace('<<.GroupBy>>', Object.keys(rule!.resources.overrides).join(','));
    expect(query).not.toContain('<<');
    expect(metricProblems(query)).toEqual([]);
    const adapter = [{ name: 'adapter', rules: [{ record: 'x', expr: query }] }];
    expect('missing' in promtool ? '' : await checkRules(promtool.path, adapter)).toBe('');
  }, 60_000);
});
