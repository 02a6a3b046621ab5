import { describe, expect, it } from 'vitest';
import { type Slo, defineSlo } from './define-slo.ts';
import { sloRules } from './slo-rules.ts';

function pagesOf(slo: Slo): readonly string[] {
  return sloRules([slo])
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ('alert' in rule && rule.labels['severity'] === 'critical' ? [rule.expr] : []));
}

const availability = { objective: 0.999, sli: { kind: 'availability' } } as const;
/** One bad request alone is over 14.4 times 0.1 % below 69.4 requests in the hour, over 6 times below 166.7 in six. */
const lone = [
  'slo:sli_events:increase1h{slo="availability"} < 69.44',
  'slo:sli_events:increase6h{slo="availability"} < 166.7',
];

describe('sloRules', () => {
  it('lets a page wait for evidence whatever the traffic, by default', () => {
    const pages = pagesOf(defineSlo(availability));
    expect(pages).toHaveLength(2);
    for (const [index, expr] of pages.entries()) {
      expect(expr).toContain('slo:sli_errors:evidence5m{slo="availability"} >= 4.605');
      expect(expr).not.toContain(lone[index]);
    }
  });

  it.each([
    {
      kind: 'availability',
      sli: { kind: 'availability' } as const,
      expr:
        'absent(slo:sli_events:rate5m{slo="jobs", job="worker"}) unless on (job)' +
        ' (slo:sli_events:increase1h{slo="jobs"} offset 1h < 20' +
        ' and on (deployment_environment_name, job, team) sightline_build_info)',
    },
    {
      // Its series may have any labels, and none.
      kind: 'events',
      sli: { kind: 'events', errors: 'a[{{window}}]', total: 'b[{{window}}]' } as const,
      expr: 'absent(slo:sli_events:rate5m{slo="jobs"})',
    },
  ])('misses the data of a service that is named: $kind', ({ sli, expr }) => {
    const rules = sloRules([defineSlo({ name: 'jobs', service: 'worker', objective: 0.99, sli })]);
    const missing = rules
      .flatMap((group) => group.rules)
      .find((rule) => 'alert' in rule && rule.alert === 'SloWithoutData');
    expect(missing?.expr).toBe(expr);
  });

  it.each([
    {
      what: 'a route of a service',
      of: { service: 'shop', route: '/a' },
      kind: 'availability',
      said: 'shop /a (s)',
    },
    { what: 'every service', of: {}, kind: 'availability', said: '{{ $labels.job }} (s)' },
    { what: 'events of a service', of: { service: 'shop' }, kind: 'events', said: 'shop (s)' },
    { what: 'events of nobody', of: {}, kind: 'events', said: 'The SLO s' },
  ])('names what it is about in what it says: $what', ({ of, kind, said }) => {
    const events = { kind: 'events', errors: 'a[{{window}}]', total: 'b[{{window}}]' } as const;
    const sli = kind === 'events' ? events : ({ kind: 'availability' } as const);
    const summaries = sloRules([defineSlo({ ...of, name: 's', objective: 0.99, sli })])
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => ('alert' in rule ? [rule.annotations['summary'] ?? ''] : []));
    expect(summaries.length).toBeGreaterThan(2);
    expect(summaries.filter((summary) => !summary.startsWith(`${said} `))).toEqual([]);
  });

  it('takes names as they are, not as templates or patterns', () => {
    const slo = defineSlo({
      service: '~a{{b',
      route: '/{{x}}',
      objective: 0.99,
      sli: { kind: 'availability' },
    });
    const rules = sloRules([slo]).flatMap((group) => group.rules);
    const burn = rules.find((rule) => 'alert' in rule && rule.alert === 'ErrorBudgetBurn');
    expect(burn).toMatchObject({
      labels: { service: '~a{{"{{"}}b' },
      annotations: { summary: expect.stringMatching(/^~a\{\{"\{\{"\}\}b \/\{\{"\{\{"\}\}x\}\} \(/) },
    });
    expect(rules[0]?.expr).toContain(String.raw`job=~"~a\\{\\{b"`);
  });

  it('refuses two SLOs of one name, whose series would be mixed up', () => {
    const other = defineSlo({ ...availability, objective: 0.99 });
    expect(() => sloRules([defineSlo(availability), other])).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        problem: expect.stringContaining('availability'),
      }),
    );
  });

  it('is not ended early by a comment in a query of one’s own', () => {
    const sli = { kind: 'events', errors: 'a[{{window}}] # bad', total: 'b[{{window}}]' } as const;
    const rules = sloRules([defineSlo({ name: 's', objective: 0.99, sli })]).flatMap((group) => group.rules);
    const errors = rules.find((rule) => 'record' in rule && rule.record === 'slo:sli_errors:rate5m');
    expect(errors?.expr).toContain('(a[5m] # bad\n)');
  });

  it('takes no label for granted that the events of a query of one’s own may not have', () => {
    const textOf = (slo: Slo): string =>
      JSON.stringify(sloRules([slo]).flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule)));
    const sli = { kind: 'events', errors: 'a[{{window}}]', total: 'b[{{window}}]' } as const;
    expect(textOf(defineSlo({ name: 's', service: 'shop', objective: 0.99, sli }))).not.toContain('$labels.');
    expect(textOf(defineSlo(availability))).toContain('$labels.job');
  });

  it('asks a service for its health, and nobody where a query of one’s own may be about anybody', () => {
    const recordsOf = (slo: Slo): readonly unknown[] =>
      sloRules([slo]).flatMap(({ rules }) => rules.map((rule) => ('record' in rule ? rule.record : '')));
    const sli = { kind: 'events', errors: 'a[{{window}}]', total: 'b[{{window}}]' } as const;
    expect(recordsOf(defineSlo(availability))).toContain('slo:service_health:bool');
    expect(recordsOf(defineSlo({ name: 's', objective: 0.99, sli }))).not.toContain(
      'slo:service_health:bool',
    );
  });

  it('lets the first bad request page with `minErrors: 1`, where it alone is over the burn rate', () => {
    const pages = pagesOf(defineSlo({ ...availability, minErrors: 1 }));
    expect(pages).toHaveLength(2);
    for (const [index, expr] of pages.entries()) {
      expect(expr).toContain(`(${lone[index]} or slo:sli_errors:evidence5m`);
    }
  });
});
