import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalStack } from '../stack/local-stack.ts';
import { startLocal } from '../stack/start-local.ts';

const stacks: LocalStack[] = [];
afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.close()));
});

async function start(): Promise<LocalStack> {
  const stack = await startLocal({ port: 0 });
  stacks.push(stack);
  return stack;
}

async function push(stack: LocalStack, line: string, timeMs = Date.now()): Promise<void> {
  const values = [[String(BigInt(timeMs) * 1_000_000n), line]];
  await fetch(`${stack.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ stream: { app: 'shop' }, values }] }),
  });
}

function open(
  stack: LocalStack,
  query: string,
  headers: Record<string, string> = {},
  limit = 100,
): WebSocket {
  const url = new URL('/loki/api/v1/tail', stack.url.replace('http', 'ws'));
  url.searchParams.set('query', query);
  url.searchParams.set('limit', String(limit));
  return new WebSocket(url, { headers });
}

async function nextLines(socket: WebSocket): Promise<readonly string[]> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  const { streams } = JSON.parse(data.toString()) as { streams: { values: [string, string][] }[] };
  return streams.flatMap(({ values }) => values.map(([, line]) => line));
}

describe('serveTails', () => {
  it('sends what is there, then what comes and fits', async () => {
    const stack = await start();
    await push(stack, 'before');
    const socket = open(stack, '{app="shop"} != "hidden"');
    expect(await nextLines(socket)).toEqual(['before']);
    await push(stack, 'hidden');
    const next = nextLines(socket);
    await push(stack, 'after');
    expect(await next).toEqual(['after']);
    socket.terminate();
  });

  it('sends the oldest of what is there first, no more than the limit, and also what comes late', async () => {
    const stack = await start();
    const nowMs = Date.now();
    await push(stack, 'third', nowMs - 1000);
    await push(stack, 'first', nowMs - 3000);
    await push(stack, 'second', nowMs - 2000);
    const socket = open(stack, '{app="shop"}', {}, 2);
    expect(await nextLines(socket)).toEqual(['second', 'third']);
    const next = nextLines(socket);
    await push(stack, 'late', nowMs - 2500);
    expect(await next).toEqual(['late']);
    const last = nextLines(socket);
    await push(stack, 'last');
    expect(await last).toEqual(['last']);
    socket.terminate();
  });

  it('refuses what is no query of lines, and pages of the web', async () => {
    const stack = await start();
    const refused = async (socket: WebSocket): Promise<string> => {
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    expect(await refused(open(stack, 'rate({a="b"}[1m])'))).toContain('400');
    expect(await refused(open(stack, '{'))).toContain('400');
    expect(await refused(open(stack, '{app="shop"}', { origin: 'https://evil.example' }))).toContain('403');
  });
});
