import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openStack } from './open-stack.fixture.ts';

const NOW_MS = Date.now();
const { stack, send } = openStack({}, () => Promise.resolve());

function open(path: string, parameters: Readonly<Record<string, string>> = {}): WebSocket {
  const url = new URL(path, stack().url.replace('http', 'ws'));
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return new WebSocket(url);
}
async function refused(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const socket = open(path, parameters);
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

describe('serveTails', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['/loki/api/v1/elsewhere', { query: '{a="b"}' }, 404],
    ['/loki/api/v1/tail', {}, 400],
    ['/loki/api/v1/tail', { query: '{' }, 400],
    ['/loki/api/v1/tail', { query: 'count_over_time({a="b"}[1m])' }, 400],
    ['/loki/api/v1/tail', { query: '{a="b"}', start: 'soon' }, 400],
    ['/loki/api/v1/tail', { query: '{a="b"}', limit: 'x' }, 400],
    ['/loki/api/v1/tail', { query: '{a="b"}', limit: '0' }, 400],
    ['/loki/api/v1/tail', { query: '{a="b"}', delay_for: '6' }, 400],
    ['/loki/api/v1/tail', { query: '{a="b"}', delay_for: 'x' }, 400],
  ])('refuses %s with %j', async (path, parameters, status) => {
    expect(await refused(path, parameters)).toContain(String(status));
  });

  it('sends the lines of several streams in the order of time, those that follow one another together', async () => {
    const at = (ms: number): string => `${NOW_MS - 5000 + ms}000000`;
    const streams = [
      {
        stream: { app: 'x', n: '1' },
        values: [
          [at(1), 'a'],
          [at(2), 'b'],
          [at(4), 'd'],
          [at(4), 'e'],
        ],
      },
      { stream: { app: 'x', n: '2' }, values: [[at(3), 'c']] },
    ];
    expect((await send('POST', '/loki/api/v1/push', { streams })).status).toBe(204);
    const socket = open('/loki/api/v1/tail', { query: '{app="x"}', start: at(0), limit: '10000' });
    const [data] = (await once(socket, 'message')) as [Buffer];
    const got = JSON.parse(data.toString()) as {
      streams: { stream: { n: string }; values: [string, string][] }[];
    };
    expect(
      got.streams.map(
        ({ stream: { n }, values }) =>
          `${n}:${values
            .map(([, line]) => line)
            .toSorted()
            .join('')}`,
      ),
    ).toEqual(['1:ab', '2:c', '1:de']);
    socket.close();
    await once(socket, 'close');
  });
});
