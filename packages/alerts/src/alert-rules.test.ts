import { parser as logql } from '@grafana/lezer-logql';
import { logFields, lokiLabels } from '@sightline/conventions';
import { SightlineError } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { alertRules } from './alert-rules.ts';
import { logRules } from './loki/log-rules.ts';
import { nameProblems } from './promql-names.fixture.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { defineSlo } from './slo/define-slo.ts';
import { sloRules } from './slo/slo-rules.ts';

const slos = [
  defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } }),
  defineSlo({
    service: 'shop',
    route: '/pay',
    objective: 0.99,
    sli: { kind: 'latency', thresholdSeconds: 1 },
  }),
];
const groups: readonly RuleGroup[] = [...Object.values(alertRules()), ...sloRules(slos)];
const rules = groups.flatMap((group) => group.rules);
const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));

type Alert = Extract<Rule, { alert: string }>;
const logs = logRules().rules;
const alerts = [...rules, ...logs].filter((rule): rule is Alert => 'alert' in rule);

function problemOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof SightlineError) return error.message;
  }
  return 'nothing was thrown';
}

describe('alertRules', () => {
  it.each(rules.map((rule) => ['record' in rule ? rule.record : rule.alert, rule.expr] as const))(
    'reads only metrics of the catalogue, with labels that they have: %s',
    (_name, expr) => {
      expect(nameProblems(expr, recorded)).toEqual([]);
    },
  );

  it('knows a metric and a label that are not there', () => {
    expect(nameProblems('sum by (jobb) (rate(http_server_requests_total{job="a"}[5m]))', recorded)).toEqual([
      'http_server_requests_total is in no catalogue',
      'jobb is no label',
    ]);
    expect(nameProblems('circuit_breaker_state{colour="red"} > ', recorded)).toHaveLength(2);
  });

  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    'says what it means, how bad it is and where to look: %s',
    (_name, { labels, annotations }) => {
      expect(['critical', 'warning', 'info', 'none']).toContain(labels['severity']);
      expect(Object.keys(annotations)).toEqual(
        expect.arrayContaining(['summary', 'description', 'runbook_url', 'dashboard_url']),
      );
      expect(annotations['description']).toMatch(/(?:\.|\{\{ end \}\})$/);
      expect(annotations['dashboard_url']).toContain('from=now-1h&to=now');
    },
  );

  it('names every label once that it takes from the result, so that no link is without its service', () => {
    const withService = alerts.filter(({ labels }) => labels['service'] !== undefined);
    expect(withService.length).toBeGreaterThan(40);
    // The fleet is all services.
    const links = withService.map(({ annotations }) => annotations['dashboard_url'] ?? '');
    expect(links.filter((url) => !/var-service=|\/d\/sightline-fleet\?/.test(url))).toEqual([]);
  });

  it('takes thresholds into the expression and into what people read', () => {
    const { availability } = alertRules({ thresholds: { errorRatio: 0.02 } });
    const rule = availability.rules.find(
      (each): each is Alert => 'alert' in each && each.alert === 'ErrorRatioHigh',
    );
    expect(rule?.expr).toContain('> 0.02 ');
    expect(rule?.annotations['description']).toContain('more than 2% for 5 minutes');
  });

  it('multiplies every duration by the scale, and no threshold', () => {
    const scaled = alertRules({ timeScaleRatio: 0.02 });
    const rates = scaled['service-rates'];
    expect(rates.interval).toBe('600ms');
    expect(rates.rules[0]?.expr).toMatch(/up offset 6s == 1 .* < 6\)$/);
    expect(rates.rules[1]?.expr).toContain('[6s]');
    const rule = scaled.availability.rules.find(
      (each): each is Alert => 'alert' in each && each.alert === 'ErrorRatioHigh',
    );
    expect(rule?.for).toBe('6s');
    expect(rule?.expr).toContain('> 0.05 ');
    expect(JSON.stringify(scaled).match(/\[5m\]|offset 5m|"for":"[1-9]\d*m"/g)).toBeNull();
  });

  it('misses a service by name that was never there', () => {
    const { availability } = alertRules({ services: ['checkout'] });
    expect(availability.rules[0]?.expr).toContain('absent(up{job="checkout"})');
  });

  it('does not miss services that come and go', () => {
    const options = { transientServices: ['night.batch', 'resize'] };
    const { availability } = alertRules(options);
    expect(availability.rules[0]?.expr).toContain(
      String.raw`last_over_time(up{job!~"night\\.batch|resize"}[1h])`,
    );
    const silence = logRules(options).rules.find((rule) => 'alert' in rule && rule.alert === 'LogSilence');
    expect(silence?.expr).toContain(
      String.raw`{service_name=~".+"} | service_name !~ "night\\.batch|resize" [1h]`,
    );
    const ofAll = defineSlo({ name: 'all', objective: 0.99, sli: { kind: 'availability' } });
    const ofOne = defineSlo({ service: 'resize', objective: 0.99, sli: { kind: 'availability' } });
    const withoutData = sloRules([ofAll, ofOne], options)
      .flatMap((group) => group.rules)
      .filter((rule): rule is Alert => 'alert' in rule && rule.alert === 'SloWithoutData');
    expect(withoutData.map(({ expr }) => expr)).toEqual([
      expect.stringContaining(
        String.raw`slo:sli_events:rate5m{slo="all", job!~"night\\.batch|resize"} offset 1h`,
      ),
    ]);
  });

  it('refuses a limit of latency that no quantile of the buckets can be over', () => {
    const latency = { latencyP99Seconds: 10, routeLatencyP95Seconds: 10, dependencyLatencyP95Seconds: 30 };
    const message = problemOf(() => alertRules({ thresholds: latency }));
    for (const name of Object.keys(latency)) expect(message).toContain(`thresholds.${name}`);
    expect(message).toContain('less than 10, the last bound of the buckets');
    expect(() => alertRules({ thresholds: { latencyP99Seconds: 9.9 } })).not.toThrow();
  });

  it('tells everything that is wrong at once', () => {
    const message = problemOf(() =>
      alertRules({
        grafanaUrl: 'nowhere',
        thresholds: { errorRatio: 5, minRequests: 0.5, latencyP99: 3 },
      } as Parameters<typeof alertRules>[0]),
    );
    expect(message).toContain('thresholds.errorRatio');
    expect(message).toContain('thresholds.minRequests');
    expect(message).toContain('latencyP99');
    expect(message).toContain('grafanaUrl');
  });
});

describe('logRules', () => {
  it.each(logs.map((rule) => ['alert' in rule ? rule.alert : rule.record, rule.expr] as const))(
    'is LogQL over the labels and the fields of the contract: %s',
    (_name, expr) => {
      const errors: string[] = [];
      logql.parse(expr).iterate({
        enter(node) {
          if (node.type.isError) errors.push(`${node.from}: ${expr.slice(node.from, node.from + 20)}`);
        },
      });
      expect(errors).toEqual([]);
      const selectors = Array.from(expr.matchAll(/\{([^}]*)\}/g), (match) => match[1] ?? '');
      const labels = selectors.flatMap((each) =>
        Array.from(each.matchAll(/(\w+)[=!]/g), (match) => match[1]!),
      );
      expect(labels.filter((label) => !(label in lokiLabels))).toEqual([]);
      const fields = Array.from(expr.matchAll(/json \w+="([^"]+)"/g), (match) => match[1]!);
      expect(fields.filter((field) => !(field in logFields))).toEqual([]);
    },
  );
});
