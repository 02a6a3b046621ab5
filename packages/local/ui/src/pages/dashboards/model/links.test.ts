import { describe, expect, it } from 'vitest';
import type { VariableValue } from './formats.ts';
import { type LinkScope, linkTarget } from './links.ts';

const variables: Readonly<Record<string, VariableValue>> = {
  service: { value: ['shop', 'pay'], text: 'shop + pay', isList: true },
  environment: { value: ['x'], text: 'All', isList: true, allValue: '.*' },
  tempo_datasource: { value: 'tempo', text: 'tempo', isList: false },
};
let hostile = 'GET /a"b';
const scope: LinkScope = {
  variable: (name) => variables[name],
  builtIn: (name, path) => {
    if (name === '__from') return '1000';
    if (name === '__to') return '2000';
    if (name === '__field' && path === 'labels.http_route') return hostile;
    if (name === '__data' && path === 'fields["Service"]') return 'a&b=c';
    return name.startsWith('__') ? '' : undefined;
  },
  urlTimeRange: 'from=now-1h&to=now',
  names: ['service', 'environment'],
};
const panes = (query: object): string => {
  const json = JSON.stringify({ a: { queries: [query], range: { from: '${__from}', to: '${__to}' } } });
  // As the dashboards of this project have it: references open, all else encoded.
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(json).replaceAll(/%24%7B.*?%7D/g, decodeURIComponent)}`;
};

describe('linkTarget', () => {
  it('leads to another dashboard with the time and what is chosen', () => {
    expect(
      linkTarget(
        '/d/sightline-service?${__url_time_range}&${environment:queryparam}&${service:queryparam}&var-route=${__field.labels.http_route}',
        scope,
      ),
    ).toEqual({
      kind: 'page',
      path: '/d/sightline-service',
      params: {
        from: ['now-1h'],
        to: ['now'],
        'var-environment': ['$__all'],
        'var-service': ['shop', 'pay'],
        'var-route': ['GET /a"b'],
      },
    });
  });

  it('does not let a value add parameters', () => {
    expect(linkTarget('/d/x?var-service=${__data.fields["Service"]}', scope)).toEqual({
      kind: 'page',
      path: '/d/x',
      params: { 'var-service': ['a&b=c'] },
    });
  });

  it.each([
    [
      { datasource: { type: 'tempo' }, query: '{ resource.service.name =~ "${service:pipe}" }' },
      '/traces',
      '{ resource.service.name =~ "shop|pay" }',
    ],
    [
      { datasource: { type: 'loki' }, expr: '{service_name=~"${service:pipe}"}' },
      '/logs',
      '{service_name=~"shop|pay"}',
    ],
    [{ datasource: { type: 'prometheus' }, expr: 'up' }, '/explore', 'up'],
  ])('turns a pane of Explore with %j into %s', (query, path, expected) => {
    expect(linkTarget(panes(query), scope)).toEqual({
      kind: 'page',
      path,
      params: { query: [expected], from: ['1000'], to: ['2000'] },
    });
  });

  it('fills in references that were encoded as well', () => {
    const url = panes({ datasource: { type: 'loki' }, expr: '{a="${service:pipe}"}' });
    expect(linkTarget(url.replaceAll('${', '%24%7B').replaceAll('pipe}', 'pipe%7D'), scope)).toMatchObject({
      params: { query: ['{a="shop|pay"}'] },
    });
  });

  it('turns a trace id of Explore into its trace', () => {
    const id = 'a'.repeat(32);
    expect(linkTarget(panes({ datasource: { type: 'tempo' }, query: id }), scope)).toMatchObject({
      path: `/trace/${id}`,
    });
  });

  it('turns the list of alerts into this one alert', () => {
    expect(linkTarget('/alerting/list?search=rule:LatencyHigh', scope)).toEqual({
      kind: 'page',
      path: '/alerts',
      params: { alert: ['LatencyHigh'] },
    });
  });

  it('keeps what leads out over http', () => {
    expect(linkTarget('https://runbooks.example/x?s=${service:csv}', scope)).toEqual({
      kind: 'outside',
      url: 'https://runbooks.example/x?s=shop%2Cpay',
    });
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    '//elsewhere.example/x',
    '/plugins/x',
    'ftp://x.example',
    '/explore?panes=nonsense',
  ])('makes no link of %j', (url) => expect(linkTarget(url, scope)).toBeUndefined());

  it('makes no link of a scheme that comes out of telemetry', () => {
    hostile = 'javascript:alert(1)';
    expect(linkTarget('${__field.labels.http_route}', scope)).toBeUndefined();
    hostile = 'https://ok.example/';
    expect(linkTarget('${__field.labels.http_route}', scope)).toEqual({ kind: 'outside', url: hostile });
  });
});

describe('linkTarget of other addresses', () => {
  it.each([
    ['/dashboards/f/abc', { path: '/dashboards', params: {} }],
    ['/alerting/list?search=rule:"Down"', { path: '/alerts', params: { alert: ['Down'] } }],
    ['/alerting/list?queryString=rule:Down', { path: '/alerts', params: { alert: ['Down'] } }],
    ['/alerting/list', { path: '/alerts', params: {} }],
    ['service/a?x=1&x=2', { path: '/service/a', params: { x: ['1', '2'] } }],
    ['?from=1', { path: '/', params: { from: ['1'] } }],
    ['/trace/%E0%A4%A', { path: '/trace/%E0%A4%A' }],
  ])('makes a page of this app of %s', (url, expected) => {
    expect(linkTarget(url, scope)).toMatchObject({ kind: 'page', ...expected });
  });

  it.each([
    '//other.example/x',
    '/admin/users',
    '/d/',
    '/explore',
    '/explore?panes=odd',
    '/explore?left=odd',
    '/explore?panes={"a":{}}',
    'http://',
    'http://[',
    'mailto:a@b.example',
  ])('makes no link of %s', (url) => expect(linkTarget(url, scope)).toBeUndefined());

  it.each([
    [
      { datasource: { type: 'loki' }, expr: '{a="b"}' },
      { path: '/logs', params: { query: ['{a="b"}'] } },
    ],
    [{ datasource: { type: 'tempo' }, query: 'ab'.repeat(16) }, { path: `/trace/${'ab'.repeat(16)}` }],
    [
      { datasource: { type: 'tempo' }, query: '{ }' },
      { path: '/traces', params: { query: ['{ }'] } },
    ],
    [
      { datasource: { type: 'prometheus' }, expr: 'up' },
      { path: '/explore', params: { query: ['up'] } },
    ],
  ])('opens %j where it can be looked at', (query, expected) => {
    expect(linkTarget(panes(query), scope)).toMatchObject(expected);
    const left = JSON.stringify({ queries: [query], datasource: 'odd' });
    expect(linkTarget(`/explore?left=${encodeURIComponent(left)}`, scope)).toMatchObject(expected);
  });

  it('keeps the queries and the time of an address of its own', () => {
    expect(
      linkTarget('/explore?query=up&query=rate(a[5m])&from=${__from}&to=${__to}&view=table', scope),
    ).toEqual({
      kind: 'page',
      path: '/explore',
      params: { query: ['up', 'rate(a[5m])'], from: ['1000'], to: ['2000'], view: ['table'] },
    });
  });

  it('follows an address that a value is, where it leads into the web', () => {
    hostile = 'https://wiki.example/a';
    expect(linkTarget('${__field.labels.http_route}', scope)).toEqual({ kind: 'outside', url: hostile });
    hostile = 'javascript:alert(1)';
    expect(linkTarget('${__field.labels.http_route}', scope)).toBeUndefined();
    hostile = 'GET /a"b';
    expect(linkTarget('https://wiki.example/?q=${__field.labels.http_route}', scope)).toMatchObject({
      url: 'https://wiki.example/?q=GET%20%2Fa%22b',
    });
    expect(linkTarget('/d/x?${unknown:queryparam}&${__all_variables}', scope)).toMatchObject({
      params: { 'var-service': ['shop', 'pay'], 'var-environment': ['$__all'] },
    });
  });
});

describe('linkTarget of values that are odd', () => {
  const odd = 'GET /a"b\\c`d\ne}?x=1&y';
  const own: LinkScope = {
    ...scope,
    variable: (name) =>
      ({
        ...variables,
        page: { value: 'a/b?c=d&e', text: '', isList: false },
        host: { value: 'wiki.example:8080', text: '', isList: false },
        base: { value: 'https://wiki.example/x', text: '', isList: false },
      })[name],
    builtIn: (name) => (name === '__data' ? odd : name.startsWith('__') ? '' : undefined),
  };

  it.each([
    [
      { datasource: { type: 'loki' }, expr: '{r="${__data.fields.Route}"}' },
      String.raw`{r="${escapedOdd()}"}`,
    ],
    [
      { datasource: { type: 'tempo' }, query: '{ n = `${__data.fields.Route}` }' },
      `{ n = "${escapedOdd()}" }`,
    ],
    [
      { datasource: { type: 'prometheus' }, expr: 'up{r="${__data.fields.Route:raw}"}' },
      `up{r="${escapedOdd()}"}`,
    ],
    [{ datasource: { type: 'loki' }, expr: '{s=~"$service"}' }, '{s=~"(shop|pay)"}'],
    [{ datasource: { type: 'tempo' }, query: '{ s =~ "$service" }' }, '{ s =~ "shop|pay" }'],
    [{ datasource: { type: 'loki' }, expr: '{s=~"${service:percentencode}"}' }, '{s=~"{shop,pay}"}'],
  ])('keeps them within the query of Explore: %j', (query, expected) => {
    expect(linkTarget(panes(query), own)).toMatchObject({ params: { query: [expected] } });
    const encoded = panes(query).replaceAll('${', '%24%7B');
    expect(linkTarget(encoded, own)).toMatchObject({ params: { query: [expected] } });
  });

  it.each([
    ['/logs?query={r="${__data.fields.Route}"}', `{r="${escapedOdd()}"}`],
    ['/traces?query={ s =~ "${service}" }', '{ s =~ "shop|pay" }'],
    [
      '/explore?query=up{r="${__data.fields.Route}",s=~"$service"}',
      `up{r="${escapedOdd()}",s=~"(shop|pay)"}`,
    ],
  ])('keeps them within the query of %s', (url, expected) => {
    expect(linkTarget(url, own)).toMatchObject({ params: { query: [expected] } });
  });

  it.each([
    ['/d/x?var-a=$service', { 'var-a': ['shop', 'pay'] }],
    ['/d/x?var-a=${environment}', { 'var-a': ['$__all'] }],
    ['/d/x?var-a=${service:csv}', { 'var-a': ['shop,pay'] }],
    [
      '/d/x?var-a=${page:percentencode}&var-b=${page:uriencode}',
      { 'var-a': ['a/b?c=d&e'], 'var-b': ['a/b?c=d&e'] },
    ],
    ['/d/x?[[service:queryparam]]', { 'var-service': ['shop', 'pay'] }],
    ['/d/x?${service:customqueryparam:var-a:v-}', { 'var-a': ['v-shop', 'v-pay'] }],
  ])('hands on with %s what is chosen', (url, params) => {
    expect(linkTarget(url, own)).toMatchObject({ kind: 'page', path: '/d/x', params });
  });

  it.each([
    ['/service/a%2Fb?x=1', '/service/a%2Fb'],
    ['/service/${page}', '/service/a%2Fb%3Fc%3Dd%26e'],
    ['/service/${__data.x}', '/service/GET%20%2Fa%22b%5Cc%60d%0Ae%7D%3Fx%3D1%26y'],
  ])('keeps the parts of the path of %s', (url, path) =>
    expect(linkTarget(url, own)).toMatchObject({ path }),
  );

  it.each([
    ['https://${host}/x', 'https://wiki.example:8080/x'],
    ['https://wiki.example/${page}', 'https://wiki.example/a/b%3Fc%3Dd%26e'],
    ['https://wiki.example/?q=${page}', 'https://wiki.example/?q=a%2Fb%3Fc%3Dd%26e'],
    ['https://wiki.example/?q=${page:raw}', 'https://wiki.example/?q=a/b?c=d&e'],
    ['https://wiki.example/?q=${page:percentencode}', 'https://wiki.example/?q=a%2Fb%3Fc%3Dd%26e'],
    ['https://wiki.example/?q=${page:singlequote}', 'https://wiki.example/?q=%27a%2Fb%3Fc%3Dd%26e%27'],
    [
      'https://wiki.example/?q=${__data.x:raw}',
      'https://wiki.example/?q=GET%20%2Fa%22b%5Cc%60d%0Ae%7D%3Fx%3D1%26y',
    ],
    ['https://wiki.example/?${service:queryparam}', 'https://wiki.example/?var-service=shop&var-service=pay'],
    ['${base}/y?q=${page}', 'https://wiki.example/x/y?q=a%2Fb%3Fc%3Dd%26e'],
  ])('fills %s in', (url, expected) => {
    expect(linkTarget(url, own)).toEqual({ kind: 'outside', url: expected });
  });

  it('makes no link whose host is something else', () => {
    expect(linkTarget('https://${page}/x', own)).toBeUndefined();
    expect(linkTarget('https://wiki.example${page}', own)).toBeUndefined();
  });

  function escapedOdd(): string {
    return String.raw`GET /a\"b\\c${'`'}d\ne}?x=1&y`;
  }
});
