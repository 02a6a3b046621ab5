import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createScrapeManager } from './scrape-manager.ts';
import { targetsOf } from './read-targets.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((each) => each()));
});

describe('credentials of a target', () => {
  it('are sent as a header, and not shown', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers.authorization);
      response.end('up_and_well 1\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const manager = createScrapeManager({
      jobs: [
        { job: 'a', targets: [`http://u:hidden@127.0.0.1:${port}/metrics`] },
        { job: 'b', targets: [`u:hidden@127.0.0.1:${port}`] },
        { job: 'c', targets: [`127.0.0.1:${port}`] },
      ],
      files: [],
      intervalMs: 60_000,
      timeoutMs: 4000,
      maxPageBytes: 1000,
      sink: { sample: () => undefined, metadata: () => undefined },
      now: () => 0,
      onProblem: () => undefined,
    });
    undo.push(() => manager.close());
    await manager.round();
    const basic = `Basic ${Buffer.from('u:hidden').toString('base64')}`;
    expect(asked).toHaveLength(3);
    expect(asked.filter((each) => each === basic)).toHaveLength(2);
    const targets = manager.targets();
    expect(targets.map(({ last }) => last?.error)).toEqual(['', '', '']);
    expect(JSON.stringify(targets)).not.toMatch(/hidden|dTpoaWRkZW4/);
  });

  it('are not shown of an address that is none', () => {
    const problems: string[] = [];
    const add = (problem: string): unknown => problems.push(problem);
    expect(targetsOf({ job: 'j', targets: ['http://u:hidden@a b', 'u:hidden@a b'] }, add)).toEqual([]);
    expect(problems).toEqual([
      'job j: "http://a b" is no address such as localhost:9464',
      'job j: "a b" is no address such as localhost:9464',
    ]);
  });
});
