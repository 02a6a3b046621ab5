import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS, runtimes } from './run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const PSK = 'ab'.repeat(16);

/** What is left of tests that run side by side, and of those that fail. */
const open = new Set<() => unknown>();
afterAll(() => open.forEach((end) => end()));

interface Child {
  readonly process: ChildProcess;
  readonly stderr: Promise<string>;
  /** The next message of it. */
  heard(): Promise<unknown>;
  /** Resolves when its last flush has begun: from then on no event loop turns in it. */
  readonly flushing: Promise<unknown>;
}

function start(runtime: string, program: string): Child {
  const child = spawn(runtime, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', PSK },
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  open.add(() => child.kill('SIGKILL'));
  const { stdout, stderr } = child as ChildProcessWithoutNullStreams;
  return {
    process: child,
    stderr: text(stderr),
    heard: async () => ((await once(child, 'message')) as [unknown])[0],
    flushing: once(stdout, 'data'),
  };
}

function watched(socket: Socket): Socket {
  socket.on('error', () => {});
  open.add(() => socket.destroy());
  return socket;
}

function here(port = 0): Socket {
  return watched(connect(port, '127.0.0.1'));
}

function secured(port = 0, ALPNProtocols: string[] = []): Socket {
  return watched(
    connectTls({
      port,
      host: '127.0.0.1',
      ALPNProtocols,
      ciphers: 'PSK',
      maxVersion: 'TLSv1.2',
      pskCallback: () => ({ psk: Buffer.from(PSK, 'hex'), identity: 'test' }),
      checkServerIdentity: () => undefined,
    }),
  );
}

/** Sends a request; the first answer, if one is to come, is there when it resolves. */
async function ask(socket: Socket, path = '/'): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: shop\r\n\r\n`);
  return path === '/never' ? '' : String(((await once(socket, 'data')) as [Buffer])[0]);
}

async function kept(socket: Socket, path?: string): Promise<Socket> {
  await ask(socket, path);
  return socket;
}

async function askHttp2(session: ClientHttp2Session): Promise<string> {
  return text(session.request({ ':path': '/' }));
}

async function keptHttp2(socket: Socket, scheme: string): Promise<ClientHttp2Session> {
  const session = connectHttp2(`${scheme}://127.0.0.1`, { createConnection: () => socket });
  session.on('error', () => {});
  open.add(() => session.destroy());
  await askHttp2(session);
  return session;
}

/** @returns the code of the error, or that somebody listens */
async function knock(port: number): Promise<string> {
  return once(here(port), 'connect').then(
    () => 'listens',
    (error: NodeJS.ErrnoException) => String(error.code),
  );
}

describe.concurrent.each(runtimes)('ownLifecycle on $node', ({ path: runtime }) => {
  it.for([
    { end: 'thrown', code: 1, stderr: /Error: boom\n {4}at / },
    { end: 'rejected', code: 1, stderr: /Error: boom\n {4}at / },
    { end: 'exit', code: 7, stderr: /^$/ },
  ])('refuses clients while it flushes at the end: $end', async ({ end, code, stderr }) => {
    const child = start(runtime, 'servers.mjs');
    const ports = (await child.heard()) as Record<string, number>;
    const connections = await Promise.all([
      kept(here(ports['http'])),
      kept(here(ports['http']), '/never'),
      kept(secured(ports['https'])),
      keptHttp2(here(ports['http2']), 'http'),
      keptHttp2(secured(ports['http2Secure'], ['h2']), 'https'),
    ]);
    const closed = connections.map((connection) => once(connection, 'close'));

    child.process.send(end);
    await child.flushing;
    await Promise.all(closed);
    expect(await Promise.all(Object.values(ports).map(knock))).toEqual(
      Array.from({ length: 5 }, () => 'ECONNREFUSED'),
    );
    expect(child.process.exitCode).toBeNull();

    child.process.stdin?.end('\n');
    expect(await once(child.process, 'close')).toEqual([code, null]);
    expect(await child.stderr).toMatch(stderr);
  });

  it('goes on answering after an error that the application catches', async () => {
    const child = start(runtime, 'servers.mjs');
    const ports = (await child.heard()) as Record<string, number>;
    const socket = await kept(here(ports['http']));
    const session = await keptHttp2(here(ports['http2']), 'http');
    child.process.send('caught');
    expect(await child.heard()).toBe('caught');
    expect(await ask(socket)).toContain('well');
    expect(await askHttp2(session)).toBe('well');
    expect(await Promise.all(Object.values(ports).map(knock))).toEqual(
      Array.from({ length: 5 }, () => 'listens'),
    );
  });

  it('leaves clients of a cluster to the other workers', async () => {
    const child = start(runtime, 'cluster.mjs');
    const { port } = (await child.heard()) as { port: number };
    child.process.send('crash');
    await child.flushing;
    child.process.send('say when you know');
    await child.heard();
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => (await fetch(`http://127.0.0.1:${port}`)).text()),
    );
    expect(new Set(answers).size).toBe(1);
    child.process.stdin?.end('\n');
    expect(await child.heard()).toEqual({ code: 1 });
  });
});
