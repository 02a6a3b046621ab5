import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHistogram } from '@sightline/query/promql';
import { openJournal } from '../store/journal.ts';
import { zstdCodec } from '../store/zstd-codec.ts';
import { createSampleReplay, rulesEntry } from './journal-entries.ts';
import type { LocalStack } from './local-stack.ts';
import type { LocalOptions } from './options.ts';
import { createRuns } from './runs.ts';
import { startLocal } from './start-local.ts';

vi.setConfig({ testTimeout: 60_000 });
const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- the last first, one after the other
  for (const each of undo.splice(0).toReversed()) await each();
});

async function start(options: LocalOptions): Promise<LocalStack> {
  const stack = await startLocal({ port: 0, ...options });
  undo.push(() => stack.close());
  return stack;
}
function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = mkdtempSync(join(tmpdir(), 'sightline-kept-'));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}
async function page(text: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/openmetrics-text' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An export of one span. */
function traceBody(timeMs: number, spanId: string): string {
  const span = {
    traceId: 'a'.repeat(32),
    spanId,
    name: 'x',
    kind: 2,
    startTimeUnixNano: `${timeMs}000000`,
    endTimeUnixNano: `${timeMs + 1}000000`,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

describe('a stack with a folder of its own', () => {
  it('has after a restart what was scraped, what rules made of it, and what was sent; not what it refused', async () => {
    const at = folder({
      'rules.yml': `groups:
  - name: g
    rules:
      - { record: same, expr: a_total }
      - { record: nothing, expr: '0 / (a_total - a_total)' }
      - { record: much, expr: a_total / 0 }
      - { record: little, expr: 0 - a_total / 0 }
`,
    });
    const scrape = {
      intervalMs: 3_600_000,
      jobs: [{ job: 'shop', targets: [await page('a_total 3\n# EOF\n')] }],
    };
    const options = { dataDir: join(at, 'data'), rules: [join(at, 'rules.yml')] };
    const first = await start({ ...options, scrape });
    await first.round();
    const send = (path: string, body: string): Promise<Response> =>
      fetch(`${first.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await send('/loki/api/v1/push', '{"streams":[]}')).status).toBe(204);
    expect((await send('/loki/api/v1/push', '{')).status).toBe(400);
    const [seen] = await first.promql('same');
    const entries = first.self().kept.disk?.entries ?? 0;
    await first.close();
    // It is closed once more after the test, which does nothing.
    const second = await start(options);
    // A page, what rules made of it, once or twice, and a push.
    expect(entries).toBeGreaterThanOrEqual(3);
    const value = async (name: string): Promise<unknown> =>
      (await second.promql(name, { timeMs: seen!.timeMs }))[0]?.value;
    expect([
      await value('same'),
      await value('nothing'),
      await value('much'),
      await value('little'),
      await value('up'),
    ]).toEqual([3, Number.NaN, Infinity, -Infinity, 1]);
    expect(second.self().received.samples.scrape.stored).toBeGreaterThan(4);
  });

  it('has after a restart the scrapes that failed, with all that they ended', async () => {
    const dataDir = folder();
    let isUp = true;
    const server = createServer((_request, response) => {
      response.writeHead(isUp ? 200 : 500).end('a_total 3\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => void server.close());
    const targets = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
    const first = await start({
      dataDir,
      scrape: { intervalMs: 3_600_000, jobs: [{ job: 'shop', targets }] },
    });
    await first.waitFor((s) => s.promql('a_total'));
    isUp = false;
    await first.round();
    const [seen] = await first.promql('up');
    const answers = (stack: LocalStack): Promise<readonly unknown[]> =>
      Promise.all(
        [
          'avg_over_time(up[1h])',
          'a_total',
          'scrape_samples_scraped',
          'count_over_time(scrape_duration_seconds[1h])',
        ].map(async (query) =>
          (await stack.promql(query, { timeMs: seen!.timeMs })).map(({ value }) => value),
        ),
      );
    const before = await answers(first);
    expect(before).toEqual([[0.5], [], [0], [2]]);
    await first.close();
    expect(await answers(await start({ dataDir }))).toEqual(before);
  });

  it('has after a restart its silences, as they were changed and ended, and tells nobody of what they cover', async () => {
    const at = folder({
      'rules.yml': 'groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]',
    });
    const options = { dataDir: join(at, 'data'), rules: [join(at, 'rules.yml')], retentionMs: 60_000 };
    const first = await start(options);
    const ask = async (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${first.url}/api/v2/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const silence = async (value: string, more: object = {}): Promise<string> => {
      const matchers = [{ name: 'alertname', value, isRegex: false }];
      const [startsAt, endsAt] = [0, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString());
      const response = await ask('POST', 'silences', {
        matchers,
        startsAt,
        endsAt,
        createdBy: 'me',
        comment: '',
        ...more,
      });
      return ((await response.json()) as { silenceID: string }).silenceID;
    };
    const ended = await silence('Never');
    await ask('DELETE', `silence/${ended}`);
    const changed = await silence('Others');
    await silence('Always', { id: changed });
    const silences = async (stack: LocalStack): Promise<unknown> =>
      (await fetch(`${stack.url}/api/v2/silences`)).json();
    const before = await silences(first);
    expect(before).toMatchObject(['active', 'expired', 'expired'].map((state) => ({ status: { state } })));
    await first.close();
    const second = await start(options);
    expect(await silences(second)).toEqual(before);
    await second.round();
    expect(second.alerts()).toMatchObject([{ labels: { alertname: 'Always' }, suppressed: true }]);
  });

  it('says that another one has the folder, and takes it when that is closed', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    await expect(startLocal({ port: 0, dataDir })).rejects.toThrow(
      /^SIGHTLINE_LOCAL_DATA: .+ is in use: another embedded stack has it.+ Fix: end the other one, or name another folder, on a disk of this machine\.$/,
    );
    await first.close();
    const second = await start({ dataDir });
    await expect(startLocal({ port: second.port, dataDir: folder() })).rejects.toMatchObject({
      code: 'SIGHTLINE_LOCAL_PORT',
    });
  });

  it('lets go of the folder when it cannot start', async () => {
    const dataDir = folder();
    const other = await start({});
    await expect(startLocal({ port: other.port, dataDir })).rejects.toMatchObject({
      code: 'SIGHTLINE_LOCAL_PORT',
    });
    await start({ dataDir });
  });

  it('says what to do about a file that is broken', async () => {
    const dataDir = folder({ 'journal.sqlite': 'nothing that a database would begin with'.repeat(20) });
    await expect(startLocal({ port: 0, dataDir })).rejects.toThrow(
      /^SIGHTLINE_LOCAL_DATA: .+ Fix: move that file away/,
    );
  });

  it('tells nobody after a restart what they were told before it', async () => {
    const rule = (name: string): string => `{ name: ${name}, rules: [{ alert: ${name}, expr: vector(1) }] }`;
    const at = folder({
      'one.yml': `groups: [${rule('One')}]`,
      'two.yml': `groups: [${rule('Two')}]`,
      'am.yml': 'route: { receiver: a, group_by: [alertname], group_wait: 0s }\nreceivers: [{ name: a }]',
    });
    const [one, two] = [join(at, 'one.yml'), join(at, 'two.yml')];
    const options = { dataDir: join(at, 'data'), alertmanager: join(at, 'am.yml') };
    const told = (stack: LocalStack): readonly unknown[] =>
      stack.notifications().map(({ notification }) => notification.alerts[0]?.labels['alertname']);
    const first = await start({ ...options, rules: [one] });
    await first.waitFor((s) => told(s));
    expect(told(first)).toEqual(['One']);
    await first.close();
    const second = await start({ ...options, rules: [one, two] });
    await second.waitFor((s) => told(s));
    expect(told(second)).toEqual(['Two']);
    expect(second.alerts()).toHaveLength(2);
  });

  it('tells of an entry that cannot be read, and starts with the others', async () => {
    const dataDir = folder();
    const journal = openJournal({ folder: dataDir, maxBytes: 1e6, retentionMs: 1e9 });
    const body = Buffer.from(`{"streams":[{"stream":{"a":"b"},"values":[["${Date.now()}000000","kept"]]}]}`);
    const note = '{"content-type":"application/json"}';
    journal.append({ kind: 'scrape', timeMs: Date.now(), note: '{', body });
    journal.append({ kind: 'of a later version', timeMs: Date.now(), note: '', body });
    journal.append({ kind: '/loki/api/v1/push', timeMs: Date.now(), note, body });
    journal.close();
    const warned: string[] = [];
    const warn = vi
      .spyOn(process, 'emitWarning')
      .mockImplementation((warning) => void warned.push(String(warning)));
    const stack = await start({ dataDir });
    warn.mockRestore();
    expect(warned).toEqual([expect.stringContaining('an entry of the journal cannot be read')]);
    expect(stack.self().received.logLines.stored).toBe(1);
  });

  it('has after a restart the lines of a push that was taken in part, each once', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    const values = [
      [`${Date.now() - 86_400_000}000000`, 'of yesterday'],
      [`${Date.now()}000000`, 'of now'],
    ];
    const push = async (): Promise<number> => {
      const body = JSON.stringify({ streams: [{ stream: { a: 'b' }, values }] });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${first.url}/loki/api/v1/push`, { method: 'POST', headers, body })).status;
    };
    expect([await push(), await push()]).toEqual([400, 400]);
    expect(first.self().received.logLines).toEqual({ stored: 1, tooOld: 1, tooNew: 0, refused: 0, cut: 0 });
    await first.close();
    const second = await start({ dataDir });
    expect(second.self().kept).toMatchObject({ logs: { lines: 1 }, disk: { entries: 1 } });
  });

  it('takes what is sent again after a restart once', async () => {
    const dataDir = folder();
    const body = traceBody(Date.now(), 'b'.repeat(16));
    const send = async ({ url }: LocalStack): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${url}/v1/traces`, { method: 'POST', headers, body })).status;
    };
    const first = await start({ dataDir });
    expect(await send(first)).toBe(200);
    await first.close();
    const second = await start({ dataDir });
    expect(await send(second)).toBe(200);
    await second.round();
    expect(second.self().kept).toMatchObject({ traces: { spans: 1 }, disk: { entries: 1 } });
    expect(await second.promql('traces_spanmetrics_calls_total')).toMatchObject([{ value: 1 }]);
  });

  it('has after a restart the numbers over its spans as they grew, and goes on with them', async () => {
    const dataDir = folder();
    const journal = openJournal({ folder: dataDir, maxBytes: 1e7, retentionMs: 1e9 });
    const lastMs = Date.now() - 60_000;
    const note = '{"content-type":"application/json"}';
    for (let at = 0; at < 20; at++) {
      const timeMs = lastMs - (19 - at) * 30_000;
      const body = Buffer.from(traceBody(timeMs, at.toString(16).padStart(16, '1')));
      journal.append({ kind: '/v1/traces', timeMs, note, body });
    }
    journal.close();
    const stack = await start({ dataDir });
    const calls = async (query: string, timeMs: number): Promise<unknown> =>
      (await stack.promql(query, { timeMs }))[0]?.value;
    const before = lastMs + 30_000;
    expect(await calls('traces_spanmetrics_calls_total', before)).toBe(20);
    expect(await calls('traces_spanmetrics_calls_total', before - 300_000)).toBe(10);
    expect(await calls('increase(traces_spanmetrics_calls_total[10m])', before)).toBeCloseTo(19.5, 0);
    expect(await calls('resets(traces_spanmetrics_calls_total[1h])', before)).toBe(0);
    await stack.round();
    expect(await calls('traces_spanmetrics_calls_total', Date.now())).toBe(20);
    expect(await calls('resets(traces_spanmetrics_calls_total[1h])', Date.now())).toBe(0);
  });

  it('takes in what was not too old when it came, and drops what has become so', async () => {
    const dataDir = folder();
    const journal = openJournal({ folder: dataDir, maxBytes: 1e6, retentionMs: 1e9 });
    const cameMs = Date.now() - 30_000;
    const lines = [cameMs - 50_000, cameMs - 10_000].map((timeMs) => [`${timeMs}000000`, 'x']);
    const body = Buffer.from(JSON.stringify({ streams: [{ stream: { a: 'b' }, values: lines }] }));
    const note = '{"content-type":"application/json"}';
    journal.append({ kind: '/loki/api/v1/push', timeMs: cameMs, note, body });
    journal.close();
    const stack = await start({ dataDir, retentionMs: 60_000 });
    expect(stack.self()).toMatchObject({
      received: { logLines: { stored: 2, tooOld: 0 } },
      kept: { logs: { lines: 1 } },
    });
  });

  it('says that a folder cannot be written', async () => {
    const dataDir = join(folder({ file: '' }), 'file/below');
    await expect(startLocal({ port: 0, dataDir })).rejects.toMatchObject({ code: 'SIGHTLINE_LOCAL_DATA' });
    // Here Node.js would try for ever.
    await expect(startLocal({ port: 0, dataDir: '/proc/sightline/data' })).rejects.toMatchObject({
      code: 'SIGHTLINE_LOCAL_DATA',
    });
  });
});

describe('createSampleReplay', () => {
  it('takes in the pages that an earlier version has kept', () => {
    const taken: unknown[] = [];
    const replay = createSampleReplay({
      sample: ({ __name__: name }, timeMs, value) => taken.push([name, timeMs, value]),
      metadata: () => undefined,
    });
    const note = '{"labels":{"job":"shop"},"isOpenMetrics":false}';
    replay({ kind: 'scrape', timeMs: 7, note, body: Buffer.from('a 1\n') });
    expect(taken).toEqual([
      ['a', 7, 1],
      ['up', 7, 1],
    ]);
  });

  it('has the native histograms that a rule made, and ends what a rule has ended', () => {
    const taken: unknown[] = [];
    const replay = createSampleReplay({ sample: (...given) => taken.push(given), metadata: () => undefined });
    const histogram = createHistogram({
      schema: 3,
      count: 3.5,
      sum: Number.NaN,
      zeroThreshold: 1e-128,
      zeroCount: 1,
      positiveSpans: [{ offset: -2, length: 2 }],
      positiveBuckets: [0.5, Infinity],
      negativeSpans: [{ offset: 0, length: 1 }],
      negativeBuckets: [1],
      counterReset: 'gauge',
    });
    const entry = rulesEntry(
      [
        { labels: { a: 'b' }, timeMs: 1, value: 'stale' },
        { labels: { c: 'd' }, timeMs: 1, value: histogram },
      ],
      5,
    );
    expect(replay(entry)).toBe(true);
    expect(taken).toEqual([
      [{ a: 'b' }, 1, undefined],
      [{ c: 'd' }, 1, histogram],
    ]);
    expect(replay({ ...entry, kind: 'other' })).toBe(false);
  });
});

describe('openJournal', () => {
  it('drops the oldest where there is too much, and what is too old', () => {
    const journal = openJournal({ folder: folder(), maxBytes: 2000, retentionMs: 1000 });
    const body = (at: number): Uint8Array =>
      Uint8Array.from({ length: 500 }, (_, place) => (place * 7919 + at * 104_729) % 251);
    for (let at = 0; at < 10; at++) journal.append({ kind: 'k', timeMs: at, note: '', body: body(at) });
    const kept = [...journal.entries()];
    expect(kept.at(-1)?.timeMs).toBe(9);
    expect(journal.stats().bytes).toBeLessThanOrEqual(2000);
    journal.expire(1009);
    expect([...journal.entries()].map(({ timeMs }) => timeMs)).toEqual([9]);
    journal.expire(1e6);
    expect(journal.stats()).toEqual({ entries: 0, bytes: 0 });
    journal.close();
  });
});

describe('zstdCodec', () => {
  it('gives back what it was given', () => {
    const bytes = Buffer.from('a line and a line and a line');
    expect(Buffer.from(zstdCodec.uncompress(zstdCodec.compress(bytes), bytes.length))).toEqual(bytes);
  });
});

describe('createRuns', () => {
  it('does not forget a service that goes on, however many starts of others come after its own', () => {
    const runs = createRuns();
    const seen = (service: string, instance: number, timeMs: number): void =>
      runs.seen(
        new Map([
          ['service.name', service],
          ['service.instance.id', String(instance)],
        ]),
        timeMs,
      );
    for (let at = 0; at < 1500; at++) {
      seen('database', 0, at);
      seen('shop', at, at);
    }
    expect(runs.all()).toHaveLength(1000);
    expect(runs.all().at(-1)).toMatchObject({ service: 'database', firstSeenMs: 0, lastSeenMs: 1499 });
  });

  it('knows nobody without a name, and forgets the first of too many', () => {
    const runs = createRuns();
    runs.seen(new Map(), 1);
    expect(runs.all()).toEqual([]);
    for (let at = 0; at <= 1000; at++)
      runs.seen(
        new Map([
          ['service.name', 'shop'],
          ['service.instance.id', String(at)],
        ]),
        at,
      );
    runs.seen(
      new Map([
        ['service.name', 'shop'],
        ['service.instance.id', '1000'],
      ]),
      900,
    );
    expect(runs.all()).toHaveLength(1000);
    expect(runs.all()[0]).toEqual({
      service: 'shop',
      version: '',
      instance: '1000',
      firstSeenMs: 1000,
      lastSeenMs: 1000,
    });
    expect(runs.all().at(-1)?.instance).toBe('1');
  });
});

describe('startLocal, with files', () => {
  it.each([
    ['alertmanager', { 'a.yml': 'route: {}' }, 'SIGHTLINE_LOCAL_ALERTMANAGER'],
    ['alertmanager', {}, 'SIGHTLINE_LOCAL_ALERTMANAGER'],
    ['rules', {}, 'SIGHTLINE_LOCAL_RULES'],
  ] as const)('says what is wrong with %s: %j', async (option, files, code) => {
    const path = join(folder(files), 'a.yml');
    await expect(startLocal({ port: 0, [option]: option === 'rules' ? [path] : path })).rejects.toMatchObject(
      { code },
    );
  });

  it('gives runbooks by their names, and nothing else of the folder', async () => {
    const runbooks = folder({ 'error-ratio.md': '# Errors\n', 'note.txt': 'x', '.hidden.md': 'x' });
    mkdirSync(join(runbooks, 'folder.md'));
    const stack = await start({ runbooks });
    const get = async (path: string): Promise<string> => {
      const response = await fetch(`${stack.url}/sightline/api/v1/runbooks${path}`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await get('')).toBe('200 ["error-ratio","folder"]');
    expect(await get('/error-ratio')).toBe('200 # Errors\n');
    expect(await get('/none')).toBe('404 there is no such runbook\n');
    expect(await get('/..%2Fnote')).toBe('404 there is no such runbook\n');
    expect(await get('/folder')).toMatch(/^404 EISDIR/);
    const none = await start({});
    expect(await (await fetch(`${none.url}/sightline/api/v1/runbooks`)).json()).toEqual([]);
    expect((await fetch(`${none.url}/sightline/api/v1/runbooks/x`)).status).toBe(404);
  });

  it('evaluates groups as often as it is told, takes secrets of receivers from files, and adds a target', async () => {
    const at = folder({
      'rules.yml':
        'groups: [{ name: g, interval: 1h, rules: [{ record: one, expr: vector(1) }] }, { name: h, rules: [{ record: two, expr: vector(2) }] }]',
      'logs.yml':
        'groups: [{ name: l, rules: [{ record: three, expr: "vector(3)" }, { record: four, expr: "{a=\\"b\\"}" }] }]',
      'am.yml':
        'route: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [{ url_file: hook }, { url_file: away }] }]',
      hook: 'http://localhost:1/hook',
    });
    const stack = await start({
      rules: [join(at, 'rules.yml')],
      logRules: [join(at, 'logs.yml')],
      alertmanager: join(at, 'am.yml'),
      maxEvaluationIntervalMs: 100,
      spanMetricsIntervalMs: 100,
      scrape: { intervalMs: 3_600_000 },
    });
    expect(stack.receivers()).toEqual([{ name: 'a', delivered: ['webhook_configs'], shownOnly: [] }]);
    await stack.waitFor((s) => s.promql('one + two'));
    const rules = (await (await fetch(`${stack.url}/api/v1/rules`)).json()) as {
      data: { groups: { interval: number; rules: { name: string; health: string }[] }[] };
    };
    expect(rules.data.groups.map(({ interval }) => interval)).toEqual([0.1, 0.1, 0.1]);
    stack.scrape({ job: 'late', targets: [await page('late_total 1\n# EOF\n')] });
    await stack.round();
    expect(await stack.promql('late_total{job="late"}')).toHaveLength(1);
    expect(stack.notifications()).toEqual([]);
  });

  it('writes numbers over spans, and counts what of an export is of series too many', async () => {
    const stack = await start({ limits: { series: 2, spanSeries: 20 }, spanMetricsIntervalMs: 100 });
    const point = { timeUnixNano: `${Date.now()}000000`, asInt: '1' };
    const metric = (name: string): object => ({ name, gauge: { dataPoints: [point] } });
    const send = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`${stack.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.json();
    };
    const metrics = ['a', 'b', 'c', 'd'].map(metric);
    expect(await send('/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })).toMatchObject({
      partialSuccess: { rejectedDataPoints: '2', errorMessage: expect.stringContaining('series') as unknown },
    });
    expect(stack.self()).toMatchObject({
      received: { samples: { otlp: { stored: 2, refused: 2 } } },
      kept: { series: { series: 2 } },
    });
    const span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'x',
      startTimeUnixNano: point.timeUnixNano,
      endTimeUnixNano: point.timeUnixNano,
    };
    await send('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    await stack.waitFor((s) => s.self().received.samples.spans.refused > 0);
    expect(await (await fetch(`${stack.url}/sightline/api/v1/self`)).json()).toMatchObject({
      received: { spanNumbers: { refused: 1, dropped: 0 } },
    });
  });
});
