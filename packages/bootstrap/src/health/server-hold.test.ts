import { createHealth } from '@sightline/health';
import type { Health } from '@sightline/health';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { holdUntilListening } from './server-hold.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function startedHealth(): Health {
  const health = createHealth({ pressure: false });
  onTestFinished(() => health.close());
  return health;
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return server;
}

describe('holdUntilListening', () => {
  it('holds readiness until a server listens, whichever that is but the one of the admin port', async () => {
    const health = startedHealth();
    const admin = createServer();
    holdUntilListening(health, admin);
    health.start();
    admin.listen(0, '127.0.0.1');
    onTestFinished(() => {
      admin.close();
    });
    await once(admin, 'listening');
    expect([health.startup.passed, health.probe('readyz')?.ok]).toEqual([false, false]);
    await listening();
    expect([health.startup.passed, health.probe('readyz')?.ok]).toEqual([true, true]);
  });

  it('leaves the service a task of its own that is called server', () => {
    const health = startedHealth();
    const end = holdUntilListening(health, {});
    const own = health.startup.hold('server');
    health.start();
    end();
    expect(health.startup.passed).toBe(false);
    own.done();
    expect(health.startup.passed).toBe(true);
  });

  it('holds it for 15 seconds at most, as a worker has no server', () => {
    const health = startedHealth();
    holdUntilListening(health, {});
    health.start();
    vi.advanceTimersByTime(14_999);
    expect(health.startup.passed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(health.startup.passed).toBe(true);
  });

  it('takes a connection of a server that has listened before for the same', async () => {
    const server = await listening();
    const health = startedHealth();
    holdUntilListening(health, {});
    health.start();
    const { port } = server.address() as { port: number };
    server.once('request', (_request, response) => response.end());
    await (await fetch(`http://127.0.0.1:${port}`)).text();
    expect(health.startup.passed).toBe(true);
  });
});
