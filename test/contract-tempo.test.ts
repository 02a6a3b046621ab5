import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Target, ask, sorted } from './contract/target.ts';
import { findTempo, startTempo } from './servers/tempo.ts';

const targets = [{ name: 'the embedded stack' }, { name: 'the real Tempo' }] as const;

interface TraceTarget extends Target {
  push(request: object): Promise<unknown>;
}

const running = new Map<string, TraceTarget>();
let missing = '';

const TRACE_ID = 'fedcba9876543210fedcba9876543210';
const OTHER_ID = '0edcba9876543210fedcba9876543210';
/** When the traces begin [ms]: a minute ago, so that it is over for everybody. */
const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const ns = (ms: number): string => `${ms}000000`;

interface Drawn {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly status?: object;
  readonly attributes?: readonly object[];
}

function spansOf(service: string, spans: readonly Drawn[]): object {
  return {
    resource: { attributes: [text('service.name', service), text('service.version', '1.0')] },
    scopeSpans: [
      {
        scope: { name: 'contract' },
        spans: spans.map(({ fromMs, lastsMs, ...span }) => ({
          ...span,
          startTimeUnixNano: ns(startMs + fromMs),
          endTimeUnixNano: ns(startMs + fromMs + lastsMs),
        })),
      },
    ],
  };
}

/** A trace of two services that fails, and one of one service that does not. */
const request = {
  resourceSpans: [
    spansOf('shop', [
      {
        traceId: TRACE_ID,
        spanId: '00000000000000a1',
        name: 'POST /orders',
        kind: 2,
        fromMs: 0,
        lastsMs: 250,
        status: { code: 2, message: 'no money' },
        attributes: [
          text('http.route', '/orders'),
          { key: 'http.response.status_code', value: { intValue: '502' } },
        ],
      },
      {
        traceId: TRACE_ID,
        spanId: '00000000000000a2',
        parentSpanId: '00000000000000a1',
        name: 'POST',
        kind: 3,
        fromMs: 10,
        lastsMs: 200,
      },
      {
        traceId: OTHER_ID,
        spanId: '00000000000000b1',
        name: 'GET /',
        kind: 2,
        fromMs: 500,
        lastsMs: 5,
        attributes: [text('http.route', '/')],
      },
    ]),
    spansOf('payments', [
      {
        traceId: TRACE_ID,
        spanId: '00000000000000a3',
        parentSpanId: '00000000000000a2',
        name: 'POST /charges',
        kind: 2,
        fromMs: 20,
        lastsMs: 180,
        status: { code: 2 },
        attributes: [text('http.route', '/charges')],
      },
    ]),
  ],
};

beforeAll(async () => {
  const stack = await startLocal({ port: 0 });
  running.set('the embedded stack', {
    url: stack.url,
    stop: () => stack.close(),
    push: (body) =>
      ask({ url: stack.url, stop: () => Promise.resolve() }, '/v1/traces', { method: 'POST', body }),
  });
  const found = findTempo();
  if ('path' in found) running.set('the real Tempo', await startTempo(found.path));
  else ({ missing } = found);
  await Promise.all([...running.values()].map(fill));
}, 120_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()));
});

async function fill(target: TraceTarget): Promise<void> {
  await target.push(request);
  await vi.waitFor(async () => expect(await idsOf(target, '{}')).toHaveLength(2), {
    timeout: 60_000,
    interval: 200,
  });
}

const within = { start: String(startMs / 1000 - 60), end: String(startMs / 1000 + 60) };

async function idsOf(target: Target, q: string): Promise<readonly string[]> {
  const { status, body } = await ask(target, '/api/search', { parameters: { q, ...within } });
  expect(status).toBe(200);
  return (body as { traces?: { traceID: string }[] }).traces?.map(({ traceID }) => traceID).toSorted() ?? [];
}

describe.each(targets)('the API of Tempo, by $name', ({ name }) => {
  function targetOf(ctx: { skip(note: string): never }): Target {
    const target = running.get(name);
    if (target !== undefined) return target;
    process.stdout.write(`skipped: ${missing}\n`);
    return ctx.skip(missing);
  }

  it.each([
    ['{ status = error }', [TRACE_ID]],
    ['{ resource.service.name = "shop" && kind = server }', [OTHER_ID.slice(1), TRACE_ID]],
    ['{ span.http.response.status_code >= 500 }', [TRACE_ID]],
    ['{ duration > 200ms } >> { resource.service.name = "payments" }', [TRACE_ID]],
    ['{} | count() > 2', [TRACE_ID]],
    ['{ .http.route = "/" } || { .http.route = "/charges" }', [OTHER_ID.slice(1), TRACE_ID]],
    ['{ name = "nothing" }', []],
  ])('finds traces by %s', async (query, ids) => {
    const target = running.get(name);
    if (target === undefined) return;
    expect(await idsOf(target, query)).toEqual(ids.toSorted());
  });

  it('tells of a trace what a list of them shows', async (ctx) => {
    const target = targetOf(ctx);
    const { body } = await ask(target, '/api/search', {
      parameters: { q: '{ resource.service.name = "payments" } | select(span.http.route)', ...within },
    });
    expect(body).toMatchObject({
      traces: [
        {
          traceID: TRACE_ID,
          rootServiceName: 'shop',
          rootTraceName: 'POST /orders',
          startTimeUnixNano: ns(startMs),
          durationMs: 250,
          spanSets: [
            {
              matched: 1,
              spans: [
                {
                  spanID: '00000000000000a3',
                  startTimeUnixNano: ns(startMs + 20),
                  durationNanos: '180000000',
                  attributes: expect.arrayContaining([text('http.route', '/charges')]) as object[],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('gives a trace by its id, in both versions', async (ctx) => {
    const target = targetOf(ctx);
    const { status, body } = await ask(target, `/api/traces/${TRACE_ID}`);
    expect(status).toBe(200);
    const { batches } = body as {
      batches: { resource: unknown; scopeSpans: { spans: { name: string }[] }[] }[];
    };
    const names = batches.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((span) => span.name)),
    );
    expect(sorted(names)).toEqual(['POST /charges', 'POST /orders', 'POST']);
    const orders = batches
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .find((span) => span.name === 'POST /orders');
    expect(orders).toMatchObject({
      traceId: Buffer.from(TRACE_ID, 'hex').toString('base64'),
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: ns(startMs),
      endTimeUnixNano: ns(startMs + 250),
      status: { message: 'no money', code: 'STATUS_CODE_ERROR' },
      attributes: expect.arrayContaining([
        { key: 'http.response.status_code', value: { intValue: '502' } },
      ]) as object[],
    });
    expect(await ask(target, `/api/v2/traces/${TRACE_ID}`)).toMatchObject({
      status: 200,
      body: {
        trace: {
          resourceSpans: expect.arrayContaining([
            expect.objectContaining({ scopeSpans: expect.any(Array) as object[] }),
          ]) as object[],
        },
      },
    });
    expect(await ask(target, `/api/traces/${'a'.repeat(32)}`)).toMatchObject({ status: 404 });
    expect(await ask(target, '/api/traces/xyz')).toMatchObject({ status: 400 });
  });

  it('answers as protobuf when it is asked to', async (ctx) => {
    const target = targetOf(ctx);
    const response = await fetch(`${target.url}/api/traces/${TRACE_ID}`, {
      headers: { accept: 'application/protobuf' },
    });
    expect(response.headers.get('content-type')).toBe('application/protobuf');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.includes(Buffer.from(TRACE_ID, 'hex'))).toBe(true);
    expect(bytes.includes('POST /charges')).toBe(true);
  });

  it('lists tags and their values', async (ctx) => {
    const target = targetOf(ctx);
    const tags = await ask(target, '/api/v2/search/tags', { parameters: within });
    const scopes = (tags.body as { scopes: { name: string; tags: string[] }[] }).scopes;
    const of = (scope: string): readonly string[] =>
      scopes.find((each) => each.name === scope)?.tags.toSorted() ?? [];
    expect(of('resource')).toEqual(['service.name', 'service.version']);
    expect(of('span')).toEqual(['http.response.status_code', 'http.route']);
    expect(of('intrinsic')).toContain('duration');
    const values = await ask(target, '/api/v2/search/tag/span.http.route/values', { parameters: within });
    expect(
      (values.body as { tagValues: { type: string; value: string }[] }).tagValues.toSorted((a, b) =>
        a.value < b.value ? -1 : 1,
      ),
    ).toEqual([
      { type: 'string', value: '/' },
      { type: 'string', value: '/charges' },
      { type: 'string', value: '/orders' },
    ]);
    const filtered = await ask(target, '/api/v2/search/tag/resource.service.name/values', {
      parameters: { ...within, q: '{ span.http.route = "/charges" }' },
    });
    expect(filtered.body).toMatchObject({ tagValues: [{ type: 'string', value: 'payments' }] });
    const old = await ask(target, '/api/search/tag/service.name/values', { parameters: within });
    expect(sorted((old.body as { tagValues: string[] }).tagValues)).toEqual(['payments', 'shop']);
  });

  it('computes series of spans', async (ctx) => {
    const target = targetOf(ctx);
    const { status, body } = await ask(target, '/api/metrics/query_range', {
      parameters: {
        q: '{ kind = server } | count_over_time() by (resource.service.name)',
        ...within,
        step: '60s',
      },
    });
    expect(status).toBe(200);
    const { series } = body as {
      series: { labels: { value: { stringValue: string } }[]; samples: { value?: number }[] }[];
    };
    const totals = series.map(({ labels, samples }) => [
      labels[0]?.value.stringValue,
      samples.reduce((sum, { value = 0 }) => sum + value, 0),
    ]);
    expect(sorted(totals)).toEqual([
      ['payments', 1],
      ['shop', 2],
    ]);
  });

  it('says what is wrong with a query', async (ctx) => {
    const target = targetOf(ctx);
    const said = (q: string) => ask(target, '/api/search', { parameters: { q, ...within } });
    expect(await said('{ status = }')).toMatchObject({
      status: 400,
      body: expect.stringContaining('parse error at line 1, col 12') as string,
    });
    expect(await said('{ 1 + "a" = 2 }')).toMatchObject({ status: 400 });
  });

  it('is there', async (ctx) => {
    const target = targetOf(ctx);
    expect(await ask(target, '/api/echo')).toMatchObject({ status: 200, body: 'echo\n' });
    expect(await ask(target, '/ready')).toMatchObject({ status: 200 });
  });
});
