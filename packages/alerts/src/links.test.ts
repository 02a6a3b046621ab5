import { describe, expect, it } from 'vitest';
import { type TraceHint, dashboardUrl, runbookFile, runbookUrl, traceUrl } from './links.ts';
import type { ResolvedAlertOptions } from './options.ts';

const options = {
  grafanaUrl: 'https://a.test//grafana//',
  runbookBaseUrl: 'https://b.test//runbooks/',
} as ResolvedAlertOptions;

describe('runbookFile', () => {
  it.each([
    ['ErrorRatioHigh', 'error-ratio-high.md'],
    ['Slo5mBurn', 'slo5m-burn.md'],
    ['P99High', 'p99-high.md'],
    ['HTTPErrors', 'httperrors.md'],
  ])('of %s is %s', (alert, file) => {
    expect(runbookFile(alert)).toBe(file);
  });
});

describe('runbookUrl', () => {
  it('has one slash between the address and the file, and leaves those within as they are', () => {
    expect(runbookUrl(options, 'Slow')).toBe('https://b.test//runbooks/slow.md');
  });
});

describe('dashboardUrl', () => {
  const base = 'https://a.test//grafana/d/sightline-service?from=now-1h&to=now';

  it.each([
    [[], ''],
    [['service_name'], '&var-service={{ $labels.service_name | urlquery }}'],
    [['job'], '&var-service={{ $labels.job | urlquery }}'],
    [
      ['deployment_environment_name', 'job'],
      '{{ with $labels.deployment_environment_name }}&var-environment={{ . | urlquery }}{{ end }}' +
        '&var-service={{ $labels.job | urlquery }}',
    ],
    [['http_route'], '&var-route={{ $labels.http_route | urlquery }}'],
    [['instance'], '&var-instance={{ $labels.instance | urlquery }}'],
    [
      ['instance', 'http_route', 'job', 'team'],
      '&var-service={{ $labels.job | urlquery }}&var-route={{ $labels.http_route | urlquery }}' +
        '&var-instance={{ $labels.instance | urlquery }}',
    ],
  ])('hands the labels %j on', (labels, variables) => {
    expect(dashboardUrl(options, 'service', labels)).toBe(base + variables);
  });

  it('of the fleet has all services', () => {
    expect(dashboardUrl(options, 'fleet', ['job', 'instance'])).toBe(base.replace('-service', '-fleet'));
  });
});

describe('traceUrl', () => {
  /** What Grafana is asked for, its templates filled in. */
  const search = (hint: TraceHint, labels: readonly string[]): unknown => {
    const url = traceUrl(options, hint, labels).replaceAll(/\{\{[^}]*\}\}/g, '');
    expect(url.startsWith('https://a.test//grafana/explore?schemaVersion=1&panes=')).toBe(true);
    return JSON.parse(new URL(url).searchParams.get('panes') ?? '');
  };

  it.each<[TraceHint, string]>([
    ['failed', 'kind = server && status = error'],
    ['slow', 'kind = server && duration > 1s'],
    ['failed-calls', 'kind = client && status = error'],
    ['slow-calls', 'kind = client && duration > 1s'],
  ])('asks for traces of %s: %s', (hint, condition) => {
    const query = (more: string): unknown => ({
      a: {
        datasource: 'tempo',
        queries: [
          {
            refId: 'A',
            datasource: { type: 'tempo', uid: 'tempo' },
            queryType: 'traceql',
            query: `{ resource.service.name = "" && ${condition}${more} }`,
          },
        ],
        range: { from: 'now-1h', to: 'now' },
      },
    });
    expect(search(hint, ['job'])).toEqual(query(''));
    expect(search(hint, ['job', 'http_route'])).toEqual(query(' && span.http.route = ``'));
  });

  it('fills in the service, and the route where there is one and it is none of the rest', () => {
    const url = traceUrl(options, 'slow', ['http_route']);
    expect(url).toContain('{{ $labels.job | urlquery }}');
    expect(url).toContain('{{ with $labels.http_route }}{{ if ne . "_OTHER" }}');
    expect(url).toContain(String.raw`{{ reReplaceAll "[\"\\\\]" "\\$0" . | urlquery }}%60{{ end }}{{ end }}`);
  });
});
