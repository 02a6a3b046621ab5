import type { Facts } from '../facts.ts';
import { defineRule, type Found } from '../finding.ts';
import { textAt } from '../json-at.ts';
import { answerText, isOk } from '../probe.ts';

export const grafanaDataSourceUrl = defineRule({
  code: 'grafana-data-source-url',
  when: 'Grafana cannot reach the server behind a data source, or finds something else there',
  check: (facts: Facts) =>
    (facts.grafana?.dataSources ?? []).flatMap(({ name, type, url, health }): readonly Found[] => {
      // What has no question for its health answers 404.
      if (health.kind === 'not-asked' || (health.kind === 'answer' && health.status === 404)) return [];
      const status = health.kind === 'answer' ? textAt(health.json, 'status') : undefined;
      if (isOk(health) && (status === undefined || status === 'OK')) return [];
      const said =
        (health.kind === 'answer' ? textAt(health.json, 'message') : undefined) ?? answerText(health);
      const isLocal = /\/\/(?:localhost|127\.)/.test(url);
      return [
        {
          part: 'grafana',
          seen: `the data source ${name} at ${url} does not work: ${said}`,
          fix: `correct its url: Grafana asks it, not the browser${isLocal ? `; in a container, localhost is Grafana itself, and ${type} has the name of its service` : ''}`,
        },
      ];
    }),
});
