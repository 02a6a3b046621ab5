import type { RuleFileGroups } from '../alerting/rule-runner.ts';
import type { Route } from '../server/route.ts';
import { prometheusAnswer } from './prometheus-answer.ts';
import { alertsJson, rulesJson } from './prometheus-rules.ts';

/**
 * What Loki's ruler tells of its rules, where Grafana asks a data source of Loki for them.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ruler
 *
 * @param files those of rules over logs
 */
export function lokiRulerRoutes(files: readonly RuleFileGroups[]): readonly Route[] {
  return [
    {
      methods: ['GET'],
      path: '/prometheus/api/v1/rules',
      handle: (call) => prometheusAnswer(() => ({ data: rulesJson(call, files) })),
    },
    {
      methods: ['GET'],
      path: '/prometheus/api/v1/alerts',
      handle: () => prometheusAnswer(() => ({ data: alertsJson(files) })),
    },
  ];
}
