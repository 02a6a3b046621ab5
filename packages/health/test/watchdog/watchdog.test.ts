import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SightlineError } from '@sightline/errors';
import { createHealth } from '@sightline/health';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const service = fileURLToPath(new URL('blocked.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'watchdog-'));
const children: ChildProcess[] = [];
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Child {
  readonly port: number;
  say(line: string): void;
  /** What it printed next. */
  next(): Promise<Record<string, unknown>>;
  /** The lines on stderr so far. */
  readonly errors: Record<string, unknown>[];
  /** Ends its input, and waits until it has ended. */
  end(): Promise<number | null>;
}

async function start(...args: readonly string[]): Promise<Child> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', service, ...args], {
    stdio: 'pipe',
  });
  children.push(child);
  const errors: Record<string, unknown>[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(JSON.parse(line)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function next(): Promise<Record<string, unknown>> {
    return JSON.parse((await lines.next()).value ?? 'null');
  }
  const { port } = await next();
  return {
    port: Number(port),
    next,
    errors,
    say: (line) => void child.stdin.write(`${line}\n`),
    async end() {
      const ended = once(child, 'exit');
      child.stdin.end();
      const [code] = await ended;
      return code;
    },
  };
}

/**
 * Lets it stand still.
 *
 * @returns ends that
 */
function standStill(child: Child): () => void {
  const file = join(folder, `end-${(files += 1)}`);
  child.say(`busy ${file}`);
  return () => writeFileSync(file, '');
}

/** Waits until a line on stderr has a stack like that; the timeout of the test is the end. */
async function seen(child: Child, stack: RegExp): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- again until it is there
  while (!child.errors.some((line) => stack.test(String(line['stack'])))) await setTimeout(10);
}

/** Asks until it is answered so. */
async function answered(port: number, status: number): Promise<string> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- again until it is so; the timeout of the test is the end
    const response = await fetch(`http://127.0.0.1:${port}/livez`, { headers: { connection: 'close' } });
    // oxlint-disable-next-line no-await-in-loop
    const body = await response.text();
    if (response.status === status) return body;
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(10);
  }
}

describe('the watchdog', () => {
  it('answers 503 itself while the main thread stands still, and says where and how long', async () => {
    const child = await start();
    expect(await answered(child.port, 200)).toBe('ok');
    const end = standStill(child);
    expect(await answered(child.port, 503)).toBe(
      '[-]event-loop failed: reason withheld\nlivez check failed\n',
    );
    await seen(child, /makeReport/);
    end();
    expect(await answered(child.port, 200)).toBe('ok');
    const { block } = await child.next();
    expect(block).toMatchObject({
      route: '/report/:id',
      stack: expect.arrayContaining([expect.stringMatching(/^makeReport \(file:.*blocked\.mjs:\d+\)$/)]),
    });
    expect(Object(block).blockedSeconds).toBeGreaterThan(0.3);
    expect(child.errors.at(-1)).toMatchObject({
      level: 'error',
      service: 'shop',
      http_route: '/report/:id',
      msg: expect.stringMatching(/^the main thread has stood still for [\d.]+ s$/),
      stack: expect.stringContaining('makeReport'),
    });
    expect(await child.end()).toBe(0);
  }, 60_000);

  it('bears a module with a source map of 20 MB in it, of which it is told as it looks', async () => {
    const module = join(folder, 'bundle.mjs');
    const map = 'A'.repeat(20_000_000);
    writeFileSync(module, `export {};\n//# sourceMappingURL=data:application/json;base64,${map}\n`);
    const child = await start('stack', module);
    const end = standStill(child);
    await seen(child, /./);
    end();
    expect(await child.next()).toHaveProperty('block');
    expect(await child.end()).toBe(0);
  }, 60_000);

  it('leaves a main thread alone that waits in native code, and reports it without a stack', async () => {
    const child = await start('no-stack');
    child.say('asleep 1500');
    const { block } = await child.next();
    expect(block).toMatchObject({ route: '/report/:id', stack: [] });
    expect(child.errors.length).toBeGreaterThan(0);
    const paths = ['/livez?verbose', '/', '/readyz'];
    const answers = await Promise.all(paths.map((path) => fetch(`http://127.0.0.1:${child.port}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404]);
    const posted = await fetch(`http://127.0.0.1:${child.port}/livez`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await child.end()).toBe(0);
  }, 60_000);

  it('tells that its port is taken, and goes on without it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const told = Promise.withResolvers<SightlineError>();
    const health = createHealth({ watchdog: { port, host: '127.0.0.1' }, onProblem: told.resolve });
    health.start();
    expect(await told.promise).toMatchObject({
      code: 'SIGHTLINE_HEALTH_WATCHDOG',
      problem: expect.stringContaining('EADDRINUSE'),
    });
    expect(health.watchdogPort).toBeUndefined();
    health.close();
    taken.close();
  });

  it('runs on with a stack that cannot be had', async () => {
    const child = await start();
    child.say('asleep 1500');
    expect(await child.next()).toHaveProperty('block');
    const end = standStill(child);
    await seen(child, /makeReport/);
    end();
    const { block } = await child.next();
    expect(Object(block).stack.join()).toContain('makeReport');
    expect(await child.end()).toBe(0);
  }, 60_000);
});
