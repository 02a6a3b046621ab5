import { createRedactor } from '@sightline/redact';
import { trace } from '@opentelemetry/api';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from './config/config.ts';
import { observeRequests } from './requests.ts';
import type { Requests } from './requests.ts';

const FASTIFY = 'fastify.initialization';
let requests: Requests | undefined;
afterEach(() => requests?.stop());

function observe(isOn: (name: string) => boolean) {
  const onObserved = vi.fn<(name: string, version: string | undefined) => void>();
  requests = observeRequests({
    config: loadConfig({}, { env: {} }),
    tracer: trace.getTracer('test'),
    redactor: createRedactor(),
    isOn,
    onProblem: () => {},
    onObserved,
  });
  return { requests, onObserved };
}

describe('observeRequests', () => {
  it('observes both sides, and patches the frameworks that are known', () => {
    const { server, client, targets } = observe(() => true).requests;
    expect([server, client].every((each) => each !== undefined)).toBe(true);
    expect(targets.map(({ name }) => name)).toEqual(expect.arrayContaining(['express', 'koa', 'hono']));
  });

  it('tells of a framework that publishes itself and is of a version that is known, and lets go of its channel', () => {
    const { onObserved } = observe(() => true);
    const addHook = (): void => {};
    channel(FASTIFY).publish({ fastify: { version: '5.1.0', addHook } });
    for (const other of [null, { version: '4.9.2', addHook }]) channel(FASTIFY).publish({ fastify: other });
    expect(onObserved.mock.calls).toEqual([['fastify', '5.1.0']]);
    requests?.stop();
    expect(channel(FASTIFY).hasSubscribers).toBe(false);
  });

  it('observes nothing when both sides are off', () => {
    const { server, client, targets } = observe(() => false).requests;
    expect([server, client, targets]).toEqual([undefined, undefined, []]);
    expect(channel(FASTIFY).hasSubscribers).toBe(false);
    expect(() => requests?.stop()).not.toThrow();
  });

  it('patches a framework when it is loaded, and says so when it does not look as it is known', () => {
    const target = observe(() => true).requests.targets.find(({ name }) => name === 'koa');
    expect(target?.onLoad?.({}, {} as never)).toBe(false);
    class Application {
      readonly context = Object.create({ onerror() {} }) as object;
      createContext(): void {}
      handleRequest(): void {}
    }
    const { handleRequest } = Application.prototype;
    expect(target?.onLoad?.(Application, {} as never)).toBe(true);
    expect(Application.prototype.handleRequest).not.toBe(handleRequest);
  });

  it.each([
    { off: 'http', server: false, client: true, targets: false },
    { off: 'undici', server: true, client: true, targets: true },
    { off: 'express', server: true, client: true, targets: true },
  ])('without $off: server $server, client $client', ({ off, ...on }) => {
    const { server, client, targets } = observe((name) => name !== off).requests;
    expect({
      server: server !== undefined,
      client: client !== undefined,
      targets: targets.length > 0,
    }).toEqual(on);
    expect(targets.map(({ name }) => name)).not.toContain(off);
  });

  it.each([
    { off: 'http', observed: ['fetch'] },
    { off: 'undici', observed: ['http'] },
  ])('sees the calls of $observed alone without $off', async ({ off, observed }) => {
    const { client } = observe((name) => name !== off).requests;
    const seen: string[] = [];
    client?.addSink({ prepare: (kind) => () => void seen.push(kind.method) });
    const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      request({ port, host: '127.0.0.1', method: 'PUT' }, (response) =>
        response.resume().on('close', resolve),
      ).end();
    });
    await (await fetch(`http://127.0.0.1:${port}`, { method: 'DELETE' })).text();
    await vi.waitFor(() =>
      expect(seen).toEqual(observed.map((each) => (each === 'fetch' ? 'DELETE' : 'PUT'))),
    );
    server.close();
    server.closeAllConnections();
  });
});
