import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NOW_MS, runWith } from '../fake-io.fixture.ts';
import type { Io } from '../io.ts';
import { type FakeSystemParts, fakeSystem, systemLine } from './fake-system.fixture.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-doctor-'));
  writeFileSync(join(cwd, 'token'), 'glsa_token\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Diagnosis {
  readonly exitCode: number;
  readonly codes: readonly string[];
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly app: Readonly<Record<string, unknown>>;
}

async function diagnose(parts: FakeSystemParts, more = ''): Promise<Diagnosis> {
  const ran = await runWith(`${systemLine} --json ${more}`, { cwd, fetch: fakeSystem(parts).fetch });
  const { findings, steps, app } = ran.json().result as {
    findings: { code: string; severity: string }[];
    steps: Diagnosis['steps'];
    app: Diagnosis['app'];
  };
  const codes = findings.map(({ code, severity }) => (severity === 'note' ? `${code} (note)` : code));
  return { exitCode: ran.exitCode, codes, steps, app };
}

const json = (data: unknown) => () => Response.json({ status: 'success', data });
const target = (more: object) => ({
  labels: { job: 'shop', instance: 'app.test:9464' },
  scrapeUrl: 'http://app.test:9464/metrics',
  health: 'up',
  lastScrape: new Date(NOW_MS - 3000).toISOString(),
  scrapeInterval: '500ms',
  ...more,
});
const targets = (...active: object[]) => json({ activeTargets: active });

// Those that wait for what never comes wait at the same time.
describe.concurrent('doctor, with every server there', () => {
  it('finds each signal at every place, behind Grafana too, and nothing to complain about', async () => {
    const { fetch, asked } = fakeSystem();
    const ran = await runWith(systemLine, { cwd, fetch, terminal: true, env: { NO_COLOR: '1' } });
    expect(ran.stdout).toMatch(/\nhealthy\n$/);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('sent one request to http://app.test:3000/products (200)');
    expect(ran.stdout).toMatch(/its trace {4}✓ otlp .* ✓ tempo .* ✓ grafana \(tempo\)/);
    expect(ran.stdout).toMatch(/its metric {3}✓ app .* ✓ prometheus .* ✓ grafana \(prometheus\)/);
    expect(ran.stdout).toMatch(/its line {5}✓ app .* ✓ loki .* ✓ grafana \(loki\)/);
    expect(ran.stderr).toContain('of what was sent has arrived');
    expect(asked.filter((each) => each === 'GET http://app.test:3000/products')).toHaveLength(1);
  });

  it('sends no trace to this machine where the stack is elsewhere and nobody says where traces go', async () => {
    const system = fakeSystem();
    const line = `${systemLine} --without app --wait 1s`;
    const ran = await runWith(line, { cwd, fetch: system.fetch });
    expect(ran.stdout).toContain(
      'sent no trace of its own, as it is not known where traces go: name that with --otlp',
    );
    expect(ran.stdout).toMatch(/\nhealthy\n$/);
    expect(system.asked.filter((each) => each.startsWith('POST http://localhost'))).toEqual([]);
    const told = fakeSystem();
    const withOtlp = await runWith(`${line} --otlp http://otlp.test/v1/traces`, { cwd, fetch: told.fetch });
    expect(withOtlp.stdout).toContain('our trace');
    expect(told.asked).toContain('POST http://otlp.test/v1/traces');
  });

  it('looks for the scrape itself where the URL of the service is not known', async () => {
    const line = systemLine.replace('http://app.test:3000/products ', '');
    const ran = await runWith(`${line} --json`, { cwd, fetch: fakeSystem().fetch });
    const { steps } = ran.json().result as { steps: object[] };
    expect(ran.exitCode).toBe(0);
    expect(steps).toContainEqual(
      expect.objectContaining({ signal: 'metric', by: 'doctor', at: 'prometheus', found: true }),
    );
    expect(steps).toContainEqual(expect.objectContaining({ signal: 'line', by: 'doctor', at: 'loki' }));
    const text = (await runWith(line, { cwd, fetch: fakeSystem().fetch })).stdout;
    expect(text).toContain('sent no request, as the URL of the service is not known');
    expect(text).toContain('our scrape');
  });

  it.each<readonly [string, FakeSystemParts, readonly string[]]>([
    ['traces of the service', { loses: ['trace'] }, ['trace-lost']],
    ['lines of the service', { loses: ['line'] }, ['line-lost']],
    [
      'observations',
      { loses: ['metric'], answers: { 'prometheus/api/v1/targets': targets(target({})) } },
      ['metric-lost'],
    ],
    [
      'the answer to a query',
      { answers: { 'loki/loki/api/v1/query_range': () => new Response('too many', { status: 429 }) } },
      ['line-lost'],
    ],
    [
      'traces that Tempo cannot read back',
      { answers: { 'tempo/api/search': json([]), 'otlp/v1/traces': json({}) } },
      ['trace-lost', 'trace-not-searchable (note)'],
    ],
  ])('says what went lost: %s', async (_name, parts, expected) => {
    const { codes, exitCode } = await diagnose(parts, '--wait 1s');
    expect(exitCode).toBe(1);
    expect(codes).toEqual(expected);
  });

  it.each<readonly [string, FakeSystemParts['answers'], readonly string[]]>([
    [
      'a target that is down',
      { 'prometheus/api/v1/targets': targets(target({ health: 'down', lastError: 'connection refused' })) },
      ['prometheus-target-down'],
    ],
    ['no target', { 'prometheus/api/v1/targets': targets() }, ['prometheus-target-absent']],
    [
      'a target that relabelling drops',
      {
        'prometheus/api/v1/targets': json({
          droppedTargets: [{ discoveredLabels: { __address__: 'app.test:9464', job: 'shop' } }],
        }),
      },
      ['prometheus-target-dropped'],
    ],
    [
      'an address that Prometheus has for another process',
      {
        'prometheus/api/v1/query': (url) =>
          Response.json({
            status: 'success',
            data: {
              result: url.searchParams.get('query')?.startsWith('process_start')
                ? [{ metric: { job: 'shop', instance: 'app.test:9464' }, value: [1, '1000'] }]
                : [],
            },
          }),
      },
      ['prometheus-other-process'],
    ],
    [
      'a Tempo that wants a tenant',
      { 'tempo/ready': () => new Response('no org id', { status: 401 }) },
      ['network-credentials'],
    ],
    [
      'a Loki that is ready, and wants a tenant for its data',
      { 'loki/loki/api/v1/labels': () => new Response('no org id', { status: 401 }) },
      ['network-credentials'],
    ],
    [
      'a Tempo that is ready, and wants a tenant for its data',
      { 'tempo/api/search/tags': () => new Response('no org id', { status: 401 }) },
      ['network-credentials'],
    ],
    [
      'a Loki that wants a name',
      { 'loki/ready': () => new Response('no', { status: 403 }) },
      ['network-credentials'],
    ],
    [
      'a token that Grafana refuses',
      { 'grafana/api/datasources': () => new Response('', { status: 401 }) },
      ['grafana-token-refused'],
    ],
    [
      'nothing of a place for traces that the doctor alone cannot use',
      { 'otlp/v1/traces': () => new Response('no such page', { status: 404 }) },
      [],
    ],
  ])('tells %s', async (_name, answers, expected) => {
    const { codes } = await diagnose({ answers: answers ?? {} }, '--wait 1s');
    expect(codes).toEqual(expected);
  });

  it('waits for the first scrape of what was started a moment ago', async () => {
    let looks = 0;
    const { codes, exitCode } = await diagnose({
      startSeconds: NOW_MS / 1000 - 1,
      answers: {
        'prometheus/api/v1/targets': () => {
          looks += 1;
          return targets(target(looks === 1 ? { health: 'unknown' } : {}))();
        },
        'prometheus/api/v1/alertmanagers': () =>
          json({ activeAlertmanagers: looks < 3 ? [] : [{ url: 'http://a' }] })(),
      },
    });
    expect({ codes, exitCode }).toEqual({ codes: [], exitCode: 0 });
    expect(looks).toBeGreaterThan(2);
  });

  it('asks those that speak for Prometheus elsewhere whether they are ready', async () => {
    const away = (): Response => new Response('', { status: 404 });
    const { codes } = await diagnose({ answers: { 'prometheus/-/ready': away, 'prometheus/ready': away } });
    expect(codes).toEqual([]);
    const none = { 'prometheus/-/ready': away, 'prometheus/ready': away };
    const nowhere = await diagnose({
      answers: { ...none, 'prometheus/api/v1/status/buildinfo': away },
    });
    expect(nowhere.codes).toContain('network-wrong-place');
  });

  it('sends no trace of its own where the service speaks gRPC', async () => {
    const system = fakeSystem({
      answers: {
        'app/status': () =>
          Response.json({
            config: { enabled: true, traces: { otlp: { protocol: 'grpc', endpoint: 'http://otlp.test' } } },
          }),
      },
    });
    await runWith(`${systemLine} --wait 1s`, { cwd, fetch: system.fetch });
    expect(system.asked.filter((each) => each.includes('otlp.test'))).toEqual([]);
  });

  it('shows what was lost with the place, and how many faults there are', async () => {
    const { fetch } = fakeSystem({ loses: ['line'] });
    const ran = await runWith(`${systemLine} --wait 1s --without alertmanager`, { cwd, fetch });
    expect(ran.stdout).toContain('✗ loki');
    expect(ran.stdout).toContain('- alertmanager left out');
    expect(ran.stdout).toMatch(/\n1 fault\n$/);
    const left = await runWith(`${systemLine} --read-only --without app`, { cwd, fetch });
    expect(left.stdout).toContain('- app          left out');
  });

  it('tells what is alike together, with what to do about the first', async () => {
    const named = ['prometheus', 'loki', 'tempo', 'alertmanager'].map((type) => ({
      uid: `my-${type}`,
      type,
    }));
    const { fetch } = fakeSystem({ answers: { 'grafana/api/datasources': () => Response.json(named) } });
    const ran = await runWith(`${systemLine} --read-only`, { cwd, fetch });
    expect(ran.stdout).toMatch(
      /fix: {2}provision it with uid: prometheus; .*\n {8}and likewise for the others\n/,
    );
    expect(ran.stdout).toMatch(/\n4 faults\n$/);
  });

  it('ends at once when the user has seen enough while it waits', async () => {
    const abort = new AbortController();
    const { fetch } = fakeSystem({
      loses: ['line', 'trace', 'metric'],
      answers: {
        'tempo/api/search': () => Response.json({}),
        'loki/loki/api/v1/query_range': () => {
          abort.abort();
          return Response.json({ data: { result: [] } });
        },
      },
    });
    const ran = await runWith(`${systemLine} --wait 60m`, { cwd, fetch, signal: abort.signal });
    expect(ran).toMatchObject({ exitCode: 130, stdout: '', stderr: 'interrupted\n' });
  });
});

describe('doctor, with servers that answer anything', () => {
  /** Something that stands at a place where the doctor expects something. */
  const hostile = fc.oneof(
    fc.constantFrom<unknown>(null, [], {}, 'NaN', '1e400', '', -1, [null], 'http://', { '': 1 }),
    fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
  );
  /** Keeps the shape and swaps leaves of it, so that what reads it gets far. */
  function spoiled(value: unknown, next: () => unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => spoiled(each, next));
    if (typeof value !== 'object' || value === null) return next() ?? value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoiled(each, next)]));
  }

  it('always comes to an end with a report, whatever they say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(6), hostile), { minLength: 1, maxLength: 40 }),
        async (leaves) => {
          const { fetch } = fakeSystem();
          let at = 0;
          const next = (): unknown => {
            at += 1;
            const [distance, value] = leaves[at % leaves.length]!;
            return distance === 0 ? value : undefined;
          };
          const lying: Io['fetch'] = async (url, init) => {
            const response = await fetch(url, init);
            const text = await response.text();
            const body = /^[[{]/.test(text)
              ? JSON.stringify(spoiled(JSON.parse(text), next))
              : text.replaceAll(/\d{2,}$/gm, (value) => (next() === undefined ? value : 'NaN'));
            return new Response(response.status === 204 ? null : body, { status: response.status });
          };
          const ran = await runWith(`${systemLine} --read-only`, { cwd, fetch: lying });
          expect(ran.stderr).not.toContain('fault of sightline itself');
          expect([0, 1]).toContain(ran.exitCode);
        },
      ),
      { numRuns: 60 },
    );
  });
});
