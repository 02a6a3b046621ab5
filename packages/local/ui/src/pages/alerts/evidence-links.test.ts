import { describe, expect, it } from 'vitest';
import { evidenceLinks } from './evidence-links.ts';

const links = (annotations: Record<string, string>, labels: Record<string, string> = {}): string[] =>
  evidenceLinks(annotations, labels).map(
    ({ name, to, external }) => `${name} ${to}${external ? ' (out)' : ''}`,
  );

describe('evidenceLinks', () => {
  it('leads to the runbook, the dashboard and the service within the app', () => {
    expect(
      links(
        {
          runbook_url: 'alerts/runbooks/error-ratio-high.md',
          dashboard_url: 'http://localhost:3000/d/sightline-service?from=now-1h&to=now&var-service=a%2Fb',
        },
        { service: 'a/b' },
      ).slice(0, 3),
    ).toEqual([
      'Runbook /runbook/error-ratio-high?service=a%2Fb',
      'Dashboard /d/sightline-service?var-service=a%2Fb',
      'Service /service/b',
    ]);
  });

  it('leads to the service of a job with a namespace, and to one whose name looks like that', () => {
    const service = (labels: Record<string, string>): string | undefined => links({}, labels)[0];
    expect(service({ service: 'acme/shop' })).toBe('Service /service/shop');
    expect(service({ job: 'acme/shop' })).toBe('Service /service/shop');
    expect(service({ service: '@acme/shop' })).toBe('Service /service/%40acme%2Fshop');
    expect(service({ service_name: 'shop', job: 'collector' })).toBe('Service /service/shop');
  });

  it('leads to the minutes since before it began', () => {
    const dashboard = { dashboard_url: 'http://localhost:3000/d/sightline-runtime?from=now-1h' };
    const all = evidenceLinks(dashboard, { service: 'a' }, 40 * 60_000).map(({ to }) => to);
    expect(all.map((to) => new URLSearchParams(to.split('?')[1]).get('from'))).toEqual(
      all.map(() => 'now-1h'),
    );
  });

  it.each([
    ['RateLimitViolations', 'Refused requests /traces?'],
    ['EventLoopBlocked', 'Slow traces /traces?'],
    ['ServiceAbsent', 'Last lines /logs?'],
  ])('has the evidence that %s is about', (alertname, expected) => {
    expect(links({}, { alertname, service: 'a' })[1]).toContain(expected);
  });

  it('leads to slow traces where too many requests were slow', () => {
    const budget = { alertname: 'ErrorBudgetBurn', service: 'a' };
    expect(links({}, { ...budget, slo: 'latency' })[1]).toContain('Slow traces /traces?');
    expect(links({}, { ...budget, slo: 'availability' })[1]).toContain('Failed traces');
  });

  it('keeps addresses of the web as they are', () => {
    expect(links({ runbook_url: 'https://wiki.example.com/run?book=1' })).toEqual([
      'Runbook https://wiki.example.com/run?book=1 (out)',
    ]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,<script>', ' JaVaScRiPt:alert(1)', '//evil', 'x'])(
    'leads nowhere for %j',
    (hostile) => expect(links({ runbook_url: hostile, dashboard_url: hostile })).toEqual([]),
  );
});

describe('evidenceLinks to elsewhere', () => {
  it.each([
    [{ dashboard_url: 'https://grafana.example/x' }, ['Dashboard https://grafana.example/x (out)']],
    [{ runbook_url: 'https://wiki.example/x' }, ['Runbook https://wiki.example/x (out)']],
    [{ dashboard_url: 'javascript:alert(1)', runbook_url: 'javascript:alert(1)' }, []],
    [{ dashboard_url: 'ftp://h/d/sightline-service' }, []],
    [{ dashboard_url: 'http://[' }, []],
  ])('of %j are %j', (annotations, expected) => expect(links(annotations)).toEqual(expected));
});
