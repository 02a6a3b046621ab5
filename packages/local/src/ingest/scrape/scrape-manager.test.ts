import { type RequestListener, createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SampleSink } from '../samples.ts';
import { type ScrapeManager, createScrapeManager } from './scrape-manager.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last first, one after the other
  for (const each of undo.splice(0).toReversed()) await each();
});

/** @returns the address of a target */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Serves a page that the test changes. */
async function page(): Promise<{ readonly address: string; set(text: string, status?: number): void }> {
  let text = '';
  let status = 200;
  const address = await served((_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  });
  return {
    address,
    set(next, nextStatus = 200) {
      text = next;
      status = nextStatus;
    },
  };
}

function scraping(options: { jobs?: string[]; files?: string[]; onRound?: () => void }): {
  readonly manager: ScrapeManager;
  readonly problems: string[];
  /** The samples of the last round, as `name{labels without the target's} value`. */
  round(): Promise<readonly string[]>;
} {
  let samples: string[] = [];
  const problems: string[] = [];
  const sink: SampleSink = {
    sample(labels, _, value) {
      const { __name__: name, job, instance: _instance, ...rest } = labels;
      if (name === 'scrape_duration_seconds') return;
      samples.push(`${job} ${name}${JSON.stringify(rest)} ${typeof value === 'number' ? value : 'stale'}`);
    },
    metadata: () => undefined,
  };
  const manager = createScrapeManager({
    jobs: (options.jobs ?? []).map((target) => ({ job: 'shop', targets: [target] })),
    files: options.files ?? [],
    intervalMs: 1000,
    timeoutMs: 1000,
    maxPageBytes: 1000,
    sink,
    now: () => 1000,
    onProblem: (message) => problems.push(message),
    onRound: options.onRound,
  });
  undo.push(() => manager.close());
  return {
    manager,
    problems,
    async round() {
      samples = [];
      await manager.round();
      return samples;
    },
  };
}

describe('createScrapeManager', () => {
  it('takes a page, and ends the series that are no longer on it', async () => {
    const { address, set } = await page();
    const { round } = scraping({ jobs: [address] });
    set('a{x="1"} 1\nb 2\n');
    expect(await round()).toEqual([
      'shop a{"x":"1"} 1',
      'shop b{} 2',
      'shop up{} 1',
      'shop scrape_samples_scraped{} 2',
    ]);
    set('b 3\n');
    expect(await round()).toEqual([
      'shop b{} 3',
      'shop a{"x":"1"} stale',
      'shop up{} 1',
      'shop scrape_samples_scraped{} 1',
    ]);
  });

  it('takes nothing of a page that it cannot read, that is too long or not there, and says why', async () => {
    const { address, set } = await page();
    const { round, manager } = scraping({ jobs: [address] });
    set('a 1\n');
    await round();
    set('a 2\nbroken line here\n');
    expect(await round()).toEqual(['shop a{} stale', 'shop up{} 0', 'shop scrape_samples_scraped{} 0']);
    expect(manager.targets()[0]?.last?.error).toMatch(/^line 2: expected a sample/);
    set(`a 1 ${'#'.repeat(2000)}`);
    await round();
    expect(manager.targets()[0]?.last?.error).toBe('the page is longer than 1000 bytes');
    set('', 503);
    await round();
    expect(manager.targets()[0]?.last?.error).toBe('server returned HTTP status 503 Service Unavailable');
  });

  it('leaves out the rounds that come while one is under way, and does not make up for them', async () => {
    let asked = 0;
    const held: (() => void)[] = [];
    const address = await served((_, response) => {
      asked += 1;
      held.push(() => response.end('a 1\n'));
    });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    undo.push(async () => void vi.useRealTimers());
    let rounds = 0;
    const { manager } = scraping({
      jobs: [address],
      onRound: () => (rounds += 1),
    });
    manager.start();
    await vi.waitFor(() => expect(held).toHaveLength(1));
    vi.advanceTimersByTime(10_000);
    held[0]!();
    await vi.waitFor(() => expect(rounds).toBe(1));
    vi.advanceTimersByTime(1000);
    await vi.waitFor(() => expect(held).toHaveLength(2));
    held[1]!();
    await vi.waitFor(() => expect(rounds).toBe(2));
    await new Promise(setImmediate);
    expect(asked).toBe(2);
  });

  it("keeps a page's own label of a target's name as exported", async () => {
    const { address, set } = await page();
    set('a{job="own"} 1\n');
    expect(await scraping({ jobs: [address] }).round()).toContain('shop a{"exported_job":"own"} 1');
  });

  it('follows a file of targets, keeps those of one that cannot be read, and ends the series of one that is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-targets-'));
    undo.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'targets.json');
    const { address, set } = await page();
    set('a 1\n');
    await writeFile(file, JSON.stringify([{ targets: [address], labels: { job: 'found', zone: 'a' } }]));
    const { round, problems } = scraping({ files: [file] });
    expect(await round()).toContain('found a{"zone":"a"} 1');
    await writeFile(file, '[{ "targets": 1 }]');
    expect(await round()).toContain('found a{"zone":"a"} 1');
    await round();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('0.targets');
    await writeFile(file, JSON.stringify([{ targets: [address], labels: { job: 'found', zone: 'b' } }]));
    expect(await round()).toEqual(
      expect.arrayContaining(['found a{"zone":"a"} stale', 'found a{"zone":"b"} 1']),
    );
    await rm(file);
    expect(await round()).toContain('found a{"zone":"b"} stale');
  });
});
