import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as alertmanager from './alertmanager.ts';
import { fakeServer, fakeWindow } from './fake-server.fixture.ts';
import * as loki from './loki.ts';
import * as prometheus from './prometheus.ts';
import { compareRuns } from './runs.ts';
import * as stack from './stack.ts';

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

const range = { startMs: 10_000, endMs: 20_500 };

describe('Prometheus', () => {
  it.each([
    ['scalar', [1, '+Inf'], [{ labels: {}, times: [1], values: [Infinity] }]],
    [
      'vector',
      [{ metric: { job: 'a' }, value: [1, '-Inf'] }, { metric: {} }],
      [
        { labels: { job: 'a' }, times: [1], values: [-Infinity] },
        { labels: {}, times: [], values: [] },
      ],
    ],
    [
      'matrix',
      [
        {
          metric: {},
          values: [
            [1, '2'],
            [2, 'NaN'],
          ],
        },
      ],
      [{ labels: {}, times: [1, 2], values: [2, Number.NaN] }],
    ],
  ])('answers with a %s', async (resultType, result, expected) => {
    const server = fakeServer(() => ({ data: { resultType, result } }));
    expect(await prometheus.queryInstant('up', 1500)).toEqual(expected);
    expect(server.last.params.get('time')).toBe('1.5');
  });

  it('is asked for whole steps, so that a refresh shifts no point', async () => {
    const server = fakeServer(() => ({ data: { resultType: 'matrix', result: [] } }));
    await prometheus.queryRange({ query: 'up', startMs: 12_345, endMs: 19_999, stepSeconds: 5 });
    expect(Object.fromEntries(server.last.params)).toEqual({
      query: 'up',
      start: '10',
      end: '15',
      step: '5',
    });
    await prometheus.queryRange({ query: 'up', startMs: 0, endMs: 7_265_000, stepSeconds: 3600 });
    expect(Object.fromEntries(server.last.params)).toMatchObject({ start: '-3540', end: '7260' });
  });

  it.each([
    [0, 240_000, 1],
    [0, 900_000, 5],
    [0, 240 * 86_400_000 * 9, 86_400],
  ])('has a round step from %d to %d: %d s', (startMs, endMs, step) => {
    expect(prometheus.stepFor(startMs, endMs)).toBe(step);
  });

  it('tells its names, rules, alerts, targets and exemplars', async () => {
    const data: Readonly<Record<string, unknown>> = {
      '/api/v1/labels': ['a'],
      '/api/v1/label/a%2Fb/values': ['v'],
      '/api/v1/metadata': { up: [] },
      '/api/v1/rules': { groups: [{ name: 'g' }] },
      '/api/v1/alerts': { alerts: [{ value: '1' }] },
      '/api/v1/targets': { activeTargets: [{ health: 'up' }] },
      '/api/v1/query_exemplars': [
        { seriesLabels: { job: 'a' }, exemplars: [{ labels: { t: '1' }, value: '+Inf', timestamp: 1.5 }] },
      ],
    };
    fakeServer(({ path }) => ({ data: data[path] }));
    expect(await prometheus.labelNames(['up'])).toEqual(['a']);
    expect(await prometheus.labelValues('a/b')).toEqual(['v']);
    expect(await prometheus.metadata()).toEqual({ up: [] });
    expect(await prometheus.ruleGroups()).toEqual([{ name: 'g' }]);
    expect(await prometheus.activeAlerts()).toEqual([{ value: '1' }]);
    expect(await prometheus.scrapeTargets()).toEqual([{ health: 'up' }]);
    expect(await prometheus.exemplars('x', range)).toEqual([
      { labels: { t: '1' }, seriesLabels: { job: 'a' }, value: Infinity, timeMs: 1500 },
    ]);
  });
});

describe('Loki', () => {
  const streams = [
    {
      stream: { a: '1' },
      values: [
        ['20', 'second'],
        ['9', 'first'],
      ],
    },
    {
      stream: { a: '2' },
      values: [
        ['20', 'as well'],
        ['30', 'third'],
      ],
    },
  ];

  it.each([
    ['backward', ['third', 'second', 'as well', 'first']],
    ['forward', ['first', 'second', 'as well', 'third']],
  ] as const)('merges the lines of all streams %s', async (direction, expected) => {
    const server = fakeServer(() => ({ data: { resultType: 'streams', result: streams } }));
    const lines = await loki.queryLogs({ query: '{}', ...range, limit: 5, direction });
    expect(lines.map(({ line }) => line)).toEqual(expected);
    expect(server.last.params.get('start')).toBe('10000000000');
  });

  it('answers a metric with series, and its newest lines first unless asked otherwise', async () => {
    const server = fakeServer(() => ({ data: { result: [{ metric: { l: 'e' }, values: [[1, '2']] }] } }));
    expect(await loki.queryLogRange('q', { ...range, stepSeconds: 5 })).toEqual([
      { labels: { l: 'e' }, times: [1], values: [2] },
    ]);
    fakeServer(() => ({ data: { result: [] } }));
    expect(await loki.queryLogs({ query: '{}', ...range, limit: 5 })).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    [{ data: ['a'] }, ['a']],
    [{}, []],
  ])('tells names and values of %j', async (answer, expected) => {
    fakeServer(() => answer);
    expect(await loki.logLabelNames(range)).toEqual(expected);
    expect(await loki.logLabelValues('level', range)).toEqual(expected);
  });

  it('sums up the patterns of all streams, the most frequent first', async () => {
    fakeServer(() => ({
      data: [
        {
          pattern: 'a <_>',
          samples: [
            [1, 2],
            [2, 3],
          ],
        },
        { pattern: 'b <_>', samples: [[1, 9]] },
        { pattern: 'a <_>', samples: [[1, 1]] },
        { pattern: 'c' },
      ],
    }));
    expect(await loki.logPatterns('{}', range)).toEqual([
      { pattern: 'b <_>', count: 9 },
      { pattern: 'a <_>', count: 6 },
      { pattern: 'c', count: 0 },
    ]);
    fakeServer(() => ({}));
    expect(await loki.logPatterns('{}', range)).toEqual([]);
  });

  it('reads a message of the live lines, with how many were left out', () => {
    expect(loki.readTailMessage(JSON.stringify({ streams, dropped_entries: [{}, {}] }))).toMatchObject({
      lines: [{ line: 'first' }, { line: 'second' }, { line: 'as well' }, { line: 'third' }],
      dropped: 2,
    });
    expect(loki.readTailMessage('{}')).toEqual({ lines: [], dropped: 0 });
  });

  it.each([
    ['http://h:1/logs', 'ws://h:1/loki/api/v1/tail?query=%7B%7D&start=5000000&limit=500'],
    ['https://h/logs?x=1', 'wss://h/loki/api/v1/tail?query=%7B%7D&start=5000000&limit=500'],
  ])('is followed from %s at %s', (page, address) => {
    fakeWindow(page);
    expect(loki.tailAddress('{}', 5)).toBe(address);
  });
});

describe('Alertmanager', () => {
  it('tells its alerts and silences, makes one, and ends it', async () => {
    const server = fakeServer(({ method }) => (method === 'POST' ? { silenceID: 's/1' } : []));
    expect(await alertmanager.alertmanagerAlerts()).toEqual([]);
    expect(await alertmanager.silences()).toEqual([]);
    const silence = { matchers: [], startsAt: 'a', endsAt: 'b', createdBy: 'c', comment: 'd' };
    expect(await alertmanager.createSilence(silence)).toBe('s/1');
    expect(server.last.body).toEqual(silence);
    await alertmanager.expireSilence('s/1');
    expect(server.last).toMatchObject({ method: 'DELETE', path: '/api/v2/silence/s%2F1' });
  });
});

describe('the stack', () => {
  it.each([
    ['runs', () => stack.runs(), []],
    ['notifications', () => stack.notifications(), []],
    ['dashboards', () => stack.dashboards(), []],
    ['dashboards/a%2Fb', () => stack.dashboard('a/b'), { title: 't' }],
    ['runbooks', () => stack.runbookNames(), ['a']],
    ['self', () => stack.self(), { received: { samples: {} } }],
    ['runs/compare', () => compareRuns('a', 'b'), { rule: 'r' }],
  ])('tells its %s', async (path, ask, answer) => {
    const server = fakeServer(() => answer);
    expect(await ask()).toEqual(answer);
    expect(server.last.path).toBe(`/sightline/api/v1/${path}`);
  });

  it('takes Markdown alone for a runbook', async () => {
    fakeServer(() => new Response('# Fix', { headers: { 'content-type': 'text/markdown; charset=utf-8' } }));
    expect(await stack.runbook('a')).toBe('# Fix');
    fakeServer(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    await expect(stack.runbook('a')).rejects.toThrow('no runbook');
    fakeServer(() => ({ headers: 'none' }));
    await expect(stack.runbook('a')).rejects.toMatchObject({ status: 200 });
  });
});
