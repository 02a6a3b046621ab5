import { describe, expect, it } from 'vitest';
import { dashboards } from './dashboards.ts';
import { foreignMetrics } from './foreign-metrics.ts';
import { RATE_INTERVAL, filled, grammarErrors, selectorsOf } from './grammar.fixture.ts';
import { dashboardJson } from './grafana/dashboard-json.ts';
import { recordedSeries } from './queries/recorded.ts';

/*
 * The rules of https://github.com/grafana/dashboard-linter, under their names there. Two of its words are others here:
 * the variable for the label `job` is called `service`, as people do and as the links of the alerts have it; and queries
 * are read in the language of their own data source, not in that of the first one.
 */

/** What the rules read of a dashboard: texts and numbers, as they stand in the file. */
interface Board {
  readonly uid: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly (Panel & { readonly panels?: readonly Panel[] })[];
}
interface Variable {
  readonly type: string;
  readonly name: string;
  readonly label: string;
  readonly refresh?: number;
  readonly query: string | Readonly<Record<string, unknown>>;
  readonly datasource?: { readonly type: string };
}
interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly mappings?: unknown } };
}
interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly query?: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}

const boards = Object.values(dashboards()).map((definition) => {
  const board = dashboardJson(definition) as unknown as Board;
  return [board.uid, board] as const;
});

function variablesOf(board: Board): readonly Variable[] {
  return board.templating.list;
}

function panelsOf(board: Board): readonly Panel[] {
  return board.panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

function targetsOf(board: Board, type: string): readonly (readonly [panel: Panel, target: Target])[] {
  return panelsOf(board).flatMap((panel) =>
    (panel.targets ?? [])
      .filter(({ datasource }) => datasource.type === type)
      .map((target) => [panel, target] as const),
  );
}

/** The query of a variable, as text. */
function queryOf({ query }: Variable): string {
  return typeof query === 'string' ? query : JSON.stringify(query);
}

function isPrometheusFirst(board: Board): boolean {
  return variablesOf(board).find(({ type }) => type === 'datasource')?.query === 'prometheus';
}

const recordedNames: ReadonlySet<string> = new Set(Object.values(recordedSeries));

/** Series that have no label for what is chosen, with the reason. */
function exception(panel: Panel, name: string, label: 'job' | 'instance'): string | undefined {
  const exposedBy = Object.entries(foreignMetrics).find(([each]) => each === name)?.[1].exposedBy ?? '';
  if (/^(?:kube-state-metrics|the kubelet|node_exporter|blackbox exporter)/.test(exposedBy)) {
    return 'its job and instance are those of an exporter, not of the service';
  }
  if (name === recordedSeries.objective) return 'an objective is the same for every service';
  if (recordedNames.has(name) && label === 'instance') return 'a recorded series is of a service';
  if (name === 'ALERTS' && label === 'instance') return 'an alert of a service has no instance';
  if (/brings the most series|scrapes are slow/.test(panel.title)) return 'it looks for a culprit among all';
  return undefined;
}

/** Whether a matcher of the job leaves what is of no service, where there is such a thing. */
function isOfNoService(name: string, operator: string, value: string): boolean {
  if (name.startsWith('slo:')) return operator === '=~' && value === '$service|';
  return name === 'ALERTS' && operator === '=' && value === '';
}

/** Units of Grafana that the panels use, from https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const units = new Set('none short percentunit s bytes Bps reqps ops cps'.split(' '));
const drawn = new Set(['stat', 'timeseries', 'gauge']);

describe.each(boards)('%s', (_, board) => {
  it('template-datasource-rule: has variables for its data sources, with the names that are asked for', () => {
    const sources = variablesOf(board).filter(({ type }) => type === 'datasource');
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      const { name, label } = source;
      const type = queryOf(source);
      expect([name, label]).toEqual([
        `${type}_datasource`,
        `${type[0]?.toUpperCase()}${type.slice(1)} data source`,
      ]);
    }
  });

  it.runIf(isPrometheusFirst(board)).each([
    ['template-job-rule', 'service', 'Service'],
    ['template-instance-rule', 'instance', 'Instance'],
  ])('%s: has a variable %s of several values out of Prometheus', (_rule, name, label) => {
    expect(variablesOf(board).find((variable) => variable.name === name)).toMatchObject({
      type: 'query',
      label,
      multi: true,
      includeAll: true,
      allValue: '.+',
      datasource: { uid: '${prometheus_datasource}' },
    });
  });

  it('template-label-promql-rule: asks for the values of a label of a selector', () => {
    const queries = variablesOf(board).filter(({ type }) => type === 'query');
    const wrong = queries.filter((variable) => {
      if (variable.datasource?.type === 'loki')
        return !/"type":1,"label":"\w+","stream":"\{.+\}"/.test(queryOf(variable));
      const [, selector = ''] = /^label_values\((.+), (\w+)\)$/.exec(queryOf(variable)) ?? [];
      return grammarErrors('promql', filled(selector)).length > 0;
    });
    expect(wrong).toEqual([]);
  });

  it('template-on-time-change-reload-rule: asks again when the time changes', () => {
    const queries = variablesOf(board).filter(({ type }) => type === 'query');
    expect(queries.filter(({ refresh }) => refresh !== 2)).toEqual([]);
  });

  it('uneditable-dashboard: is not editable', () => {
    expect(board.editable).toBe(false);
  });

  it('panel-datasource-rule: uses one of its variables in every panel', () => {
    const uids = variablesOf(board)
      .filter(({ type }) => type === 'datasource')
      .map(({ name }) => `\${${name}}`);
    for (const { datasource } of panelsOf(board)) expect(uids).toContain(datasource?.uid);
  });

  it('panel-title-description-rule, panel-no-targets-rule: has a title, a description and a query in every panel', () => {
    for (const { title, description, targets } of panelsOf(board)) {
      expect([title, description]).not.toContain(undefined);
      expect(targets?.length).toBeGreaterThan(0);
    }
  });

  it('panel-units-rule: has a unit, or texts for its values, in every panel that draws numbers', () => {
    for (const { type, fieldConfig, title } of panelsOf(board)) {
      if (!drawn.has(type)) continue;
      const { unit = '', mappings } = fieldConfig?.defaults ?? {};
      expect([title, units.has(unit) || mappings !== undefined]).toEqual([title, true]);
    }
  });

  it('target-promql-rule, target-logql-rule: asks nothing that does not parse', () => {
    for (const [, { expr = '' }] of targetsOf(board, 'prometheus')) {
      expect([expr, grammarErrors('promql', filled(expr))]).toEqual([expr, []]);
    }
    for (const [, { expr = '' }] of targetsOf(board, 'loki')) {
      expect([expr, grammarErrors('logql', filled(expr))]).toEqual([expr, []]);
    }
    // The map of services has a selector of PromQL in place of a query.
    for (const [, { query = '{}' }] of targetsOf(board, 'tempo')) {
      expect([query, grammarErrors('traceql', filled(query))]).toEqual([query, []]);
    }
  });

  it('target-rate-interval-rule: has $__rate_interval as the range of every rate', () => {
    for (const [, { expr = '' }] of targetsOf(board, 'prometheus')) {
      const rates = selectorsOf(expr).filter(
        ({ within, range }) => range !== undefined && /^i?rate$/.test(within ?? ''),
      );
      expect([expr, rates.filter(({ range }) => range !== RATE_INTERVAL)]).toEqual([expr, []]);
    }
  });

  it('target-logql-auto-rule: has $__auto as the range of every graph of lines', () => {
    for (const [{ type }, { expr = '' }] of targetsOf(board, 'loki')) {
      if (!drawn.has(type)) continue;
      expect(expr).toContain('[$__auto]');
      expect(expr.match(/\[[^\]]+\]/g)).toEqual(['[$__auto]']);
    }
  });

  it('target-counter-agg-rule: reads no counter but its rate or increase, and what a series begins with', () => {
    for (const [, { expr = '' }] of targetsOf(board, 'prometheus')) {
      const others = expr.replaceAll(
        /\(min_over_time\((\w+\{[^}]*\})\[\$__rate_interval\]\) < 100 unless \1 offset/g,
        '(begun offset',
      );
      const counters = selectorsOf(others).filter(({ name }) => name.endsWith('_total'));
      expect([expr, counters.filter(({ within }) => !/^(?:i?rate|increase)$/.test(within ?? ''))]).toEqual([
        expr,
        [],
      ]);
    }
  });

  it.each([
    ['target-job-rule', 'job', '$service'],
    ['target-instance-rule', 'instance', '$instance'],
  ] as const)('%s: has a matcher of %s in every selector', (_rule, label, variable) => {
    if (!isPrometheusFirst(board)) return;
    for (const [panel, { expr = '' }] of targetsOf(board, 'prometheus')) {
      const without = selectorsOf(expr).filter(
        ({ name, matchers }) =>
          exception(panel, name, label) === undefined &&
          !matchers.some(
            ([key, operator, value]) =>
              key === label &&
              ((operator === '=~' && value === variable) || isOfNoService(name, operator, value)),
          ),
      );
      expect([expr, without]).toEqual([expr, []]);
    }
  });
});
