import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { useToken } from '../../api/request.ts';
import { type FollowState, followLines } from './follow-lines.ts';

const NOW_MS = 1_800_000_000_000;

/** The server's end of a WebSocket. */
class FakeSocket {
  static readonly opened: FakeSocket[] = [];
  readonly listeners = new Map<string, (event: object) => void>();
  readonly url: string;
  isClosed = false;
  constructor(url: string) {
    this.url = url;
    FakeSocket.opened.push(this);
  }
  addEventListener(type: string, listen: (event: object) => void): void {
    this.listeners.set(type, listen);
  }
  tell(type: string, event: object = {}): void {
    this.listeners.get(type)?.(event);
  }
  close(): void {
    this.isClosed = true;
    this.tell('close');
  }
}

const message = (...values: readonly (readonly [string, string])[]): { data: string } => ({
  data: JSON.stringify({ streams: [{ stream: {}, values }] }),
});

/** What a page is told. */
function follow() {
  const lines: string[] = [];
  const states: (FollowState | `failed: ${string}`)[] = [];
  let dropped = 0;
  let missed = 0;
  const end = followLines('{a="b"}', {
    onLines: (some) => lines.push(...some.map(({ line }) => line)),
    onDropped: (count) => {
      dropped += count;
    },
    onMissed() {
      missed += 1;
    },
    onState: (state, error) => states.push(error === undefined ? state : `failed: ${error.message}`),
  });
  return { lines, states, end, dropped: () => dropped, missed: () => missed };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
  FakeSocket.opened.length = 0;
  fakeWindow();
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('followLines', () => {
  it('follows over a WebSocket, from a minute before', () => {
    const told = follow();
    const [socket] = FakeSocket.opened;
    expect(new URL(socket?.url ?? '').searchParams.get('start')).toBe(`${NOW_MS - 60_000}000000`);
    socket?.tell('open');
    socket?.tell('message', message(['20', 'b'], ['10', 'a']));
    socket?.tell('message', { data: '{"dropped_entries":[{},{}]}' });
    expect(told.states).toEqual(['connecting', 'live']);
    expect(told.lines).toEqual(['a', 'b']);
    expect(told.dropped()).toBe(2);
    told.end();
    expect(socket?.isClosed).toBe(true);
    expect(told.states).toHaveLength(2);
  });

  it('asks again and again for what is newer, where the socket closes', async () => {
    const at = (seconds: number): string => `${NOW_MS - 60_000 + seconds * 1000}000000`;
    const answers = [
      [
        [at(25), 'old'],
        [at(30), 'new'],
      ],
      [],
      [
        [at(30), 'new'],
        [at(24), 'late, of another service'],
        [at(40), 'newer'],
      ],
    ];
    const server = fakeServer(() => ({ data: { result: [{ stream: {}, values: answers.shift() ?? [] }] } }));
    const told = follow();
    FakeSocket.opened[0]?.tell('message', message([at(25), 'old']));
    FakeSocket.opened[0]?.close();
    await vi.advanceTimersByTimeAsync(2500);
    expect(told.lines).toEqual(['old', 'new', 'late, of another service', 'newer']);
    expect(server.asked.map(({ params }) => params.get('start'))).toEqual([at(15), at(20), at(20)]);
    expect(told.states).toContain('polling');
    told.end();
    await vi.advanceTimersByTimeAsync(5000);
    expect(server.asked).toHaveLength(3);
  });

  it.each([
    [7000, 7000, 0],
    [25_000, 10_000, 1],
  ])('asks until it has all that came within a second: of %d lines %d', async (count, expected, missed) => {
    const all: [string, string][] = [];
    // As Loki answers: the newest first, from a start until before an end.
    const server = fakeServer(({ params }) => {
      const [start, end, limit] = ['start', 'end', 'limit'].map((name) => params.get(name) ?? '');
      const found = all.filter(([time]) => time >= start! && time < end!).slice(0, Number(limit));
      return { data: { result: [{ stream: {}, values: found }] } };
    });
    const told = follow();
    FakeSocket.opened[0]?.close();
    await vi.advanceTimersByTimeAsync(10);
    const base = BigInt(NOW_MS) * 1_000_000n;
    for (let at = count; at > 0; at -= 1) all.push([String(base + BigInt(at)), `line ${at}`]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.lines).toHaveLength(expected);
    expect(told.lines.at(-1)).toBe(`line ${count}`);
    expect(new Set(told.lines).size).toBe(expected);
    expect(told.missed()).toBe(missed);
    const questions = server.asked.length;
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.lines).toHaveLength(expected);
    expect(server.asked.length).toBe(questions + 1);
    told.end();
  });

  it('says what failed, and goes on asking', async () => {
    let isUp = false;
    fakeServer(() => (isUp ? { data: { result: [] } } : new Response('no such stream', { status: 400 })));
    const told = follow();
    FakeSocket.opened[0]?.close();
    await vi.advanceTimersByTimeAsync(10);
    expect(told.states.at(-1)).toBe('failed: no such stream');
    isUp = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.states.at(-1)).toBe('polling');
    told.end();
  });

  it('asks from the start on, with a token that no socket can carry', async () => {
    useToken('t');
    const server = fakeServer(() => ({ data: { result: [] } }));
    const told = follow();
    await vi.advanceTimersByTimeAsync(10);
    expect(FakeSocket.opened).toEqual([]);
    expect(server.last.headers.get('authorization')).toBe('Bearer t');
    told.end();
  });

  it('says of a message that is none that it failed', async () => {
    fakeServer(() => ({ data: { result: [] } }));
    const told = follow();
    FakeSocket.opened[0]?.tell('message', { data: 'not JSON' });
    expect(told.states[1]).toMatch(/^failed: .*JSON/);
    expect(FakeSocket.opened[0]?.isClosed).toBe(true);
    told.end();
    await vi.advanceTimersByTimeAsync(10);
  });

  it('is silent about a question that was under way when it ended', async () => {
    let fail: (reason: Error) => void = () => undefined;
    fakeServer(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    const told = follow();
    FakeSocket.opened[0]?.close();
    await vi.advanceTimersByTimeAsync(10);
    told.end();
    fail(new TypeError('gone'));
    await vi.advanceTimersByTimeAsync(10);
    expect(told.states).toEqual(['connecting', 'polling']);
  });
});
