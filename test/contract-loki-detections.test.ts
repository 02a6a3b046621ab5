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
/** A whole minute [ns], five minutes ago. */
const startNs = (BigInt(Date.now()) / 60_000n - 5n) * 60n * SECOND_NS;
const LINES = 80;
const within = { start: String(startNs), end: String(startNs + 180n * SECOND_NS) };

const kinds = {
  text: (at: number) =>
    at % 2 === 0
      ? `GET /orders/${at * 7} took ${at % 13}ms, status ${at % 3 === 0 ? 200 : 503}`
      : `worker ${at} has sent mail-${at * 3} of tenant acme (attempt ${at % 5})`,
  json: (at: number) =>
    JSON.stringify({
      level: at % 2 === 0 ? 'info' : 'error',
      msg: `payment of order ${at * 7} took ${at % 13} ms`,
      http: { status: 200 + (at % 3), ok: at % 3 === 0 },
      ratio: at / 4,
      took: `${at % 7}ms`,
      size: '1.5 MB',
    }),
  logfmt: (at: number) => `ts=${at} level=info msg="query done" table=t${at % 4} rows=${at * 11}`,
} as const;

const push = {
  streams: Object.entries(kinds).map(([service_name, line], place) => ({
    stream: { service_name, env: 'prod', shard: String(place), pod: `${place}` },
    values: Array.from({ length: LINES }, (_, at) => [
      String(startNs + BigInt(at) * SECOND_NS),
      line(at),
      { tenant: `t${at % 5}` },
    ]),
  })),
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
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(push),
  });
  expect(response.status).toBe(204);
  await vi.waitFor(
    async () => {
      const counted = await Promise.all(
        Object.keys(kinds).map(async (kind) => patternLines(target, kind, { step: '1m' })),
      );
      expect(counted).toEqual([LINES, LINES, LINES]);
    },
    { timeout: 30_000, interval: 200 },
  );
}

interface Pattern {
  readonly pattern: string;
  readonly level: string;
  readonly samples: readonly (readonly [number, number])[];
}

async function patternsOf(
  target: Target,
  kind: string,
  more: Record<string, string> = {},
): Promise<readonly Pattern[]> {
  const parameters = { ...within, query: `{service_name="${kind}"}`, ...more };
  const { status, body } = await ask(target, '/loki/api/v1/patterns', { parameters });
  expect({ status, body }).toMatchObject({ status: 200, body: { status: 'success' } });
  return (body as { data: Pattern[] }).data;
}

async function patternLines(target: Target, kind: string, more: Record<string, string>): Promise<number> {
  const found = await patternsOf(target, kind, more);
  return found.flatMap(({ samples }) => samples).reduce((sum, [, lines]) => sum + lines, 0);
}

interface Field {
  readonly label: string;
  readonly type: string;
  readonly cardinality: number;
  readonly parsers: readonly string[] | null;
  readonly jsonPath?: readonly string[];
}

describe.each(targets)('what there is to ask, by $name', ({ name }) => {
  function targetOf(ctx: { skip(note: string): never }): Target {
    const target = running.get(name);
    if (target !== undefined) return target;
    process.stdout.write(`skipped: ${missing}\n`);
    return ctx.skip(missing);
  }

  it('finds the patterns of text, JSON and logfmt, for each level', async (ctx) => {
    const target = targetOf(ctx);
    const found = await Promise.all(
      Object.keys(kinds).map((kind) => patternsOf(target, kind, { step: '1m' })),
    );
    expect(found.map((each) => sorted(each.map(({ level, pattern }) => [level, pattern])))).toEqual([
      [
        ['unknown', 'GET <_> took <_>, status <_>'],
        ['unknown', 'worker <_> has sent <_> of tenant acme (attempt <_>)'],
      ],
      [
        ['error', '<_>payment of order <_> took <_> ms<_>'],
        ['info', '<_>payment of order <_> took <_> ms<_>'],
      ],
      [['info', 'ts=<_> level=info msg="query done" table=<_> rows=<_>']],
    ]);
    const minute = Number(startNs / SECOND_NS);
    for (const { samples } of found.flat())
      expect(samples.map(([seconds]) => seconds)).toEqual([minute, minute + 60]);
  });

  it('counts the lines of a pattern by the step', async (ctx) => {
    const [found] = await patternsOf(targetOf(ctx), 'logfmt', { step: '20s' });
    expect(found?.samples.map(([, lines]) => lines)).toEqual([20, 20, 20, 20]);
  });

  it('finds fields: their types, how many values they have, which parser finds them and where', async (ctx) => {
    const { status, body } = await ask(targetOf(ctx), '/loki/api/v1/detected_fields', {
      parameters: { ...within, query: '{service_name="json"}', line_limit: '200' },
    });
    expect(status).toBe(200);
    const { fields } = body as { fields: readonly Field[] };
    const shown = fields.map(({ label, type, cardinality, parsers, jsonPath = [] }) => [
      label,
      type,
      cardinality,
      parsers,
      jsonPath,
    ]);
    expect(sorted(shown)).toEqual([
      ['detected_level', 'string', 2, null, []],
      ['http_ok', 'boolean', 2, ['json'], ['http', 'ok']],
      ['http_status', 'int', 3, ['json'], ['http', 'status']],
      ['level', 'string', 2, ['json'], ['level']],
      ['msg', 'string', LINES, ['json'], ['msg']],
      ['ratio', expect.stringMatching(/int|float/), LINES, ['json'], ['ratio']],
      ['size', 'bytes', 1, ['json'], ['size']],
      ['tenant', 'string', 5, null, []],
      ['took', 'duration', 7, ['json'], ['took']],
    ]);
  });

  it('finds the values of a field, sizes as a query takes them', async (ctx) => {
    const target = targetOf(ctx);
    const valuesOf = async (field: string, query: string): Promise<readonly string[]> => {
      const { body } = await ask(target, `/loki/api/v1/detected_field/${field}/values`, {
        parameters: { ...within, query, line_limit: '200' },
      });
      return (body as { values?: string[] }).values?.toSorted() ?? [];
    };
    expect(await valuesOf('took', '{service_name="json"}')).toEqual(
      Array.from({ length: 7 }, (_, at) => `${at}ms`),
    );
    expect(await valuesOf('size', '{service_name="json"}')).toEqual(['1.5MB']);
    expect(await valuesOf('table', '{service_name="logfmt"}')).toEqual(['t0', 't1', 't2', 't3']);
    expect(await valuesOf('tenant', '{service_name="text"}')).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(await valuesOf('none', '{service_name="text"}')).toEqual([]);
  });

  it('lists labels that tell something, not those with ids or numbers alone', async (ctx) => {
    const { body } = await ask(targetOf(ctx), '/loki/api/v1/detected_labels', { parameters: within });
    const { detectedLabels } = body as { detectedLabels: readonly { label: string; cardinality: number }[] };
    expect(sorted(detectedLabels.map(({ label, cardinality }) => [label, cardinality]))).toEqual([
      ['env', 1],
      ['pod', 3],
      ['service_name', 3],
    ]);
  });

  it('adds up volumes by series or by labels, in all or for each step', async (ctx) => {
    const target = targetOf(ctx);
    const query = '{env="prod"}';
    const volumes = async (path: string, more: Record<string, string>): Promise<unknown> => {
      const { status, body } = await ask(target, `/loki/api/v1/index/${path}`, {
        parameters: { ...within, query, ...more },
      });
      expect(status).toBe(200);
      return (body as { data: unknown }).data;
    };
    const point = [expect.any(Number), expect.stringMatching(/^\d+$/)];
    const byService = await volumes('volume', { targetLabels: 'service_name' });
    expect(byService).toMatchObject({ resultType: 'vector' });
    const { result } = byService as { result: { metric: object; value: unknown }[] };
    expect(sorted(result.map(({ metric }) => metric))).toEqual(
      ['json', 'logfmt', 'text'].map((service_name) => ({ service_name })),
    );
    expect(result.map(({ value }) => value)).toEqual([point, point, point]);
    const byLabels = (await volumes('volume', { aggregateBy: 'labels' })) as { result: { metric: object }[] };
    expect(sorted(byLabels.result.map(({ metric }) => metric))).toEqual(
      ['env', 'pod', 'service_name', 'shard'].map((label) => ({ [label]: '' })),
    );
    const startSeconds = Number(startNs / SECOND_NS);
    expect(await volumes('volume_range', { step: '60s' })).toMatchObject({
      resultType: 'matrix',
      result: [
        {
          metric: { env: 'prod' },
          values: [
            [startSeconds + 59.999, expect.stringMatching(/^\d+$/)],
            [startSeconds + 119.999, expect.stringMatching(/^\d+$/)],
          ],
        },
      ],
    });
  });

  it.each([
    ['/loki/api/v1/patterns', { query: '{' }],
    ['/loki/api/v1/patterns', { query: '{env="prod"}', step: '0' }],
    ['/loki/api/v1/detected_fields', { query: '{' }],
    ['/loki/api/v1/detected_fields', { query: '{env="prod"}', line_limit: '1000000' }],
    ['/loki/api/v1/index/volume', { query: '{env="prod"}', aggregateBy: 'x' }],
    ['/loki/api/v1/index/volume_range', { query: '{env="prod"}', step: '-1' }],
  ])('refuses %s of %s', async (path, parameters) => {
    const target = running.get(name);
    if (target === undefined) return;
    expect(await ask(target, path, { parameters: { ...within, ...parameters } })).toMatchObject({
      status: 400,
    });
  });
});
