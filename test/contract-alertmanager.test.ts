import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Target, ask, client } from './contract/target.ts';
import { type NotificationSink, startAlertmanager, startNotificationSink } from './servers/alertmanager.ts';
import { type DebianProgram, debianProgram } from './servers/debian.ts';

const targets: readonly { readonly name: string; readonly program?: DebianProgram }[] = [
  { name: 'the embedded stack' },
  {
    name: "this Debian's Alertmanager",
    program: { program: 'prometheus-alertmanager', package: 'prometheus-alertmanager', release: 'own' },
  },
  {
    name: "the newest Debian's Alertmanager",
    program: { program: 'prometheus-alertmanager', package: 'prometheus-alertmanager', release: 'sid' },
  },
];

interface Running extends Target {
  readonly sink: NotificationSink;
}

let folder: string;
let amtool = '';
const running = new Map<string, Running>();
const missing = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-contract-'));
  for (const { name, program } of targets) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the second may be what the first has just got
    const target = await start(program);
    if (typeof target === 'string') missing.set(name, target);
    else running.set(name, target);
  }
  const found = await debianProgram({
    program: 'amtool',
    package: 'prometheus-alertmanager',
    release: 'own',
  });
  amtool = 'path' in found ? found.path : '';
}, 240_000);

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()));
  await rm(folder, { recursive: true });
});

/** Tells its webhook at once of what is new, and again after a second of what has changed. */
function configFor(url: string): object {
  return {
    route: {
      receiver: 'hook',
      group_by: ['alertname'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
      routes: [{ matchers: ['severity = none'], receiver: 'nobody' }],
    },
    receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true }] }, { name: 'nobody' }],
    inhibit_rules: [
      {
        source_matchers: ['alertname = Absent'],
        target_matchers: ['alertname != Absent'],
        equal: ['service'],
      },
    ],
  };
}

async function start(program: DebianProgram | undefined): Promise<Running | string> {
  const sink = await startNotificationSink();
  const config = configFor(sink.url);
  if (program === undefined) {
    const alertmanager = join(folder, 'alertmanager.yml');
    // JSON is YAML.
    await writeFile(alertmanager, JSON.stringify(config));
    const stack = await startLocal({ port: 0, alertmanager });
    return {
      url: stack.url,
      sink,
      stop: async () => void (await Promise.all([stack.close(), sink.close()])),
    };
  }
  const found = await debianProgram(program);
  if ('missing' in found) {
    await sink.close();
    return found.missing;
  }
  const server = await startAlertmanager({ path: found.path, config, templates: folder });
  return { url: server.url, sink, stop: async () => void (await Promise.all([server.stop(), sink.close()])) };
}

const MINUTE_MS = 60_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

function send(target: Target, labels: Record<string, string>, endsInMs = MINUTE_MS): ReturnType<typeof ask> {
  const alert = {
    labels,
    annotations: { summary: `${labels['alertname']} of ${labels['service']}` },
    startsAt: inMs(-MINUTE_MS),
    endsAt: inMs(endsInMs),
    generatorURL: 'http://localhost/graph',
  };
  return ask(target, '/api/v2/alerts', { method: 'POST', body: [alert] });
}

describe.each(targets)('the API of Alertmanager, by $name', ({ name }) => {
  function targetOf(ctx: { skip(note: string): never }): Running {
    const target = running.get(name);
    if (target !== undefined) return target;
    const reason = missing.get(name) ?? 'it is not there';
    process.stdout.write(`skipped: ${reason}\n`);
    return ctx.skip(reason);
  }

  /** Notifications about one alert, by what each says of it. */
  const toldOf = ({ sink }: Running, alertname: string): readonly string[] =>
    sink.notifications
      .flatMap(({ status, alerts }) => alerts.map((alert) => ({ status, alert })))
      .filter(({ alert }) => alert.labels['alertname'] === alertname)
      .map(({ alert }) => `${alert.labels['service']} ${alert.status}`);

  it('takes an alert, shows it, tells of it once and that it is over once', async (ctx) => {
    const target = targetOf(ctx);
    const labels = { alertname: 'Slow', service: 'shop' };
    expect(await send(target, labels)).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(toldOf(target, 'Slow')).toEqual(['shop firing']), { timeout: 30_000 });
    const { body } = await ask(target, '/api/v2/alerts', { parameters: [['filter', 'alertname="Slow"']] });
    expect(body).toEqual([
      {
        labels,
        annotations: { summary: 'Slow of shop' },
        startsAt: expect.any(String),
        endsAt: expect.any(String),
        updatedAt: expect.any(String),
        fingerprint: '8ba1d29bb1fc1638',
        generatorURL: 'http://localhost/graph',
        receivers: [{ name: 'hook' }],
        status: expect.objectContaining({ state: 'active', silencedBy: [], inhibitedBy: [] }),
      },
    ]);
    expect(
      await ask(target, '/api/v2/alerts/groups', { parameters: [['filter', 'alertname=~"Sl.*"']] }),
    ).toMatchObject({
      body: [{ labels: { alertname: 'Slow' }, receiver: { name: 'hook' }, alerts: [{ labels }] }],
    });
    await send(target, labels, -1);
    await vi.waitFor(() => expect(toldOf(target, 'Slow')).toEqual(['shop firing', 'shop resolved']), {
      timeout: 30_000,
    });
    expect(
      await ask(target, '/api/v2/alerts', { parameters: [['filter', 'alertname="Slow"']] }),
    ).toMatchObject({ body: [] });
  });

  it('sends the payload of a webhook, version 4', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Payload', service: 'shop' });
    await vi.waitFor(() => expect(toldOf(target, 'Payload')).toHaveLength(1), { timeout: 30_000 });
    const { atMs: _, ...payload } = target.sink.notifications.find(
      ({ alerts }) => alerts[0]?.labels['alertname'] === 'Payload',
    ) ?? { atMs: 0 };
    // What newer ones say besides.
    const { notification_reason: _reason, ...old } = payload as typeof payload & {
      notification_reason?: string;
    };
    expect(old).toEqual({
      version: '4',
      groupKey: '{}:{alertname="Payload"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'hook',
      groupLabels: { alertname: 'Payload' },
      commonLabels: { alertname: 'Payload', service: 'shop' },
      commonAnnotations: { summary: 'Payload of shop' },
      externalURL: expect.any(String),
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Payload', service: 'shop' },
          annotations: { summary: 'Payload of shop' },
          startsAt: expect.any(String),
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: expect.any(String),
          fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
        },
      ],
    });
  });

  it('keeps the id of a silence that goes on longer, and gives another to one of other alerts', async (ctx) => {
    const target = targetOf(ctx);
    const matcher = (value: string): object => ({ name: 'alertname', value, isRegex: false, isEqual: true });
    const set = async (silence: object): Promise<string> => {
      const { body } = await ask(target, '/api/v2/silences', { method: 'POST', body: silence });
      return (body as { silenceID: string }).silenceID;
    };
    const shown = async (id: string): Promise<Record<string, unknown>> =>
      (await ask(target, `/api/v2/silence/${id}`)).body as Record<string, unknown>;
    const id = await set({
      matchers: [matcher('Long')],
      startsAt: inMs(0),
      endsAt: inMs(MINUTE_MS),
      createdBy: 'test',
      comment: 'a deploy',
    });
    const silence = await shown(id);
    expect(await set({ ...silence, endsAt: inMs(2 * MINUTE_MS) })).toBe(id);
    expect((await shown(id))['startsAt']).toBe(silence['startsAt']);
    const other = await set({ ...silence, matchers: [matcher('Longer')] });
    expect(other).not.toBe(id);
    expect(await shown(id)).toMatchObject({ status: { state: 'expired' } });
    expect(await shown(other)).toMatchObject({ status: { state: 'active' } });
  });

  it('silences, and tells when the silence is over', async (ctx) => {
    const target = targetOf(ctx);
    const matchers = [{ name: 'alertname', value: 'Quiet', isRegex: false, isEqual: true }];
    const silence = {
      matchers,
      startsAt: inMs(0),
      endsAt: inMs(MINUTE_MS),
      createdBy: 'test',
      comment: 'a deploy',
    };
    const made = await ask(target, '/api/v2/silences', { method: 'POST', body: silence });
    expect(made).toMatchObject({ status: 200, body: { silenceID: expect.stringMatching(/^[\da-f-]{36}$/) } });
    const id = (made.body as { silenceID: string }).silenceID;
    expect(await ask(target, `/api/v2/silence/${id}`)).toMatchObject({
      status: 200,
      body: { id, matchers, status: { state: 'active' }, createdBy: 'test', comment: 'a deploy' },
    });
    await send(target, { alertname: 'Quiet', service: 'shop' });
    await vi.waitFor(
      async () =>
        expect(
          await ask(target, '/api/v2/alerts', { parameters: [['filter', 'alertname="Quiet"']] }),
        ).toMatchObject({
          body: [{ status: { state: 'suppressed', silencedBy: [id] } }],
        }),
      { timeout: 30_000 },
    );
    expect(
      await ask(target, '/api/v2/alerts', {
        parameters: [
          ['filter', 'alertname="Quiet"'],
          ['silenced', 'false'],
        ],
      }),
    ).toMatchObject({ body: [] });
    expect(toldOf(target, 'Quiet')).toEqual([]);
    expect(await ask(target, `/api/v2/silence/${id}`, { method: 'DELETE' })).toMatchObject({ status: 200 });
    await vi.waitFor(() => expect(toldOf(target, 'Quiet')).toEqual(['shop firing']), { timeout: 30_000 });
    expect(await ask(target, `/api/v2/silence/${id}`)).toMatchObject({
      body: { status: { state: 'expired' } },
    });
  });

  it('is silent of what follows from another alert', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Absent', service: 'gone' });
    await vi.waitFor(() => expect(toldOf(target, 'Absent')).toEqual(['gone firing']), { timeout: 30_000 });
    await send(target, { alertname: 'Symptom', service: 'gone' });
    await send(target, { alertname: 'Symptom', service: 'there' });
    await vi.waitFor(() => expect(toldOf(target, 'Symptom')).toEqual(['there firing']), { timeout: 30_000 });
    expect(
      await ask(target, '/api/v2/alerts', {
        parameters: [
          ['filter', 'service="gone"'],
          ['filter', 'alertname="Symptom"'],
        ],
      }),
    ).toMatchObject({
      body: [{ status: { state: 'suppressed', inhibitedBy: [expect.stringMatching(/^[\da-f]{16}$/)] } }],
    });
  });

  it('routes by matchers', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Watchdog', service: 'shop', severity: 'none' });
    await vi.waitFor(
      async () =>
        expect(await ask(target, '/api/v2/alerts', { parameters: { receiver: 'nobody' } })).toMatchObject({
          body: [{ labels: { alertname: 'Watchdog' }, receivers: [{ name: 'nobody' }] }],
        }),
      { timeout: 30_000 },
    );
    expect(toldOf(target, 'Watchdog')).toEqual([]);
    expect(await ask(target, '/api/v2/receivers')).toMatchObject({
      body: [{ name: 'hook' }, { name: 'nobody' }],
    });
  });

  it('refuses what is no alert, no silence and no matcher', async (ctx) => {
    const target = targetOf(ctx);
    const post = (path: string, body: unknown) => ask(target, path, { method: 'POST', body });
    expect(await post('/api/v2/alerts', [{ labels: {} }])).toMatchObject({ status: 400 });
    expect(await post('/api/v2/alerts', { labels: { a: 'b' } })).toMatchObject({ status: 400 });
    const silence = { startsAt: inMs(0), endsAt: inMs(MINUTE_MS), createdBy: 'test', comment: 'none' };
    expect(
      await post('/api/v2/silences', { ...silence, matchers: [{ name: 'a', value: '.*', isRegex: true }] }),
    ).toMatchObject({ status: 400 });
    const matchers = [{ name: 'a', value: 'b', isRegex: false }];
    expect(await post('/api/v2/silences', { ...silence, matchers, endsAt: inMs(-MINUTE_MS) })).toMatchObject({
      status: 400,
    });
    expect(await ask(target, '/api/v2/alerts', { parameters: { filter: 'no matcher' } })).toMatchObject({
      status: 400,
    });
    expect(await ask(target, '/api/v2/silence/00000000-0000-0000-0000-000000000000')).toMatchObject({
      status: 404,
    });
  });

  it('shows its configuration and its version', async (ctx) => {
    const target = targetOf(ctx);
    expect(await ask(target, '/api/v2/status')).toMatchObject({
      body: {
        cluster: { status: 'disabled' },
        config: { original: expect.stringContaining('group_wait') },
        uptime: expect.any(String),
        versionInfo: { version: expect.any(String) },
      },
    });
    expect(await ask(target, '/-/ready')).toMatchObject({ status: 200 });
  });

  it('is understood by amtool', async (ctx) => {
    const target = targetOf(ctx);
    if (amtool === '') return ctx.skip('there is no amtool');
    const run = (...args: string[]) => client(amtool, [`--alertmanager.url=${target.url}`, ...args]);
    expect(await run('alert', 'add', 'ByTool', 'service=shop', '--annotation=summary=added')).toMatchObject({
      code: 0,
    });
    await vi.waitFor(
      async () =>
        expect(await run('alert', 'query', 'alertname=ByTool', '-o', 'simple')).toEqual({
          code: 0,
          output: expect.stringMatching(
            /^Alertname\s+Starts At\s+Summary\s+State\s*\nByTool\s+.*added\s+active\s*\n$/,
          ) as string,
        }),
      { timeout: 30_000 },
    );
    const added = await run(
      'silence',
      'add',
      'alertname=ByTool',
      '--comment=tool',
      '--author=test',
      '--duration=1m',
    );
    expect(added).toEqual({ code: 0, output: expect.stringMatching(/^[\da-f-]{36}\n$/) as string });
    const id = added.output.trim();
    expect(await run('silence', 'query', '-q')).toMatchObject({
      code: 0,
      output: expect.stringContaining(id) as string,
    });
    expect(await run('silence', 'expire', id)).toMatchObject({ code: 0 });
    expect(await run('config', 'show')).toMatchObject({
      code: 0,
      output: expect.stringContaining('group_wait') as string,
    });
    return undefined;
  });
});
