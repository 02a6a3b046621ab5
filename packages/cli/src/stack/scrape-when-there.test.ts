import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { scrapeWhenThere } from './scrape-when-there.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** What a server that answers so is scraped as, and what is told. */
async function outcomeOf(
  handle: RequestListener,
  options: { readonly isNamed?: boolean; readonly token?: string } = {},
): Promise<{ readonly job: string | undefined; readonly note: string; readonly target: string }> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const abort = new AbortController();
  let job: string | undefined;
  const note = await new Promise<string>((done) => {
    const stack = { scrape: (given: { readonly job: string }) => void (job = given.job) };
    scrapeWhenThere(stack, abort, done, { target, everyMs: 100, ...options });
  });
  abort.abort();
  server.close();
  return { job, note, target };
}

describe('scrapeWhenThere', () => {
  it('scrapes whatever answers where it was named, under no name', async () => {
    const other = await outcomeOf((_request, response) => response.writeHead(404).end('no'), {
      isNamed: true,
    });
    expect(other.job).toBe('app');
    // No HTTP: the page of targets says so.
    const odd = await outcomeOf((request) => request.socket.destroy(), { isNamed: true });
    expect(odd.job).toBe('app');
  });

  it('knows an admin server that tells its name to the bearer of a token alone', async () => {
    const guarded: RequestListener = ({ headers }, response) => {
      if (headers.authorization !== 'Bearer secret') response.writeHead(403).end('not from there');
      else response.end('{"service":{"service.name":"shop"}}');
    };
    expect((await outcomeOf(guarded)).job).toBe('app');
    expect((await outcomeOf(guarded, { token: 'secret' })).job).toBe('shop');
    // Without a token of its own it refuses any.
    const open: RequestListener = ({ headers }, response) => {
      if (headers.authorization !== undefined) response.writeHead(401).end('no such token');
      else response.end('{"service":{"service.name":"shop"}}');
    };
    expect((await outcomeOf(open, { token: 'secret' })).job).toBe('shop');
  });

  it('says once that nothing answers where it was named, and looks on', async () => {
    const server = createServer((_request, response) => response.end('{"service":{"service.name":"late"}}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const abort = new AbortController();
    const notes: string[] = [];
    scrapeWhenThere({ scrape: () => undefined }, abort, (text) => notes.push(text), {
      target: `http://127.0.0.1:${port}/metrics`,
      isNamed: true,
      everyMs: 20,
    });
    await vi.waitFor(() => expect(notes).toHaveLength(1), 20_000);
    server.listen(port, '127.0.0.1');
    await vi.waitFor(() => expect(notes).toHaveLength(2), 20_000);
    abort.abort();
    server.close();
    expect(notes).toEqual([
      `nothing answers at 127.0.0.1:${port} yet: it is scraped as soon as something does`,
      `late is there: its metrics are scraped from 127.0.0.1:${port}`,
    ]);
  });

  it.each([
    [{ service: { 'service.name': 'shop' } }, 'shop'],
    [{ service: {} }, 'app'],
  ])('scrapes what is there once, under its own name: %j', async (status, job) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      // Not yet ready: it is asked again.
      response.end(asked === 1 ? 'starting' : JSON.stringify(status));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const abort = new AbortController();
    const scraped: unknown[] = [];
    const note = await new Promise<string>((done) => {
      scrapeWhenThere({ scrape: (given) => scraped.push(given) }, abort, done, { target, everyMs: 100 });
    });
    abort.abort();
    server.close();
    expect(scraped).toEqual([{ job, targets: [target] }]);
    expect(note).toBe(`${job} is there: its metrics are scraped from ${target}`);
  });
});
