import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../../api/fake-server.fixture.ts';
import type { Plan } from '../model/plan-target.ts';
import { askPanel } from './ask-panel.ts';
import { queryPool } from './query-pool.ts';

const range = { startMs: 12_345, endMs: 65_000 };
const signal = (): AbortSignal => new AbortController().signal;
/** Answers are kept for a while, by their questions. */
let number = 0;

type PlanOf<Source> = Extract<Plan, { source: Source }>;
const prometheus = (more: Partial<PlanOf<'prometheus'>> = {}): Plan => ({
  source: 'prometheus',
  refId: 'A',
  expr: `up + ${number}`,
  range: true,
  instant: false,
  format: 'time_series',
  legend: '',
  exemplars: false,
  stepMs: 5000,
  ...more,
});
const loki = (more: Partial<PlanOf<'loki'>> = {}): Plan => ({
  source: 'loki',
  refId: 'A',
  expr: `{n="${number}"}`,
  kind: 'logs',
  maxLines: 10,
  legend: '',
  stepMs: 5000,
  ...more,
});
const tempo = (more: Partial<PlanOf<'tempo'>> = {}): Plan => ({
  source: 'tempo',
  refId: 'A',
  kind: 'search',
  query: `{ n = ${number} }`,
  selectors: [],
  limit: 20,
  table: 'traces',
  stepMs: 5000,
  ...more,
});
const vector = (...values: number[]): object => ({
  data: {
    resultType: 'vector',
    result: values.map((value) => ({ metric: { client: 'a', server: 'b' }, value: [60, String(value)] })),
  },
});
const matrix = { data: { resultType: 'matrix', result: [{ metric: { job: 'a' }, values: [[10, '1']] }] } };

beforeEach(() => {
  number++;
  fakeWindow();
});
afterEach(() => vi.unstubAllGlobals());

describe('askPanel of Prometheus', () => {
  it('asks over whole steps, and at the end of the range, as the query wants it', async () => {
    const server = fakeServer(({ path }) => (path.endsWith('range') ? matrix : vector(1)));
    const data = await askPanel([prometheus({ instant: true })], range, signal());
    expect(server.asked.map(({ path, params }) => [path, params.get('start'), params.get('time')])).toEqual([
      ['/api/v1/query', null, '65'],
      ['/api/v1/query_range', '10', null],
    ]);
    expect(data).toMatchObject({ frames: [{ refId: 'A' }, { refId: 'A' }], problems: [], stepMs: 5000 });
  });

  it('asks up to the last minute where a step is longer', async () => {
    const server = fakeServer(() => matrix);
    const week = { startMs: 0, endMs: 7 * 86_400_000 + 14 * 60_000 + 31_000 };
    await askPanel([prometheus({ stepMs: 900_000 })], week, signal());
    expect(server.last.params.get('end')).toBe(String(7 * 86_400 + 14 * 60));
  });

  it.each([
    ['table', { frames: [{ fields: [{ name: 'Time' }, { name: 'job' }, { name: 'Value' }] }], buckets: [] }],
    ['heatmap', { frames: [], buckets: [{ labels: { job: 'a' } }] }],
  ] as const)('gives a %s', async (format, expected) => {
    fakeServer(() => matrix);
    expect(await askPanel([prometheus({ format })], range, signal())).toMatchObject(expected);
  });

  it('gives no table of nothing, and asks nothing without a query', async () => {
    const server = fakeServer(() => ({ data: { resultType: 'matrix', result: [] } }));
    const plans = [
      prometheus({ format: 'table' }),
      prometheus({ expr: ' ' }),
      loki({ expr: '' }),
      tempo({ query: '' }),
    ];
    expect(await askPanel(plans, range, signal())).toMatchObject({ frames: [], lines: [] });
    expect(server.asked).toHaveLength(1);
  });

  it('does without exemplars where the server keeps none', async () => {
    fakeServer(({ path }) => (path.endsWith('exemplars') ? new Response('', { status: 404 }) : matrix));
    const data = await askPanel([prometheus({ exemplars: true })], range, signal());
    expect(data).toMatchObject({ exemplars: [], problems: [] });
  });
});

describe('askPanel of Loki', () => {
  it('gives lines, series over time, and series at the end', async () => {
    fakeServer(({ path, params }) => {
      if (!path.endsWith('range')) {
        return { data: { result: [{ metric: { l: 'e' }, value: [65, '2'] }, 5] } };
      }
      return params.has('step')
        ? { data: { result: [{ metric: { l: 'e' }, values: [[60, '1']] }] } }
        : { data: { result: [{ stream: { a: 'b' }, values: [['5', 'line']] }] } };
    });
    const plans = [loki(), loki({ kind: 'range' }), loki({ kind: 'instant' })];
    const data = await askPanel(plans, range, signal());
    expect(data.lines).toEqual([{ timeNs: '5', line: 'line', labels: { a: 'b' } }]);
    expect(data.frames.map(({ fields }) => fields[1]?.values)).toEqual([[1], [2]]);
  });
});

describe('askPanel of Tempo', () => {
  it('gives a table of traces, and none where none was found', async () => {
    fakeServer(() => ({ metrics: {}, traces: [{ traceID: 'ab', rootServiceName: 'shop' }] }));
    const data = await askPanel([tempo()], range, signal());
    expect(data.frames[0]?.fields.map(({ name }) => name)).toEqual([
      'traceID',
      'startTime',
      'traceService',
      'traceName',
      'traceDuration',
    ]);
    number++;
    fakeServer(() => ({ metrics: {} }));
    expect((await askPanel([tempo()], range, signal())).frames).toEqual([]);
  });

  it('gives series of numbers with their exemplars', async () => {
    fakeServer(() => ({
      series: [
        {
          labels: [{ key: 'status', value: { stringValue: 'error' } }, { key: 'none' }],
          samples: [{ timestampMs: '1000', value: 2 }, { timestampMs: '2000' }],
          exemplars: [{ labels: [{ key: 'id', value: { intValue: 7 } }], timestampMs: '1500' }],
        },
        {},
      ],
    }));
    const data = await askPanel([tempo({ kind: 'metrics' })], range, signal());
    expect(data.frames[0]?.fields[1]).toMatchObject({
      values: [2, 0],
      labels: { status: 'error', none: '' },
    });
    expect(data.exemplars).toEqual([
      { labels: { id: '7' }, seriesLabels: { status: 'error', none: '' }, value: Number.NaN, timeMs: 1500 },
    ]);
    number++;
    fakeServer(() => ({}));
    expect((await askPanel([tempo({ kind: 'metrics' })], range, signal())).frames).toEqual([]);
  });

  it('asks Prometheus who calls whom, of all or of those chosen', async () => {
    const server = fakeServer(() => vector(3));
    const selectors = ['{client="a"}', '{server="a"}'];
    const data = await askPanel([tempo({ kind: 'service-map', selectors })], range, signal());
    expect(data.calls).toBeDefined();
    expect(server.asked[0]?.params.get('query')).toBe(
      'sum by (client, server) (rate(traces_service_graph_request_total{client="a"}[53s])) or ' +
        'sum by (client, server) (rate(traces_service_graph_request_total{server="a"}[53s]))',
    );
    number++;
    fakeServer(() => vector());
    expect((await askPanel([tempo({ kind: 'service-map' })], range, signal())).calls).toBeUndefined();
  });
});

describe('askPanel', () => {
  const unknown = { source: 'unknown', refId: 'B', reason: 'no data source' } as const;

  it('says which queries failed where others did not, and throws where all did', async () => {
    fakeServer(() => matrix);
    expect((await askPanel([prometheus(), unknown], range, signal())).problems).toEqual([
      'B: no data source',
    ]);
    await expect(askPanel([unknown], range, signal())).rejects.toThrow('B: no data source');
    expect(await askPanel([], range, signal())).toMatchObject({ frames: [], stepMs: 0 });
  });

  it('says what was thrown that is no error', async () => {
    const ask = vi.spyOn(queryPool, 'ask').mockRejectedValue('odd');
    await expect(askPanel([loki()], range, signal())).rejects.toThrow('A: odd');
    ask.mockRestore();
  });

  it('gives up when nobody waits any more', async () => {
    fakeServer(() => matrix);
    const plans = [prometheus({ exemplars: true })];
    await expect(askPanel(plans, range, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
