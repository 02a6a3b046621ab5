import type { SightlineError } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { fromOpenSlo } from './open-slo.ts';
import { sloRules } from './slo-rules.ts';

const document = `apiVersion: openslo/v1
kind: SLI
metadata: { name: good-jobs }
spec:
  ratioMetric:
    counter: true
    good: { metricSource: { type: Prometheus, spec: { query: 'jobs_total{result="ok"}' } } }
    total: { metricSource: { type: Prometheus, spec: { query: 'jobs_total' } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: jobs }
spec:
  service: worker
  indicatorRef: good-jobs
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - { displayName: gold, target: 0.999 }
    - { displayName: silver, targetPercent: 99 }
`;

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as SightlineError).message;
  }
  return 'nothing was thrown';
}

describe('fromOpenSlo', () => {
  it('makes an SLO of each objective, with the indicator that it refers to', () => {
    const slos = fromOpenSlo(document);
    expect(
      slos.map(({ name, objective, window, service }) => ({ name, objective, window, service })),
    ).toEqual([
      { name: 'jobs-1', objective: 0.999, window: '28d', service: 'worker' },
      { name: 'jobs-2', objective: 0.99, window: '28d', service: 'worker' },
    ]);
    expect(slos[0]?.sli).toEqual({
      kind: 'events',
      errors:
        'sum by (job) (rate(jobs_total[{{window}}])) - sum by (job) (rate(jobs_total{result="ok"}[{{window}}]))',
      total: 'sum by (job) (rate(jobs_total[{{window}}]))',
    });
  });

  it('takes a percentage without the digits that a division leaves behind', () => {
    const [, silver] = fromOpenSlo(document.replace('targetPercent: 99 ', 'targetPercent: 99.9 '));
    expect(silver?.objective).toBe(0.999);
  });

  it('says in which document the YAML is wrong, and where', () => {
    const message = messageOf(() => fromOpenSlo(`${document}---\na: [1\n---\nb: {2\n`));
    expect(message).toMatch(/document 3: .* at line \d+/);
    expect(message).toMatch(/document 4: .* at line \d+/);
    expect(message).not.toMatch(/document [125]/);
  });

  it('gives rules with the ranges filled in', () => {
    const [group] = sloRules(fromOpenSlo(document));
    expect(group?.rules[0]?.expr).toBe('(sum by (job) (rate(jobs_total[5m])))');
    expect(JSON.stringify(group)).not.toContain('{{window}}');
  });

  it("takes Sloth's place for the window, in a query of any form", () => {
    const [slo] = fromOpenSlo(
      `apiVersion: openslo/v1
kind: SLO
metadata: { name: api }
spec:
  service: api
  indicator:
    spec:
      ratioMetric:
        bad: { metricSource: { spec: { query: 'sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))' } } }
        total: { metricSource: { spec: { query: 'sum(rate(http_requests_total[{{ .window }}]))' } } }
  timeWindow: [{ duration: 30d }]
  objectives: [{ target: 0.99 }]
`,
    );
    expect(slo?.sli).toMatchObject({ errors: 'sum(rate(http_requests_total{code=~"5.."}[{{window}}]))' });
  });

  it('tells what is wrong in all documents at once', () => {
    const wrong = `${document.replaceAll('0.999', '99.9').replace('name: jobs', 'name: Jobs')}---
apiVersion: openslo/v1
kind: SLO
metadata: { name: other }
spec:
  service: worker
  timeWindow: [{ duration: 30d }]
  budgetingMethod: Timeslices
  objectives: [{ target: 0.9 }]
`;
    const message = messageOf(() => fromOpenSlo(wrong));
    expect(message).toMatch(/^SIGHTLINE_OPEN_SLO/);
    expect(message).toContain('objective is 99.9');
    expect(message).toContain('Occurrences');
    expect(message).toContain('fromOpenSlo other');
  });

  it('names in the same error an indicator that nobody described, a number and a window that are missing', () => {
    const slo = (name: string, spec: string): string =>
      `apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: ${name} }\nspec: { service: s, ${spec} }\n`;
    const metric = (query: string): string => `{ metricSource: { spec: { query: ${query} } } }`;
    const window = 'timeWindow: [{ duration: 30d }]';
    const message = messageOf(() =>
      fromOpenSlo(
        [
          slo('none', `${window}, objectives: [{ target: 0.9 }]`),
          slo('gone', `indicatorRef: gone, ${window}, objectives: [{ target: 0.9 }]`),
          slo(
            'total',
            `indicator: { spec: { ratioMetric: { total: ${metric('a')} } } }, ${window}, objectives: [{}]`,
          ),
          slo('window', `indicatorRef: gone, timeWindow: [], objectives: [{ target: 0.9 }]`),
          'just a text\n',
        ].join('---\n'),
      ),
    );
    expect(message).toContain('fromOpenSlo indicator without a name: ratioMetric is missing');
    expect(message).toContain('fromOpenSlo indicator gone: ratioMetric is missing');
    expect(message).toContain('objective is NaN');
    expect(message).toContain('sli.errors is an empty string');
    expect(message).toContain('fromOpenSlo window: spec.timeWindow is an array of 0 elements');
    expect(message).toContain('fromOpenSlo without a name: the value is a string of 11 characters');
  });

  it.each(['', 'a: [', '- 1'])('refuses %j', (text) => {
    expect(() => fromOpenSlo(text)).toThrow(expect.objectContaining({ code: 'SIGHTLINE_OPEN_SLO' }));
  });
});
