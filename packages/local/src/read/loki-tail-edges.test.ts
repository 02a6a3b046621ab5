import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import type { LogqlEngine, ResultStream } from '@sightline/query/logql';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createChanges } from '../stack/changes.ts';
import { serveTails } from './loki-tail.ts';
import { openStack } from './open-stack.fixture.ts';

const NOW_MS = Date.now();
const WAIT = { timeout: 20_000, interval: 20 };
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

const MINUTE_NS = 60_000_000_000n;

interface Message {
  readonly streams: readonly { readonly values: readonly (readonly [string, string])[] }[];
  readonly dropped_entries?: readonly { readonly labels: object; readonly timestamp: string }[];
}

const numbersOf = ({ streams }: Message): readonly number[] =>
  streams.flatMap(({ values }) => values.map(([, line]) => Number.parseInt(line, 10)));

/** Looks of a tail at an engine that finds what it is told, by a clock that is set. */
async function looking(onLook: () => void = () => undefined): Promise<{
  /** Looks once more at a time [ms]. @returns since when [ns] */
  look(atMs: number, streams?: readonly ResultStream[]): Promise<bigint>;
  /** What the reader got so far. */
  readonly messages: readonly Message[];
  readonly socket: WebSocket;
  /** How often it waited for lines. */
  waits(): number;
  end(): Promise<void>;
}> {
  const looks = new EventEmitter<{ look: [startNs: bigint] }>();
  const newLines = createChanges();
  const waiting = vi.spyOn(newLines, 'next');
  const closing = new AbortController();
  let nowMs = NOW_MS;
  let found: readonly ResultStream[] = [];
  const messages: Message[] = [];
  const engine: Pick<LogqlEngine, 'range'> = {
    range(_query, { startNs, endNs, limit }) {
      onLook();
      looks.emit('look', startNs);
      const streams = found.map(({ labels, entries }) => ({
        labels,
        entries: entries.filter((each) => each.timeNs < endNs).slice(-limit!),
      }));
      return Promise.resolve({ type: 'streams', streams });
    },
  };
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  serveTails(server, {
    engine: engine as LogqlEngine,
    newLines,
    guard: () => undefined,
    now: () => nowMs,
    closing: closing.signal,
  });
  const first = once(looks, 'look');
  const socket = new WebSocket(
    `ws://127.0.0.1:${(server.address() as AddressInfo).port}/loki/api/v1/tail?query={a="b"}`,
  );
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  await Promise.all([first, once(socket, 'open')]);
  return {
    messages,
    socket,
    waits: () => waiting.mock.calls.length,
    async look(atMs, streams = []) {
      nowMs = atMs;
      found = streams;
      const next = once(looks, 'look');
      newLines.notify();
      return ((await next) as [bigint])[0];
    },
    async end() {
      closing.abort();
      await once(socket, 'close');
      server.close();
    },
  };
}

describe('serveTails', () => {
  it('reads no more than a minute again while nothing comes, and 10 s before the last line once one has come', async () => {
    const { look, end } = await looking();
    const at = (hours: number): number => NOW_MS + hours * 3_600_000;
    const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;
    expect(await look(at(1))).toBe(ns(NOW_MS) - MINUTE_NS);
    const line = { timeNs: ns(at(2)), line: 'x', metadata: {} };
    expect(await look(at(2), [{ labels: { a: 'b' }, entries: [line] }])).toBe(ns(at(1)) - MINUTE_NS);
    expect(await look(at(2) + 1)).toBe(ns(at(2)) - MINUTE_NS / 6n);
    expect(await look(at(3))).toBe(ns(at(2)) - MINUTE_NS / 6n);
    expect(await look(at(4))).toBe(ns(at(3)) - MINUTE_NS);
    await end();
  });

  it('sends each of more lines than one look finds, in messages of 5,000', async () => {
    const { look, end, messages } = await looking();
    const entries = Array.from({ length: 12_000 }, (_, at) => ({
      // Six lines a nanosecond, so that a look ends within one.
      timeNs: BigInt(NOW_MS) * 1_000_000n + BigInt(Math.floor(at / 6)),
      line: `${at}`,
      metadata: {},
    }));
    await look(NOW_MS, [{ labels: { a: 'b' }, entries }]);
    await vi.waitFor(() => expect(messages.flatMap(numbersOf)).toHaveLength(12_000), WAIT);
    expect(messages.map((message) => numbersOf(message).length)).toEqual([5000, 5000, 2000]);
    expect(messages.flatMap(numbersOf).toSorted((one, other) => one - other)).toEqual(
      entries.map((_, at) => at),
    );
    expect(messages.some(({ dropped_entries: dropped }) => dropped !== undefined)).toBe(false);
    await end();
  });

  it('tells a reader who did not keep up which lines it has missed, with the next that it gets', async () => {
    const { look, end, messages, socket } = await looking();
    socket.pause();
    const entry = (at: number, length: number) => ({
      timeNs: BigInt(NOW_MS) * 1_000_000n + BigInt(at),
      line: `${at} ${'x'.repeat(length)}`,
      metadata: {},
    });
    const entries = Array.from({ length: 20 }, (_, at) => entry(at, 1_000_000));
    for (let count = 1; count <= entries.length; count++)
      // oxlint-disable-next-line no-await-in-loop -- a look for each
      await look(NOW_MS, [{ labels: { a: 'b' }, entries: entries.slice(0, count) }]);
    socket.resume();
    await vi.waitFor(async () => {
      await look(NOW_MS, [{ labels: { a: 'b' }, entries }]);
      expect(messages.at(-1)?.dropped_entries).toBeDefined();
    }, WAIT);
    const dropped = messages.flatMap(({ dropped_entries: each = [] }) => each);
    expect(dropped.every(({ labels }) => JSON.stringify(labels) === '{"a":"b"}')).toBe(true);
    const missed = dropped.map(({ timestamp }) => Number(BigInt(timestamp) - BigInt(NOW_MS) * 1_000_000n));
    expect(missed.length).toBeGreaterThan(0);
    expect([...messages.flatMap(numbersOf), ...missed].toSorted((one, other) => one - other)).toEqual(
      entries.map((_, at) => at),
    );
    await end();
  });

  it('tells a reader who did not keep up what it has missed also when no other line comes', async () => {
    const { look, end, messages, socket, waits } = await looking();
    socket.pause();
    const entries = Array.from({ length: 20 }, (_, at) => ({
      timeNs: BigInt(NOW_MS) * 1_000_000n + BigInt(at),
      line: `${at} ${'x'.repeat(1_000_000)}`,
      metadata: {},
    }));
    for (let count = 1; count <= entries.length; count++)
      // oxlint-disable-next-line no-await-in-loop -- a look for each
      await look(NOW_MS, [{ labels: { a: 'b' }, entries: entries.slice(0, count) }]);
    socket.resume();
    await vi.waitFor(() => expect(messages.at(-1)?.dropped_entries).toBeDefined(), WAIT);
    // Looks without lines are of the same wait.
    expect(waits()).toBeLessThanOrEqual(entries.length + 1);
    await end();
  });

  it('waits between looks by what they take, and finds then what has come meanwhile', async () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    let looks = 0;
    const { look, end, messages } = await looking(() => {
      looks += 1;
      nowMs += 100;
    });
    expect(looks).toBe(1);
    const entries = [0, 1, 2].map((at) => ({
      timeNs: BigInt(NOW_MS) * 1_000_000n + BigInt(at),
      line: `${at}`,
      metadata: {},
    }));
    const next = look(NOW_MS, [{ labels: { a: 'b' }, entries }]);
    // Not in the same turns: 400 ms later.
    for (let turns = 0; turns < 20; turns += 1)
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await new Promise(setImmediate);
    expect(looks).toBe(1);
    await next;
    await vi.waitFor(() => expect(messages.flatMap(numbersOf)).toEqual([0, 1, 2]), WAIT);
    expect(looks).toBe(2);
    clock.mockRestore();
    await end();
  });

  it('gives a quiet reader a sign of life, and looks for one of readers who have gone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
    const { end, socket } = await looking();
    expect(keepAlive).toHaveBeenCalledWith(true, 20_000);
    const pinged = once(socket, 'ping');
    vi.advanceTimersByTime(20_000);
    await pinged;
    vi.useRealTimers();
    keepAlive.mockRestore();
    await end();
  });

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
