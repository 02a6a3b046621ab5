import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Target, client } from './contract/target.ts';
import { findLogcli } from './servers/logcli.ts';
import { findLoki } from './servers/loki.ts';
import { freePort } from './servers/ports.ts';
import { startStackLoki } from './servers/stack-loki.ts';

const targets = [{ name: 'the embedded stack' }, { name: 'the real Loki' }] as const;

const running = new Map<string, Target>();
const logcli = findLogcli();
let missing = '';

const startMs = Math.floor(Date.now() / 60_000) * 60_000 - 300_000;
const timeOf = (ms: number): string => new Date(ms).toISOString();
const range = [`--from=${timeOf(startMs)}`, `--to=${timeOf(startMs + 120_000)}`];

function streamOf(level: string, lines: readonly string[], firstMs: number): object {
  return {
    stream: { service_name: 'shop', level },
    values: lines.map((line, at) => [`${firstMs + at * 1000}000000`, line, { trace_id: `t${at}` }]),
  };
}

async function push(target: Target, streams: readonly object[]): Promise<void> {
  const response = await fetch(`${target.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams }),
  });
  expect(response.status).toBe(204);
}

beforeAll(async () => {
  if ('missing' in logcli) return;
  const stack = await startLocal({ port: 0 });
  running.set('the embedded stack', { url: stack.url, stop: () => stack.close() });
  const loki = findLoki();
  if ('path' in loki)
    running.set('the real Loki', await startStackLoki({ path: loki.path, port: await freePort() }));
  else ({ missing } = loki);
  await Promise.all(
    [...running.values()].map((target) =>
      push(target, [
        streamOf('info', ['{"msg":"order 1","ms":5}', '{"msg":"order 2","ms":10}'], startMs),
        streamOf('error', ['{"msg":"no stock","ms":30}'], startMs + 500),
      ]),
    ),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()));
});

describe.each(targets)('logcli against $name', ({ name }) => {
  function parts(ctx: { skip(note: string): never }): { readonly target: Target; readonly program: string } {
    const target = running.get(name);
    if ('path' in logcli && target !== undefined) return { target, program: logcli.path };
    const why = 'missing' in logcli ? logcli.missing : missing;
    process.stdout.write(`skipped: ${why}\n`);
    return ctx.skip(why);
  }

  async function run(ctx: { skip(note: string): never }, ...args: readonly string[]): Promise<string> {
    const { target, program } = parts(ctx);
    const { code, output } = await client(program, [`--addr=${target.url}`, '--quiet', ...args]);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  }
  const lines = (output: string): readonly string[] => output.split('\n').filter((line) => line !== '');

  it('finds lines, filtered and in either direction', async (ctx) => {
    expect(lines(await run(ctx, 'query', '{service_name="shop"}', ...range, '-o', 'raw'))).toEqual([
      '{"msg":"order 2","ms":10}',
      '{"msg":"no stock","ms":30}',
      '{"msg":"order 1","ms":5}',
    ]);
    const query = '{service_name="shop"} | json | ms > 6';
    const forward = lines(await run(ctx, 'query', query, ...range, '--forward', '-o', 'jsonl'));
    expect(forward.map((line) => JSON.parse(line) as object)).toMatchObject([
      { line: '{"msg":"no stock","ms":30}' },
      { line: '{"msg":"order 2","ms":10}' },
    ]);
  });

  it('computes numbers, at one time and over a range', async (ctx) => {
    const at = `--now=${timeOf(startMs + 60_000)}`;
    const query = 'sum by (level) (count_over_time({service_name="shop"}[5m]))';
    const instant = JSON.parse(await run(ctx, 'instant-query', query, at)) as {
      metric: { level: string };
      value: [number, string];
    }[];
    expect(Object.fromEntries(instant.map(({ metric, value }) => [metric.level, value[1]]))).toEqual({
      info: '2',
      error: '1',
    });
    const matrix = JSON.parse(await run(ctx, 'query', query, ...range, '--step=60s')) as object[];
    expect(matrix).toHaveLength(2);
  });

  it('lists labels, their values and series', async (ctx) => {
    expect(lines(await run(ctx, 'labels', ...range))).toEqual(['level', 'service_name']);
    expect(lines(await run(ctx, 'labels', 'level', ...range))).toEqual(['error', 'info']);
    expect(lines(await run(ctx, 'series', '{service_name="shop"}', ...range)).toSorted()).toEqual([
      '{level="error", service_name="shop"}',
      '{level="info", service_name="shop"}',
    ]);
  });

  it('tells how much there is, and which fields lines have', async (ctx) => {
    expect(await run(ctx, 'stats', '{service_name="shop"}', ...range)).toMatch(/streams: \d+/);
    const volume = JSON.parse(await run(ctx, 'volume', '{service_name="shop"}', ...range)) as object[];
    expect(volume).toMatchObject([{ metric: { service_name: 'shop' } }]);
    const steps = await run(ctx, 'volume_range', '{service_name="shop"}', ...range, '--step=60s');
    expect(JSON.parse(steps)).toMatchObject([{ metric: { service_name: 'shop' } }]);
    const fields = await run(ctx, 'detected-fields', '{service_name="shop"}', ...range);
    expect(lines(fields).map((line) => line.split(/\s+/).slice(0, 4).join(' '))).toEqual(
      expect.arrayContaining(['label: ms type: int', 'label: msg type: string']),
    );
  });

  it('follows lines as they come', async (ctx) => {
    const { target, program } = parts(ctx);
    const child = spawn(
      program,
      [`--addr=${target.url}`, '--quiet', 'query', '{service_name="shop"} |= "live"', '--tail', '-o', 'raw'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const exited = once(child, 'exit');
    try {
      const seen: string[] = [];
      // It does not say when it is connected: a line is sent until the first is there.
      const sending = setInterval(() => {
        void push(target, [streamOf('info', [`live ${Date.now()}`], Date.now())]).catch(() => undefined);
      }, 200);
      try {
        for await (const line of createInterface(child.stdout)) {
          seen.push(line);
          if (seen.length === 3) break;
        }
      } finally {
        clearInterval(sending);
      }
      expect(seen).toHaveLength(3);
      expect(seen).toEqual(seen.toSorted());
      expect(seen[0]).toMatch(/^live \d+$/);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  }, 60_000);

  it('is told what is wrong with a query', async (ctx) => {
    const { target, program } = parts(ctx);
    const { code, output } = await client(program, [`--addr=${target.url}`, 'query', '{service_name="shop"']);
    expect(code).not.toBe(0);
    expect(output).toContain('parse error');
  });
});
