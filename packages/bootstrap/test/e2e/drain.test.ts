import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { type Ended, type Line, type Service, startService } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, maxConcurrency: 2 });

/** Longer than the service lives: what waits for it to pass fails the test. */
const FOREVER_MS = '600000';

const isBegin = ({ msg }: Line): boolean => String(msg).includes('readiness fails');
const isEnd = ({ msg }: Line): boolean => String(msg).includes('drained in');
const isHook = ({ msg }: Line): boolean => String(msg).startsWith('hook of ');

async function startDrained(env: NodeJS.ProcessEnv, ask = askHttp): Promise<Service> {
  const service = await startService({
    app: 'drain.mjs',
    env: { SIGHTLINE_DRAIN_DEADLINE_MS: FOREVER_MS, ...env },
  });
  // With it comes the line of the start, which says where the admin server is.
  await ask(service.port, '/now');
  return service;
}

interface Answer {
  readonly body: string;
  /** `close`, or the code of a GOAWAY, where the client was asked to go. */
  readonly asked: unknown;
}

async function askHttp(port: number, path: string, agent = new Agent({ keepAlive: true })): Promise<Answer> {
  try {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { body: await text(response), asked: response.headers.connection };
  } finally {
    agent.destroy();
  }
}

async function askHttp2(port: number, path: string): Promise<Answer> {
  const session = connect(`http://127.0.0.1:${port}`);
  const failed = new Promise<never>((_resolve, reject) => {
    session.once('error', reject);
    session.once('close', () => reject(new Error('the session ended')));
  });
  failed.catch(() => {});
  let asked: unknown;
  session.on('goaway', (code) => (asked = code));
  try {
    const stream = session.request({ ':path': path });
    await Promise.race([once(stream, 'response'), failed]);
    return { body: await text(stream), asked };
  } finally {
    session.destroy();
  }
}

/** Asks for something that is not answered yet, and resolves when the service has the request. */
async function begin(service: Service, path: string, ask = askHttp): Promise<{ answer: Promise<Answer> }> {
  const answer = ask(service.port, path);
  answer.catch(() => {});
  await service.line(({ msg }) => msg === 'asked');
  return { answer };
}

/** Sends a message and waits for no answer: the service may end by it. */
function goOn(service: Service): void {
  service.ask('go on').catch(() => {});
}

function failureOf(answer: Promise<Answer>): Promise<string> {
  return answer.then(
    ({ body }) => `it was answered: ${body}`,
    (error: unknown) => String(error),
  );
}

function messages({ lines }: Ended, which: (line: Line) => boolean): string[] {
  return lines.filter(which).map(({ msg }) => String(msg));
}

describe.concurrent('SIGTERM', () => {
  it.for([
    { server: 'http', ask: askHttp, asked: 'close' },
    { server: 'express', ask: askHttp, asked: 'close' },
    { server: 'fastify', ask: askHttp, asked: 'close' },
    { server: 'http2', ask: askHttp2, asked: 0 },
  ])('lets $server answer what it has begun, and takes nothing more', async ({ server, ask, asked }) => {
    const service = await startDrained({ SERVER: server }, ask);
    const { answer } = await begin(service, '/held', ask);
    const ended = service.end('SIGTERM');
    await service.line(isBegin);
    // Who came before the port was closed is still answered.
    await vi.waitFor(() => expect(ask(service.port, '/now')).rejects.toThrow(/ECONNREFUSED/), 20_000);
    expect(await service.admin('/readyz')).toMatchObject({ status: 503 });
    expect(await service.admin('/livez')).toMatchObject({ status: 200 });
    goOn(service);
    await expect(answer).resolves.toEqual({ body: 'late', asked });
    const end = await ended;
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
    expect(messages(end, isBegin)).toEqual(['SIGTERM: readiness fails, 1 request under way']);
    expect(messages(end, isEnd)).toEqual([expect.stringContaining('no request was cut')]);
    expect(messages(end, isHook)).toEqual(
      ['servers', 'consumers', 'pools', 'telemetry'].map((phase) => `hook of ${phase}`),
    );
  });

  it.for([
    { server: 'http', ask: askHttp },
    { server: 'http2', ask: askHttp2 },
  ])(
    'destroys what $server has not answered at the deadline, and says how much that was',
    async ({ server, ask }) => {
      const service = await startDrained({ SERVER: server, SIGHTLINE_DRAIN_DEADLINE_MS: '50' }, ask);
      const { answer } = await begin(service, '/hang', ask);
      const cut = failureOf(answer);
      const end = await service.end('SIGTERM');
      expect(await cut).toMatch(/socket hang up|session ended|aborted/);
      expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
      expect(end.lines.filter(isEnd)).toMatchObject([
        { level: 'warn', code: 'SIGHTLINE_DRAIN_CUT', requests: 1, streams: 0 },
      ]);
    },
  );

  it('answers during the delay as before, with readiness failing, until a second one ends every wait', async () => {
    const service = await startDrained({ SIGHTLINE_DRAIN_DELAY_MS: FOREVER_MS });
    const { answer } = await begin(service, '/hang');
    const cut = failureOf(answer);
    const first = service.end('SIGTERM');
    await service.line(isBegin);
    expect(await service.admin('/readyz')).toMatchObject({ status: 503 });
    await expect(askHttp(service.port, '/now')).resolves.toEqual({ body: 'now', asked: 'close' });
    expect(service.lines.filter(isHook)).toEqual([]);
    await service.end('SIGINT');
    expect(await cut).toMatch(/socket hang up|session ended|aborted/);
    const end = await first;
    expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    expect(messages(end, isEnd)).toEqual([
      expect.stringMatching(/hurried by a second signal, cut off: 1 request$/) as string,
    ]);
    expect(messages(end, isHook)).toHaveLength(4);
  });

  it('leaves the servers of an application that handles it alone, and asks clients to go', async () => {
    const service = await startDrained({ HANDLES_SIGTERM: 'true' });
    const ended = service.end('SIGTERM');
    await service.line(({ msg }) => msg === 'the service ends by itself');
    await service.line(isEnd);
    await expect(askHttp(service.port, '/now')).resolves.toEqual({ body: 'now', asked: 'close' });
    expect(await service.admin('/readyz')).toMatchObject({ status: 503 });
    goOn(service);
    const end = await ended;
    expect(end).toMatchObject({ code: 7, signal: null, stderr: '' });
    expect(messages(end, isHook)).toHaveLength(4);
  });

  it('goes on after hooks that fail and hang, and names them without their secrets', async () => {
    const service = await startDrained({ HOOK_FAILS: 'consumers', HOOK_HANGS: 'pools' });
    const end = await service.end('SIGTERM');
    expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    const told = end.lines.filter(({ code }) => code === 'SIGHTLINE_DRAIN_HOOK');
    expect(told).toMatchObject([
      { level: 'warn', hook: 'of consumers', msg: 'the drain hook of consumers failed; the end goes on' },
      { level: 'warn', hook: 'of pools' },
    ]);
    expect(JSON.stringify(end.lines)).not.toContain('hunter2');
    expect(messages(end, isHook)).toHaveLength(4);
  });

  it('ends the process at once where the drain is turned off', async () => {
    const service = await startDrained({ SIGHTLINE_DRAIN_DISABLED: 'true' });
    const { answer } = await begin(service, '/hang');
    const cut = failureOf(answer);
    const end = await service.end('SIGTERM');
    expect(await cut).toMatch(/socket hang up|session ended|aborted/);
    expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    expect([...messages(end, isBegin), ...messages(end, isHook)]).toEqual([]);
  });
});

describe('SIGTERM to the first process of a cluster', () => {
  it('lets the workers answer what they have begun, and waits for them', async () => {
    const service = await startService({
      app: 'clustered-drain.mjs',
      env: { SIGHTLINE_DRAIN_DEADLINE_MS: '15000' },
    });
    const { answer } = await begin(service, '/held');
    const ended = service.end('SIGTERM');
    // Both workers, and the first process.
    await service.until((lines) => lines.filter(isBegin).length === 3);
    goOn(service);
    await expect(answer).resolves.toMatchObject({ body: 'late', asked: 'close' });
    const end = await ended;
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
    expect(messages(end, isEnd)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('no request was cut') as string),
    );
    expect(end.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('SIGINT after SIGTERM to the first process of a cluster', () => {
  it('ends the waits of the workers as well', async () => {
    const service = await startService({
      app: 'clustered-drain.mjs',
      env: { SIGHTLINE_DRAIN_DEADLINE_MS: FOREVER_MS },
    });
    const { answer } = await begin(service, '/held');
    const cut = failureOf(answer);
    const ended = service.end('SIGTERM');
    await service.until((lines) => lines.filter(isBegin).length === 3);
    await service.end('SIGINT');
    expect(await cut).toMatch(/socket hang up|aborted/);
    const end = await ended;
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
    expect(messages(end, isEnd)).toContainEqual(
      expect.stringMatching(/hurried by a second signal, cut off: 1 request$/),
    );
  });
});

describe('SIGINT', () => {
  it('drains as well', async () => {
    const service = await startDrained({});
    onTestFinished(() => void service.end('SIGKILL'));
    const end = await service.end('SIGINT');
    expect(end).toMatchObject({ signal: 'SIGINT' });
    expect(messages(end, isEnd)).toEqual([expect.stringMatching(/^SIGINT: drained/) as string]);
  });
});
