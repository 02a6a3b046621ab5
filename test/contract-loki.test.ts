import { gzipSync } from 'node:zlib';
import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Target, ask, sorted } from './contract/target.ts';
import { findLoki } from './servers/loki.ts';
import { freePort } from './servers/ports.ts';
import { startStackLoki } from './servers/stack-loki.ts';

const targets = [{ name: 'the embedded stack' }, { name: 'the real Loki' }] as const;

const running = new Map<string, Target>();
let missing = '';

const SECOND_NS = 1_000_000_000n;
/** The newest line: the whole minute before the last [ns], as Loki lets steps begin at whole ones. */
const lastNs = (BigInt(Date.now()) / 60_000n - 1n) * 60n * SECOND_NS;
const TRACE_ID = 'fedcba9876543210fedcba9876543210';

/** Four lines of the shop, 10 s apart, and one of another service. */
const push = {
  streams: [
    {
      stream: { service_name: 'shop', level: 'info' },
      values: [
        [String(lastNs - 30n * SECOND_NS), '{"msg":"an order","ms":12}', {}],
        [String(lastNs - 10n * SECOND_NS), '{"msg":"an order","ms":30}', { trace_id: TRACE_ID }],
      ],
    },
    {
      stream: { service_name: 'shop', level: 'error' },
      values: [
        [String(lastNs - 20n * SECOND_NS), 'level=error msg="no stock" item=7', {}],
        [String(lastNs), '{"msg":"no money","ms":7}', { trace_id: TRACE_ID }],
      ],
    },
    { stream: { service_name: 'other', level: 'info' }, values: [[String(lastNs), 'hello', {}]] },
  ],
};

beforeAll(async () => {
  const stack = await startLocal({ port: 0 });
  running.set('the embedded stack', { url: stack.url, stop: () => stack.close() });
  const found = findLoki();
  if ('path' in found)
    running.set('the real Loki', await startStackLoki({ path: found.path, port: await freePort() }));
  else ({ missing } = found);
  await Promise.all([...running.values()].map(fill));
}, 120_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()));
});

async function fill(target: Target): Promise<void> {
  const response = await fetch(`${target.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(push)),
  });
  expect(response.status).toBe(204);
  await vi.waitFor(
    async () =>
      expect((await range(target, '{service_name="shop"}')).body).toMatchObject({
        data: { result: expect.arrayContaining([{}, {}].map(() => expect.anything() as object)) as object[] },
      }),
    { timeout: 20_000, interval: 100 },
  );
}

const seconds = (ns: bigint): string => String(ns / SECOND_NS);

function range(target: Target, query: string, more: Record<string, string> = {}): ReturnType<typeof ask> {
  const parameters = {
    query,
    start: seconds(lastNs - 120n * SECOND_NS),
    end: seconds(lastNs + 30n * SECOND_NS),
    ...more,
  };
  return ask(target, '/loki/api/v1/query_range', { parameters });
}

interface Streams {
  readonly data: {
    readonly resultType: string;
    readonly result: { stream: Record<string, string>; values: [string, string][] }[];
  };
}

/** The lines of an answer with their times, in the order of time. */
function linesOf(body: unknown): readonly string[] {
  return (body as Streams).data.result
    .flatMap(({ values }) => values)
    .toSorted(([one], [other]) => (BigInt(one) < BigInt(other) ? -1 : 1))
    .map(([, line]) => line);
}

describe.each(targets)('the API of Loki, by $name', ({ name }) => {
  function targetOf(ctx: { skip(note: string): never }): Target {
    const target = running.get(name);
    if (target !== undefined) return target;
    process.stdout.write(`skipped: ${missing}\n`);
    return ctx.skip(missing);
  }

  it('gives back lines, filtered, limited and in either direction', async (ctx) => {
    const target = targetOf(ctx);
    const all = await range(target, '{service_name="shop"}');
    expect(all).toMatchObject({ status: 200, body: { status: 'success', data: { resultType: 'streams' } } });
    expect(linesOf(all.body)).toHaveLength(4);
    expect(linesOf((await range(target, '{service_name="shop"} |= "order"')).body)).toEqual([
      '{"msg":"an order","ms":12}',
      '{"msg":"an order","ms":30}',
    ]);
    expect(linesOf((await range(target, '{service_name="shop"}', { limit: '1' })).body)).toEqual([
      '{"msg":"no money","ms":7}',
    ]);
    expect(
      linesOf((await range(target, '{service_name="shop"}', { limit: '1', direction: 'forward' })).body),
    ).toEqual(['{"msg":"an order","ms":12}']);
  });

  it('finds lines by structured metadata, which are labels of the answer', async (ctx) => {
    const target = targetOf(ctx);
    const { body } = await range(target, `{service_name="shop"} | trace_id="${TRACE_ID}" | json`);
    expect(linesOf(body)).toEqual(['{"msg":"an order","ms":30}', '{"msg":"no money","ms":7}']);
    const labels = (body as Streams).data.result.map(({ stream }) => stream);
    expect(sorted(labels.map(({ msg, ms, trace_id }) => [msg, ms, trace_id]))).toEqual([
      ['an order', '30', TRACE_ID],
      ['no money', '7', TRACE_ID],
    ]);
  });

  it('tells metadata, parsed labels and stream labels apart when it is asked to', async (ctx) => {
    const target = targetOf(ctx);
    const parameters = new URLSearchParams({
      query: '{service_name="shop", level="error"} |= "money" | json',
      start: seconds(lastNs - 120n * SECOND_NS),
      end: seconds(lastNs + 30n * SECOND_NS),
    });
    const response = await fetch(`${target.url}/loki/api/v1/query_range?${parameters.toString()}`, {
      headers: { 'x-loki-response-encoding-flags': 'categorize-labels' },
    });
    expect(await response.json()).toMatchObject({
      data: {
        encodingFlags: ['categorize-labels'],
        result: [
          {
            stream: { service_name: 'shop', level: 'error' },
            values: [
              [
                String(lastNs),
                '{"msg":"no money","ms":7}',
                { structuredMetadata: { trace_id: TRACE_ID }, parsed: { msg: 'no money', ms: '7' } },
              ],
            ],
          },
        ],
      },
    });
  });

  it('answers metric queries, over a range and at one time', async (ctx) => {
    const target = targetOf(ctx);
    const counted = await range(target, 'sum by (level) (count_over_time({service_name="shop"}[1m]))', {
      start: seconds(lastNs),
      end: seconds(lastNs),
      step: '10',
    });
    expect(counted).toMatchObject({ status: 200, body: { data: { resultType: 'matrix' } } });
    const { result } = (
      counted.body as { data: { result: { metric: { level: string }; values: [number, string][] }[] } }
    ).data;
    expect(sorted(result.map(({ metric, values }) => [metric.level, values]))).toEqual([
      ['error', [[Number(seconds(lastNs)), '2']]],
      ['info', [[Number(seconds(lastNs)), '2']]],
    ]);
    const time = { time: seconds(lastNs) };
    expect(
      await ask(target, '/loki/api/v1/query', {
        parameters: {
          query: 'max(max_over_time({service_name="shop"} | json | unwrap ms | __error__="" [1m]))',
          ...time,
        },
      }),
    ).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: {}, value: [Number(seconds(lastNs)), '30'] }] },
      },
    });
  });

  it('lists labels, their values and series', async (ctx) => {
    const target = targetOf(ctx);
    const within = { start: seconds(lastNs - 120n * SECOND_NS), end: seconds(lastNs + 30n * SECOND_NS) };
    expect(await ask(target, '/loki/api/v1/labels', { parameters: within })).toMatchObject({
      body: { status: 'success', data: ['level', 'service_name'] },
    });
    expect(await ask(target, '/loki/api/v1/label/service_name/values', { parameters: within })).toMatchObject(
      { body: { data: ['other', 'shop'] } },
    );
    expect(
      await ask(target, '/loki/api/v1/label/level/values', {
        parameters: { ...within, query: '{service_name="other"}' },
      }),
    ).toMatchObject({ body: { data: ['info'] } });
    const series = await ask(target, '/loki/api/v1/series', {
      parameters: { ...within, 'match[]': '{service_name="shop"}' },
    });
    expect(
      (series.body as { data: { level: string }[] }).data.toSorted((one, other) =>
        one.level < other.level ? -1 : 1,
      ),
    ).toEqual([
      { level: 'error', service_name: 'shop' },
      { level: 'info', service_name: 'shop' },
    ]);
  });

  it('tells how much there is', async (ctx) => {
    const target = targetOf(ctx);
    const within = {
      query: '{service_name="shop"}',
      start: seconds(lastNs - 120n * SECOND_NS),
      end: seconds(lastNs + 30n * SECOND_NS),
    };
    // What has not been written to its index yet, Loki does not count here.
    const stats = await ask(target, '/loki/api/v1/index/stats', { parameters: within });
    expect(stats).toMatchObject({
      status: 200,
      body: {
        streams: expect.any(Number),
        entries: expect.any(Number),
        bytes: expect.any(Number),
        chunks: expect.any(Number),
      },
    });
    expect(await ask(target, '/loki/api/v1/index/volume', { parameters: within })).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        data: {
          resultType: 'vector',
          result: [
            { metric: { service_name: 'shop' }, value: [expect.any(Number), expect.stringMatching(/^\d+$/)] },
          ],
        },
      },
    });
  });

  it('formats queries: on one line what fits, else each part on its own', async (ctx) => {
    const target = targetOf(ctx);
    const formatted = (query: string) => ask(target, '/loki/api/v1/format_query', { parameters: { query } });
    expect(await formatted('sum by(a)(rate({b="c"}|="d"|json|e>5[1m]))')).toEqual({
      status: 200,
      body: { status: 'success', data: 'sum by (a)(rate({b="c"} |= "d" | json | e>5[1m]))' },
    });
    const long =
      'topk(5,sum by(route)(sum_over_time({service_name="shop",level="error"}|="payment"|json|duration>1s|unwrap duration(took)[5m])))';
    expect(await formatted(long)).toMatchObject({
      body: {
        data: [
          'topk(',
          '  5,',
          '  sum by (route)(',
          '    sum_over_time(',
          '      {service_name="shop", level="error"} |= "payment" | json | duration>1s',
          '        | unwrap duration(took) [5m]',
          '    )',
          '  )',
          ')',
        ].join('\n'),
      },
    });
    expect(await formatted('{')).toMatchObject({ status: 400, body: { status: 'invalid-query' } });
  });

  it('says what is wrong with a query', async (ctx) => {
    const target = targetOf(ctx);
    const said = async (query: string): Promise<readonly [number, string]> => {
      const { status, body } = await range(target, query);
      return [status, String(body).trim()];
    };
    expect(await said('{')).toEqual([
      400,
      expect.stringMatching(/^parse error at line 1, col 2: syntax error: unexpected \$end/),
    ]);
    expect(await said('{service_name=~".*"}')).toEqual([400, expect.stringContaining('at least one')]);
    expect(await said('rate({service_name="shop"}')).toEqual([400, expect.stringMatching(/^parse error/)]);
    expect(await range(target, '{service_name="shop"}', { limit: '100000' })).toMatchObject({ status: 400 });
    expect(
      await range(target, '{service_name="shop"}', {
        start: seconds(lastNs),
        end: seconds(lastNs - SECOND_NS),
      }),
    ).toMatchObject({ status: 400 });
  });

  it('takes of a push what is neither too old nor in the future, and names the rest', async () => {
    const target = running.get(name);
    if (target === undefined) return;
    const at = (seconds_: bigint): string => String(lastNs + seconds_ * SECOND_NS);
    const values = [
      [at(-10n * 86_400n), 'a'],
      [at(-10n * 86_400n), 'b'],
      [at(3600n), 'c'],
      [at(0n), 'kept'],
    ];
    const response = await fetch(`${target.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streams: [{ stream: { service_name: 'late' }, values }] }),
    });
    expect(response.status).toBe(400);
    const text = await response.text();
    const iso = (seconds_: bigint): string =>
      new Date(Number((lastNs / SECOND_NS + seconds_) * 1000n)).toISOString().replace('.000Z', 'Z');
    expect(text).toContain(
      `2 errors like: entry for stream '{service_name="late"}' has timestamp too old: ${iso(-864_000n)}, oldest acceptable timestamp is: `,
    );
    expect(text).toContain(
      `1 errors like: entry for stream '{service_name="late"}' has timestamp too new: ${iso(3600n)}`,
    );
    await vi.waitFor(
      async () =>
        expect((await range(target, '{service_name="late"}')).body).toMatchObject({
          data: { result: [{ values: [[at(0n), 'kept']] }] },
        }),
      { timeout: 20_000, interval: 100 },
    );
  });

  it.each([
    ['no JSON', '{'],
    ['a stream without labels', { streams: [{ stream: {}, values: [['1', 'x']] }] }],
    ['a time that is none', { streams: [{ stream: { a: 'b' }, values: [['soon', 'x']] }] }],
  ])('refuses a push of %s', async (_, body) => {
    const target = running.get(name);
    if (target === undefined) return;
    const response = await fetch(`${target.url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    expect(response.status).toBe(400);
  });
});
