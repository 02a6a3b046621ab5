import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { scrapeWhenThere } from './scrape-when-there.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('scrapeWhenThere', () => {
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
