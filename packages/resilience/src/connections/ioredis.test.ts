import { Cluster, Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { ioredis } from './ioredis.ts';

function watching() {
  const client = new Redis({ lazyConnect: true, retryStrategy: () => null });
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  const handle = resilience.watch(client, { name: 'sessions' });
  const state = () =>
    ['idle', 'connecting', 'ready', 'reconnecting', 'ended'].filter(
      (each) => recorder.value('connection_state', { connection: 'sessions', state: each }) === 1,
    );
  /** As the client does it, but for the network. */
  const become = (status: string): void => {
    Object.assign(client, { status });
    client.emit(status);
  };
  return { client, recorder, resilience, handle, state, become };
}

describe('ioredis', () => {
  it('shows the state of a connection that was never made', () => {
    const { state, recorder } = watching();
    expect(state()).toEqual(['idle']);
    expect(recorder.lines).toEqual([]);
  });

  it('counts each change of the state and says so, with the last error as its cause', () => {
    const { client, recorder, state, become } = watching();
    client.on('error', () => {});
    for (const status of ['connecting', 'connect', 'ready']) become(status);
    expect(state()).toEqual(['ready']);
    (client as unknown as { silentEmit(event: string, error: Error): void }).silentEmit(
      'error',
      new Error('ECONNRESET'),
    );
    become('close');
    expect(recorder.health.get('connection:sessions')?.check()).toMatchObject({ status: 'degraded' });
    for (const status of ['reconnecting', 'connecting', 'connect', 'ready']) become(status);
    expect(recorder.health.get('connection:sessions')?.check()).toEqual({ status: 'up' });
    become('end');
    expect(recorder.value('connection_errors_total', { connection: 'sessions' })).toBe(1);
    expect(recorder.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info connection sessions: idle to connecting, the client is connecting',
      'info connection sessions: connecting to ready, the client is ready',
      'warn connection sessions: ready to reconnecting, Error: ECONNRESET',
      'info connection sessions: reconnecting to connecting, Error: ECONNRESET',
      'info connection sessions: connecting to ready, the client is ready',
      'warn connection sessions: ready to ended, the client is ended',
    ]);
  });

  it('leaves no listener and no hook, and errors that nobody listens to as they were', () => {
    const { client, handle, recorder } = watching();
    expect(client.listenerCount('error')).toBe(0);
    handle.dispose();
    expect(client.eventNames()).toEqual([]);
    expect(Object.hasOwn(client, 'silentEmit')).toBe(false);
    expect(recorder.page()).toEqual({});
  });

  it('shows what waits for the connection and what waits for an answer', () => {
    const { client, resilience, recorder } = watching();
    Object.assign(client, { offlineQueue: { length: 2 }, commandQueue: { length: 3 } });
    expect(resilience.status().watched).toMatchObject([
      { state: 'idle', queuedCommands: { waiting: 2, sent: 3 }, errors: 0, transitions: 0 },
    ]);
    expect(recorder.value('connection_queued_commands', { connection: 'sessions', state: 'sent' })).toBe(3);
  });

  it('shows a connection that monitors as one that is ready', () => {
    const { become, state } = watching();
    for (const status of ['connecting', 'connect', 'monitoring']) become(status);
    expect(state()).toEqual(['ready']);
  });

  it('watches a client that tells of its errors in another way, and is in a state of its own', () => {
    const ignored = { on() {}, off() {}, connect() {}, disconnect() {}, sendCommand() {}, duplicate() {} };
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const handle = resilience.watch(
      { ...ignored, status: 'resting', options: {}, offlineQueue: {} },
      { name: 'r' },
    );
    expect(resilience.status().watched).toMatchObject([
      { state: 'idle', queuedCommands: { waiting: 0, sent: 0 } },
    ]);
    handle.dispose();
    expect(recorder.page()).toEqual({});
  });

  it('counts only errors as errors', () => {
    const { client, recorder } = watching();
    (client as unknown as { silentEmit(event: string): void }).silentEmit('node error');
    expect(recorder.value('connection_errors_total', { connection: 'sessions' })).toBe(0);
  });

  it('counts the errors of the nodes of a cluster, and says what it lost its connection by', () => {
    const cluster = new Cluster([{ port: 1 }], { lazyConnect: true });
    const recorder = createRecorder();
    const handle = createResilience({}, recorder.parts).watch(cluster, { name: 'sessions' });
    for (const status of ['connecting', 'connect', 'ready']) cluster.emit(status);
    cluster.emit('node error', new Error('connect ECONNREFUSED'), '127.0.0.1:1');
    cluster.emit('close');
    expect(recorder.value('connection_errors_total', { connection: 'sessions' })).toBe(1);
    expect(recorder.lines.at(-1)?.message).toBe(
      'connection sessions: ready to reconnecting, Error: connect ECONNREFUSED',
    );
    const before = new Cluster([{ port: 1 }], { lazyConnect: true }).eventNames();
    handle.dispose();
    expect(cluster.eventNames()).toEqual(before);
  });

  it.each([
    { status: 'ready', health: 'up' },
    { status: 'reconnecting', health: 'degraded' },
    { status: 'end', health: 'degraded' },
  ])('is $health when it was $status before it is watched', ({ status, health }) => {
    const client = new Redis({ lazyConnect: true });
    Object.assign(client, { status });
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    resilience.watch(client, { name: 'sessions' });
    expect(resilience.status().watched).toMatchObject([{ health: { status: health } }]);
  });

  it.each([
    ['nothing', undefined],
    ['the class', Redis],
    ['an emitter', process],
  ])('does not take %s for a client', (_, thing) => {
    expect(ioredis.recognises(thing)).toBe(false);
  });
});
