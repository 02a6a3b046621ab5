import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dashboardUids as alertDashboardUids, runbookFile } from '@sightline/alerts';
import { thresholds } from '@sightline/conventions';
import { dashboardUids } from '@sightline/dashboards';
import { recordedSeries } from '@sightline/dashboards/queries';
import { describe, expect, it } from 'vitest';
import { thresholdsSchema } from '../packages/alerts/src/thresholds.ts';
import { prometheusGroups } from './alerts/rule-files.ts';
import { allPanels } from './dashboards/panel-queries.ts';

const alertsFolder = fileURLToPath(new URL('../alerts', import.meta.url));

function files(folder: string): readonly string[] {
  const path = `${alertsFolder}/${folder}`;
  return existsSync(path) ? readdirSync(path) : [];
}

const rules = prometheusGroups().flatMap((group) => group.rules);
const logAlerts = Array.from(
  readFileSync(`${alertsFolder}/loki/logs.yml`, 'utf8').matchAll(/alert: (\w+)/g),
  ([, name]) => name ?? '',
);
const alerts = new Set([...rules.flatMap(({ alert }) => alert ?? []), ...logAlerts]);

describe('the dashboards and the alerts', () => {
  it('draw the line where the alert fires', () => {
    const defaults = thresholdsSchema.parse({});
    expect(defaults).toMatchObject(thresholds);
  });

  it.each([
    {
      title: 'How full is the heap?',
      alert: 'HeapNearLimit',
      compared: /min_over_time\(instance:v8js_heap_used:ratio(?:\{[^}]*\})?\[5m\]\)/,
    },
    {
      title: 'How often does each breaker open?',
      alert: 'BreakerFlapping',
      compared:
        /^max by \([\w, ]+\) \(\(?increase\(circuit_breaker_transitions_total\{[^}]*from="closed", to="open"[^}]*\}\[15m\]/,
    },
  ])('compare the same: “$title” and $alert', ({ title, alert, compared }) => {
    const panels = allPanels.filter(({ panel }) => panel.title === title);
    expect(panels.length).toBeGreaterThan(0);
    const exprs = panels.flatMap(({ panel }) => panel.queries.map(({ expr }) => expr));
    const rule = rules.find((each) => each.alert === alert)?.expr ?? '';
    for (const expr of [...exprs, rule.replaceAll(/\s+/g, ' ')]) expect(expr).toMatch(compared);
  });

  it('draw no line where a number depends on how long the steps of the graph are', () => {
    const drawn = allPanels.filter(
      ({ panel }) => panel.thresholds && panel.queries.some(({ expr }) => expr.includes('[$__auto]')),
    );
    expect(drawn.map(({ board, panel }) => `${board}: ${panel.title}`)).toEqual([]);
  });

  it('read series that the rules record', () => {
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    expect(Object.values(recordedSeries).filter((name) => !recorded.has(name))).toEqual([]);
  });

  it('name alerts that there are', () => {
    const named = allPanels.flatMap(({ panel }) => panel.alerts ?? []);
    expect(named.length).toBeGreaterThan(40);
    expect([...new Set(named)].filter((name) => !alerts.has(name))).toEqual([]);
  });

  it('name every alert: each is beside the panel that shows what it compares', () => {
    const named = new Set(allPanels.flatMap(({ panel }) => panel.alerts ?? []));
    expect([...alerts].filter((name) => !named.has(name))).toEqual([]);
  });

  it('lead from alerts to dashboards that there are', () => {
    const ours = new Set<string>(Object.values(dashboardUids));
    expect(Object.values(alertDashboardUids).filter((uid) => !ours.has(uid))).toEqual([]);
  });

  it('lead to runbooks by the name of their file', () => {
    const runbooks = new Set(files('runbooks'));
    const missing = [...alerts].map(runbookFile).filter((file) => runbooks.size > 0 && !runbooks.has(file));
    expect(missing).toEqual([]);
  });
});
