import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOW_MS, runWith } from '../fake-io.fixture.ts';
import type { Io } from '../io.ts';

/** Answers by the path, without its query. */
function stack(answers: Readonly<Record<string, unknown>>): Io['fetch'] {
  return (url) => {
    const { port, pathname } = new URL(url);
    const answer = answers[`${port}${pathname}`] ?? answers[`:${pathname}`];
    if (answer === undefined) return Promise.resolve(new Response('not found', { status: 404 }));
    return Promise.resolve(typeof answer === 'string' ? new Response(answer) : Response.json(answer));
  };
}

const all = {
  ':/-/ready': 'ready',
  ':/ready': 'ready',
  '9090/api/v1/status/buildinfo': { data: { version: '3.14.0' } },
  '9090/metrics': 'process_resident_memory_bytes 1048576\nprometheus_tsdb_storage_blocks_bytes 2048\n',
  '9090/api/v1/query': { status: 'success', data: { result: [{ metric: {}, value: [1, '3'] }] } },
  '9093/api/v2/status': { versionInfo: { version: '0.34.0' } },
  '9093/api/v2/alerts': [{}, {}],
  '3100/loki/api/v1/status/buildinfo': { version: '3.7.6' },
  '3100/loki/api/v1/labels': { data: ['job', 'service_name'] },
  '3100/loki/api/v1/query_range': { data: { result: [{ values: [[`${NOW_MS - 5000}000000`, 'line']] }] } },
  '3200/metrics': 'tempo_distributor_spans_received_total{tenant="a"} 12\n',
  '3000/api/health': { database: 'ok', version: '13.2.0' },
};

describe('status', () => {
  it('shows each server as it tells of itself', async () => {
    const ran = await runWith('status --json', { fetch: stack(all) });
    expect(ran.exitCode).toBe(0);
    const { servers } = ran.json().result as { servers: readonly object[] };
    expect(servers).toMatchObject([
      {
        server: 'prometheus',
        ready: true,
        version: '3.14.0',
        memoryBytes: 1_048_576,
        usedBytes: 2048,
        lagSeconds: 3,
      },
      { server: 'alertmanager', version: '0.34.0', note: '2 alerts fire' },
      { server: 'loki', version: '3.7.6', lagSeconds: 5 },
      { server: 'tempo', version: null, note: '12 spans since its start' },
      { server: 'grafana', version: '13.2.0', note: 'database ok' },
    ]);
    const { stdout } = await runWith('status', { fetch: stack(all) });
    expect(stdout).toMatch(/✓ {2}prometheus +3\.14\.0 +3 s +1\.0 MiB +2\.0 KiB +3 of 3 targets up/);
  });

  it('is a finding when one is not ready, or is something else', async () => {
    const ran = await runWith('status', { fetch: stack({ ...all, '3000/api/health': '<html>' }) });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/✗ {2}grafana .*something else answers there/);
    expect(ran.stdout).toContain('1 server not ready: sightline doctor finds out why');
  });

  it('ends with 3 when nothing answers', async () => {
    const fetch = (): Promise<Response> =>
      Promise.reject(Object.assign(new Error('fetch failed'), { cause: { code: 'ECONNREFUSED' } }));
    const ran = await runWith('status', { fetch });
    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toContain('nothing answers: sightline up starts the stack');
  });

  it('takes the embedded stack for servers that nobody named and that do not answer', async () => {
    const refused = Object.assign(new Error('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    const embedded: Io['fetch'] = (url, init) =>
      new URL(url).port === '4318'
        ? stack({
            ':/-/ready': 'ready',
            ':/ready': 'ready',
            ':/api/v1/status/buildinfo': { status: 'success', data: { version: '0.1.0' } },
          })(url, init)
        : Promise.reject(refused);
    const ran = await runWith('status --json', { fetch: embedded });
    expect(ran.exitCode).toBe(0);
    const urls = (ran.json().result as { servers: readonly { server: string; url: string }[] }).servers;
    expect(urls.map(({ server, url }) => `${server} ${url}`)).toEqual([
      'prometheus http://localhost:4318',
      'alertmanager http://localhost:4318',
      'loki http://localhost:4318',
      'tempo http://localhost:4318',
    ]);
    expect((await runWith('status --loki http://localhost:3101', { fetch: embedded })).exitCode).toBe(3);
  });

  it('asks where the variables of the stack put a server, unless an option says otherwise', async () => {
    const asked = new Set<string>();
    const fetch: Io['fetch'] = (url) => {
      asked.add(new URL(url).host);
      return Promise.resolve(new Response('', { status: 503 }));
    };
    await runWith('status --loki http://loki.test --without grafana', {
      fetch,
      env: { PROMETHEUS_PORT: '19090', LOKI_PORT: '1' },
    });
    expect([...asked].toSorted()).toEqual([
      'localhost:19090',
      'localhost:3200',
      'localhost:9093',
      'loki.test',
    ]);
  });
});

describe('the ports in compose/.env', () => {
  it.each([
    ['the folder of the stack', '.', '.'],
    ['its compose/', '.', 'compose'],
    ['where up has made a copy', '.sightline/stack', '.'],
  ])('are those that are asked from %s, below the environment', async (_name, stackAt, from) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-status-'));
    const stackFolder = join(folder, stackAt);
    for (const each of ['compose', 'dashboards/provisioning'])
      mkdirSync(join(stackFolder, each), { recursive: true });
    writeFileSync(join(stackFolder, 'compose/compose.yaml'), '');
    writeFileSync(join(stackFolder, 'compose/.env'), 'LOKI_PORT=13100 # mine\nTEMPO_PORT=13200\n');
    const asked = new Set<string>();
    const fetch: Io['fetch'] = (url) => {
      asked.add(new URL(url).host);
      return Promise.resolve(new Response('', { status: 503 }));
    };
    const cwd = join(folder, from);
    const line = 'status --without prometheus --without alertmanager --without grafana';
    await runWith(line, { cwd, fetch, env: { TEMPO_PORT: '23200' } });
    rmSync(folder, { recursive: true });
    expect([...asked].toSorted()).toEqual(['localhost:13100', 'localhost:23200', 'localhost:4318']);
  });
});

describe('what status shows', () => {
  it.each([
    ['500', '300', '500 B', '5 min'],
    ['0', '36000', '0 B', '10 h'],
    ['5368709120', '3', '5.0 GiB', '3 s'],
    ['1e18', '3', '909494.7 TiB', '3 s'],
    ['NaN', 'NaN', '-', '-'],
  ])('has %s bytes and %s s in a unit that fits', async (bytes, seconds, size, age) => {
    const fetch = stack({
      ...all,
      '9090/metrics': `process_resident_memory_bytes ${bytes}\n`,
      '9090/api/v1/query': { status: 'success', data: { result: [{ metric: {}, value: [1, seconds] }] } },
    });
    const { stdout } = await runWith('status', { fetch });
    const [, , , newest, memory] = stdout.split('\n')[1]!.split(/ {2,}/);
    expect({ newest, memory }).toEqual({ newest: age, memory: size });
  });

  it('counts what failed, and knows little of servers that tell little', async () => {
    const fetch = stack({
      ...all,
      '9090/api/v1/query': {},
      '9093/metrics': 'alertmanager_notifications_failed_total 2\n',
      '3100/loki/api/v1/labels': { data: ['job'] },
      '3100/loki/api/v1/query_range': { data: { result: [] } },
    });
    const { stdout } = await runWith('status', { fetch });
    expect(stdout).toContain('0 of 0 targets up');
    expect(stdout).toContain('2 alerts fire, 2 notifications failed');
  });
});

describe('open', () => {
  it.each([
    ['', 'http://localhost:3000/'],
    ['prometheus', 'http://localhost:9090/'],
    ['service', 'http://localhost:3000/d/sightline-service'],
    ['sightline-slo --grafana https://g.test/x/', 'https://g.test/x/d/sightline-slo'],
  ])(
    'prints the URL: open %s',
    async (words, url) => {
      expect(await runWith(`open ${words}`)).toMatchObject({ exitCode: 0, stdout: `${url}\n` });
    },
    60_000,
  );

  it('names the nearest for what there is not', async () => {
    const ran = await runWith('open servce');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('did you mean service?');
  });
});
