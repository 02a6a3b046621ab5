import express from 'express';
import fastify from 'fastify';
import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shedLoad } from './shed-load.ts';

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('shedLoad', () => {
  it('answers 503 with Retry-After while there is pressure, and lets the service answer otherwise', async () => {
    const health: { pressure: string | undefined } = { pressure: undefined };
    const shed = shedLoad(health, { retryAfterSeconds: 3 });
    const url = await listen((request, response) => shed(request, response, () => response.end('ok')));
    expect(await (await fetch(url)).text()).toBe('ok');

    health.pressure = 'the event loop is 1500 ms late';
    const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(200_000) });
    expect(answer.status).toBe(503);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': '3',
    });
    // The reason is for those who run the service.
    expect(await answer.json()).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 });
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(503);

    health.pressure = undefined;
    expect((await fetch(url)).status).toBe(200);
  });

  it('lets exempt requests through', async () => {
    const shed = shedLoad({ pressure: 'late' }, { isExempt: ({ url }) => url === '/operator' });
    const url = await listen((request, response) => shed(request, response, () => response.end('ok')));
    expect((await fetch(`${url}/operator`)).status).toBe(200);
    expect((await fetch(`${url}/`)).status).toBe(503);
  });

  it('is a middleware of Express, and a hook of Fastify', async () => {
    const health: { pressure: string | undefined } = { pressure: 'late' };
    const app = express()
      .use(shedLoad(health))
      .get('/', (_request, response) => void response.send('ok'));
    const url = await listen(app);

    const shed = shedLoad(health);
    const other = fastify();
    other.addHook('onRequest', (request, reply, done) => shed(request.raw, reply.raw, done));
    other.get('/', () => 'ok');
    onTestFinished(() => other.close());
    const otherUrl = await other.listen({ port: 0, host: '127.0.0.1' });

    expect([(await fetch(url)).status, (await fetch(otherUrl)).status]).toEqual([503, 503]);
    health.pressure = undefined;
    expect([(await fetch(url)).status, (await fetch(otherUrl)).status]).toEqual([200, 200]);
  });

  it('names every wrong option', () => {
    expect(() =>
      shedLoad({ pressure: undefined }, { retryAfterSeconds: -1, isExempt: 'x' as never }),
    ).toThrow(expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }) as Error);
  });
});
