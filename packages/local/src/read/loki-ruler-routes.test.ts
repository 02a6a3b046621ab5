import { createRuleGroup, readRuleFile } from '@sightline/query/promql/rules';
import { describe, expect, it } from 'vitest';
import type { RuleFileGroups } from '../alerting/rule-runner.ts';
import type { Call } from '../server/route.ts';
import { lokiRulerRoutes } from './loki-ruler-routes.ts';

const RULES = `
groups:
  - name: logs
    interval: 1m
    rules:
      - { alert: Loud, expr: up, labels: { severity: page } }
`;

async function fileOf(): Promise<RuleFileGroups> {
  const [group] = readRuleFile('logs.yml', RULES).groups;
  const evaluator = createRuleGroup({
    group: group!,
    evaluate: () => Promise.resolve([{ labels: { service: 'shop' }, value: 0.25 }]),
  });
  await evaluator.evaluate(60_000);
  return { file: 'logs.yml', groups: [evaluator] };
}

describe('lokiRulerRoutes', () => {
  it('tells the rules over logs, and what of them fires, as Prometheus tells of its own', async () => {
    const [rules, alerts] = lokiRulerRoutes([await fileOf()]);
    const call = { parameters: new URLSearchParams() } as Call;
    const labels = { alertname: 'Loud', service: 'shop', severity: 'page' };
    const alert = { labels, annotations: {}, state: 'firing', value: '2.5e-01' };
    expect([rules?.path, alerts?.path]).toEqual(['/prometheus/api/v1/rules', '/prometheus/api/v1/alerts']);
    expect(await rules?.handle(call)).toMatchObject({
      json: {
        status: 'success',
        data: {
          groups: [
            {
              name: 'logs',
              file: 'logs.yml',
              interval: 60,
              rules: [{ name: 'Loud', query: 'up', state: 'firing', health: 'ok', alerts: [alert] }],
            },
          ],
        },
      },
    });
    expect(await alerts?.handle(call)).toMatchObject({
      json: { status: 'success', data: { alerts: [alert] } },
    });
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [-0, '-0e+00'],
    [7, '7e+00'],
    [1.5e-300, '1.5e-300'],
    [123_456, '1.23456e+05'],
  ])('writes a value of %s as Go does: %s', async (value, text) => {
    const [group] = readRuleFile('logs.yml', RULES).groups;
    const evaluator = createRuleGroup({
      group: group!,
      evaluate: () => Promise.resolve([{ labels: {}, value }]),
    });
    await evaluator.evaluate(60_000);
    const [, alerts] = lokiRulerRoutes([{ file: 'logs.yml', groups: [evaluator] }]);
    expect(await alerts?.handle({} as Call)).toMatchObject({ json: { data: { alerts: [{ value: text }] } } });
  });
});
