import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Target, ask } from './contract/target.ts';
import { type DebianProgram, debianProgram } from './servers/debian.ts';
import { startPrometheus } from './servers/prometheus.ts';

/** Each of them scrapes the same pages, by the same file of targets. */
const targets: readonly { readonly name: string; readonly program?: DebianProgram }[] = [
  { name: 'the embedded stack' },
  {
    name: "this Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'own' },
  },
  {
    name: "the newest Debian's Prometheus",
    program: { program: 'prometheus', package: 'prometheus', release: 'sid' },
  },
];

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
let folder: string;
let address: string;
/** Whether `/metrics` answers. */
let isUp = true;
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://localhost');
  if (url.pathname === '/metrics' && isUp) {
    const page = [
      'conflict{job="a",exported_job="b",empty=""} 1',
      `stamped 1 ${Date.now() - 60_000}`,
      String.raw`path{path="C:\dir\\x\n\"y\""} 1`,
      '',
    ].join('\n');
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page);
  } else if (url.pathname === '/probe') {
    const asked = ['module', 'target'].map((name) => `${name}="${url.searchParams.get(name) ?? ''}"`);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`probed{${asked.join(',')}} 1\n`);
  } else if (url.pathname === '/cut' || url.pathname === '/long') {
    const end = url.pathname === '/cut' ? '' : '# EOF\nb 1\n';
    response.writeHead(200, { 'content-type': OPEN_METRICS }).end(`a 1\n${end}`);
  } else response.writeHead(500).end();
});
const running = new Map<string, Target>();
const missing = new Map<string, string>();

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'sightline-scrape-'));
  const file = join(folder, 'targets.json');
  const group = (labels: Record<string, string>) => ({ targets: [address], labels });
  await writeFile(
    file,
    JSON.stringify([
      group({ job: 'plain' }),
      group({
        job: 'probe',
        instance: 'web-1',
        zone: 'a',
        __scheme__: 'http',
        __metrics_path__: '/probe',
        __param_module: 'http_2xx',
        __param_target: 'https://a/b?c=d&e',
        __own: 'not on a series',
      }),
      group({ job: 'cut', __metrics_path__: '/cut' }),
      group({ job: 'long', __metrics_path__: '/long' }),
    ]),
  );
  await Promise.all(targets.map(({ name, program }) => start(name, file, program)));
}, 240_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()));
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function start(name: string, file: string, program: DebianProgram | undefined): Promise<void> {
  if (program === undefined) {
    const stack = await startLocal({
      port: 0,
      scrape: { intervalMs: 1000, timeoutMs: 900, files: [file] },
    });
    running.set(name, { url: stack.url, stop: () => stack.close() });
    return;
  }
  const found = await debianProgram(program);
  if ('missing' in found) missing.set(name, found.missing);
  else {
    const scrapeConfigs = [{ job_name: 'files', file_sd_configs: [{ files: [file] }] }];
    running.set(name, await startPrometheus({ path: found.path, jobs: {}, scrapeConfigs }));
  }
}

type Result = readonly { readonly metric: object; readonly value: readonly [number, string] }[];

async function query(target: Target, text: string): Promise<Result> {
  const { body } = await ask(target, '/api/v1/query', { parameters: { query: text } });
  return (body as { data: { result: Result } }).data.result;
}

describe.each(targets)('scraping, by $name', ({ name }) => {
  function targetOf(ctx: { skip(note: string): never }): Target {
    const target = running.get(name);
    if (target !== undefined) return target;
    const reason = missing.get(name) ?? 'it is not there';
    process.stdout.write(`skipped: ${reason}\n`);
    return ctx.skip(reason);
  }
  const metrics = async (target: Target, text: string): Promise<readonly object[]> =>
    (await query(target, text)).map(({ metric }) => metric);

  it('obeys the labels of a file of targets, and puts none of those that begin with __ on a series', async (ctx) => {
    const target = targetOf(ctx);
    await vi.waitFor(
      async () =>
        expect(await metrics(target, 'probed')).toEqual([
          {
            __name__: 'probed',
            job: 'probe',
            instance: 'web-1',
            zone: 'a',
            module: 'http_2xx',
            target: 'https://a/b?c=d&e',
          },
        ]),
      { timeout: 30_000, interval: 100 },
    );
    await vi.waitFor(
      async () =>
        expect(await metrics(target, 'up{job="plain"}')).toEqual([
          { __name__: 'up', job: 'plain', instance: address },
        ]),
      { timeout: 30_000, interval: 100 },
    );
    const { body } = await ask(target, '/api/v1/targets');
    const { activeTargets } = (body as { data: { activeTargets: { labels: { job: string } }[] } }).data;
    expect(activeTargets.find(({ labels }) => labels.job === 'probe')).toMatchObject({
      labels: { job: 'probe', instance: 'web-1', zone: 'a' },
      scrapeUrl: `http://${address}/probe?module=http_2xx&target=https%3A%2F%2Fa%2Fb%3Fc%3Dd%26e`,
      health: 'up',
    });
  }, 60_000);

  it('keeps the labels of a page beside those of its target, leaves empty ones out, and reads escapes', async (ctx) => {
    const target = targetOf(ctx);
    const own = { job: 'plain', instance: address };
    await vi.waitFor(
      async () =>
        expect(await metrics(target, 'conflict')).toEqual([
          { __name__: 'conflict', ...own, exported_job: 'b', exported_exported_job: 'a' },
        ]),
      { timeout: 30_000, interval: 100 },
    );
    expect(await metrics(target, 'path')).toEqual([{ __name__: 'path', ...own, path: 'C:\\dir\\x\n"y"' }]);
  }, 60_000);

  it('refuses a page of OpenMetrics that does not end with # EOF, or goes on behind it', async (ctx) => {
    const target = targetOf(ctx);
    await vi.waitFor(async () => expect(await metrics(target, 'up{job=~"cut|long"} == 0')).toHaveLength(2), {
      timeout: 30_000,
      interval: 100,
    });
    expect(await metrics(target, 'a or b')).toEqual([]);
    const { body } = await ask(target, '/api/v1/targets');
    const { activeTargets } = (
      body as {
        data: { activeTargets: { labels: { job: string }; lastError: string }[] };
      }
    ).data;
    const errorOf = (job: string): string =>
      activeTargets.find(({ labels }) => labels.job === job)?.lastError ?? '';
    expect(errorOf('cut')).toContain('data does not end with # EOF');
    expect(errorOf('long')).toContain('unexpected data after # EOF');
  }, 60_000);
});

describe('a page that fails', () => {
  it('ends series without a time of their own, and no others', async () => {
    isUp = false;
    for (const [, target] of running) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await vi.waitFor(async () => expect(await query(target, 'up{job="plain"} == 0')).toHaveLength(1), {
        timeout: 30_000,
        interval: 100,
      });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await query(target, 'conflict')).toEqual([]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await query(target, 'stamped')).toHaveLength(1);
    }
    isUp = true;
    for (const [, target] of running) {
      const newer = 'timestamp(stamped) > time() - 62';
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await vi.waitFor(async () => expect(await query(target, newer)).toHaveLength(1), {
        timeout: 30_000,
        interval: 100,
      });
    }
  }, 120_000);
});
