import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SightlineError } from '@sightline/errors';
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
      routes: [
        { matchers: ['severity = none'], receiver: 'nobody' },
        { matchers: ['to = both'], receiver: 'nobody', continue: true },
        { matchers: ['to = both'], receiver: 'hook' },
        { matchers: ['to = mixed'], receiver: 'mixed' },
        { matchers: ['to = known'], receiver: 'known' },
        { matchers: [String.raw`host =~ "web\d+\.x"`], receiver: 'nobody' },
      ],
    },
    receivers: [
      { name: 'hook', webhook_configs: [{ url, send_resolved: true }] },
      { name: 'nobody' },
      {
        name: 'mixed',
        webhook_configs: [{ url: `${url}all` }, { url: `${url}firing`, send_resolved: false }],
      },
      {
        name: 'known',
        webhook_configs: [
          { url: `${url}bearer`, http_config: { authorization: { credentials: 'a token' } } },
          { url: `${url}type`, http_config: { authorization: { type: 'Own', credentials: 'b' } } },
          { url: `${url}basic`, http_config: { basic_auth: { username: 'me', password: 'pass' } } },
          { url: `${url.replace('//', '//you:p%40ss@')}userinfo` },
          {
            url: `${url.replace('//', '//you:p%40ss@')}both`,
            http_config: { authorization: { credentials: 'not this one' } },
          },
          { url: `${url}nobody` },
        ],
      },
    ],
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
      body: [{ name: 'hook' }, { name: 'nobody' }, { name: 'mixed' }, { name: 'known' }],
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

  it('keeps backslashes that escape nothing, in its file and in filters', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Host', host: 'web12.x' });
    await vi.waitFor(
      async () =>
        expect(
          await ask(target, '/api/v2/alerts', { parameters: { filter: String.raw`host=~"web\d+\.x"` } }),
        ).toMatchObject({ body: [{ labels: { host: 'web12.x' }, receivers: [{ name: 'nobody' }] }] }),
      { timeout: 30_000 },
    );
    expect(
      await ask(target, '/api/v2/alerts', { parameters: { filter: String.raw`host=~"web\\d+\\.x"` } }),
    ).toMatchObject({ body: [{ labels: { host: 'web12.x' } }] });
  });

  it('takes the good ones of alerts of which one is bad', async (ctx) => {
    const target = targetOf(ctx);
    const body = [{ labels: {} }, { labels: { alertname: 'GoodOne' } }, { labels: { alertname: '' } }];
    expect(await ask(target, '/api/v2/alerts', { method: 'POST', body })).toMatchObject({ status: 400 });
    await vi.waitFor(
      async () =>
        expect(
          await ask(target, '/api/v2/alerts', { parameters: { filter: 'alertname="GoodOne"' } }),
        ).toMatchObject({ body: [{ labels: { alertname: 'GoodOne' } }] }),
      { timeout: 30_000 },
    );
  });

  it('keeps the end that was said, and begins one that says its end alone there', async (ctx) => {
    const target = targetOf(ctx);
    const alertname = 'Ends';
    const shown = async (): Promise<Record<string, string>> => {
      const { body } = await ask(target, '/api/v2/alerts', { parameters: { filter: 'alertname="Ends"' } });
      return (body as Record<string, string>[])[0]!;
    };
    const post = (more: object): ReturnType<typeof ask> =>
      ask(target, '/api/v2/alerts', { method: 'POST', body: [{ labels: { alertname }, ...more }] });
    const [startsAt, endsAt] = [inMs(-MINUTE_MS), inMs(60 * MINUTE_MS)];
    await post({ startsAt, endsAt });
    await post({});
    expect(await shown()).toMatchObject({ startsAt, endsAt });
    // Whose end that is has been forgotten by now, here as there.
    await post({});
    const again = await shown();
    expect(again['startsAt']).toBe(startsAt);
    expect(Date.parse(again['endsAt']!)).toBeLessThan(Date.now() + 6 * MINUTE_MS);
    await ask(target, '/api/v2/alerts', {
      method: 'POST',
      body: [{ labels: { alertname: 'EndAlone' }, endsAt }],
    });
    expect(
      await ask(target, '/api/v2/alerts', { parameters: { filter: 'alertname="EndAlone"' } }),
    ).toMatchObject({ body: [{ startsAt: endsAt, endsAt }] });
  });

  it('has no alert in its groups that is over, and of a receiver its own groups', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Both', service: 'shop', to: 'both' });
    const groups = async (receiver?: string): Promise<unknown> => {
      const parameters = { filter: 'alertname="Both"', ...(receiver !== undefined && { receiver }) };
      const { body } = await ask(target, '/api/v2/alerts/groups', { parameters });
      return (body as { receiver: { name: string }; alerts: { receivers: { name: string }[] }[] }[]).map(
        ({ receiver: to, alerts }) => [to.name, alerts.map((each) => each.receivers)],
      );
    };
    const [hook, nobody] = [{ name: 'hook' }, { name: 'nobody' }];
    await vi.waitFor(async () => expect(await groups()).toHaveLength(2), { timeout: 30_000 });
    expect(await groups('hook')).toEqual([['hook', [[hook]]]]);
    expect(await groups('nobo.*')).toEqual([['nobody', [[nobody]]]]);
    await send(target, { alertname: 'Both', service: 'shop', to: 'both' }, -1);
    expect(await groups()).toEqual([]);
  });

  it('tells no webhook of an end that it does not want to hear of', async (ctx) => {
    const target = targetOf(ctx);
    const of = (service: string): Record<string, string> => ({ alertname: 'Mixed', service, to: 'mixed' });
    const told = (path: string): readonly string[] =>
      target.sink.notifications
        .filter((_, at) => target.sink.requests[at]?.path === path)
        .map(({ alerts }) => alerts.map(({ labels, status }) => `${labels['service']} ${status}`).join(', '));
    await send(target, of('a'));
    await vi.waitFor(() => expect(told('/firing')).toEqual(['a firing']), { timeout: 30_000 });
    await send(target, of('b'));
    const two = 'a firing, b firing';
    await vi.waitFor(() => expect(told('/firing')).toEqual(['a firing', two]), { timeout: 30_000 });
    await send(target, of('b'), -1);
    const all = ['a firing', two, 'a firing, b resolved'];
    await vi.waitFor(() => expect(told('/all')).toEqual(all), { timeout: 30_000 });
    await send(target, of('c'));
    const more = 'a firing, c firing';
    await vi.waitFor(() => expect(told('/all')).toEqual([...all, more]), { timeout: 30_000 });
    await vi.waitFor(() => expect(told('/firing')).toEqual(['a firing', two, more]), { timeout: 30_000 });
  });

  it('says who it is as its file has it', async (ctx) => {
    const target = targetOf(ctx);
    await send(target, { alertname: 'Known', to: 'known' });
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    await vi.waitFor(
      () =>
        expect(
          Object.fromEntries(
            target.sink.requests
              .filter((_, at) => target.sink.notifications[at]?.alerts[0]?.labels['to'] === 'known')
              .map(({ path, headers }) => [path, headers.authorization]),
          ),
        ).toEqual({
          '/bearer': 'Bearer a token',
          '/type': 'Own b',
          '/basic': basic('me:pass'),
          '/userinfo': basic('you:p@ss'),
          '/both': basic('you:p@ss'),
          '/nobody': undefined,
        }),
      { timeout: 30_000 },
    );
  });

  it('refuses a silence whose regular expressions are none, and goes on', async (ctx) => {
    const target = targetOf(ctx);
    const bad = { name: 'b', value: '(', isRegex: true };
    for (const matchers of [
      [{ ...bad, isEqual: false }],
      [{ name: 'a', value: 'b', isRegex: false, isEqual: true }, bad],
    ]) {
      const body = {
        startsAt: inMs(0),
        endsAt: inMs(MINUTE_MS),
        createdBy: 'test',
        comment: 'none',
        matchers,
      };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await ask(target, '/api/v2/silences', { method: 'POST', body })).toMatchObject({
        status: 400,
        body: expect.stringContaining('error parsing regexp') as string,
      });
    }
    expect(await ask(target, '/api/v2/alerts')).toMatchObject({ status: 200 });
  });

  it('ends a silence once, lists those that are over last, and compares starts by the second', async (ctx) => {
    const target = targetOf(ctx);
    const set = async (more: object): Promise<string> => {
      const matchers = [{ name: 'order', value: 'o', isRegex: false, isEqual: true }];
      const body = { createdBy: 'test', comment: 'order', matchers, startsAt: inMs(0), ...more };
      const made = await ask(target, '/api/v2/silences', { method: 'POST', body });
      return (made.body as { silenceID: string }).silenceID;
    };
    const shown = async (id: string): Promise<Record<string, string>> =>
      (await ask(target, `/api/v2/silence/${id}`)).body as Record<string, string>;
    const over = await set({ endsAt: inMs(MINUTE_MS) });
    const pending = await set({ startsAt: inMs(MINUTE_MS), endsAt: inMs(2 * MINUTE_MS) });
    const later = await set({ endsAt: inMs(3 * MINUTE_MS) });
    const sooner = await set({ endsAt: inMs(2 * MINUTE_MS) });
    const end = (): ReturnType<typeof ask> => ask(target, `/api/v2/silence/${over}`, { method: 'DELETE' });
    await end();
    const before = await shown(over);
    expect(await end()).toMatchObject({ status: 200 });
    expect(await shown(over)).toEqual(before);
    const { body } = await ask(target, '/api/v2/silences', { parameters: { filter: 'order="o"' } });
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual([sooner, later, pending, over]);
    const { startsAt } = await shown(later);
    const whole = `${startsAt!.slice(0, 19)}Z`;
    expect(await set({ id: later, startsAt: whole, endsAt: inMs(4 * MINUTE_MS) })).toBe(later);
    const other = new Date(Date.parse(whole) - 1000).toISOString();
    expect(await set({ id: later, startsAt: other, endsAt: inMs(4 * MINUTE_MS) })).not.toBe(later);
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

describe('a configuration of Alertmanager', () => {
  const route = { receiver: 'a' };
  const receivers = [{ name: 'a' }];
  const webhook = (more: object): object => ({
    route,
    receivers: [{ name: 'a', webhook_configs: [{ url: 'http://localhost:1', ...more }] }],
  });
  const interval = (location: string): object => ({
    route: { ...route, routes: [{ mute_time_intervals: ['t'] }] },
    receivers,
    time_intervals: [{ name: 't', time_intervals: [{ location }] }],
  });

  it.each<readonly [string, object]>([
    ['a wait of 0', { route: { ...route, group_wait: 0 }, receivers }],
    ['a wait without a unit', { route: { ...route, group_wait: 30 }, receivers }],
    ['an interval of 0s', { route: { ...route, group_interval: '0s' }, receivers }],
    ['a repetition after 0s', { route: { ...route, routes: [{ repeat_interval: '0s' }] }, receivers }],
    ['the time zone of the machine', interval('Local')],
    ['a time zone of no name', interval('')],
    ['a time zone that there is not', interval('Mars/Base')],
    [
      'a root route that is quiet at times',
      { ...interval('UTC'), route: { ...route, mute_time_intervals: ['t'] } },
    ],
    [
      'a root route that is not always active',
      { ...interval('UTC'), route: { ...route, active_time_intervals: ['t'] } },
    ],
    ['credentials', webhook({ http_config: { authorization: { credentials: 'x' } } })],
    ['a file of credentials that is missing', webhook({ http_config: { bearer_token_file: '/away' } })],
    [
      'two kinds of credentials',
      webhook({ http_config: { authorization: { credentials: 'x' }, basic_auth: { username: 'x' } } }),
    ],
    [
      'credentials and their file',
      webhook({ http_config: { authorization: { credentials: 'x', credentials_file: '/away' } } }),
    ],
    ['the type basic', webhook({ http_config: { authorization: { type: 'Basic', credentials: 'x' } } })],
    ['TLS', webhook({ http_config: { tls_config: { insecure_skip_verify: true } } })],
    ['credentials for all', { route, receivers, global: { http_config: { bearer_token: 'x' } } }],
  ])('with %s is taken or refused by the embedded stack as by amtool', async (_name, config) => {
    const alertmanager = join(folder, 'checked.yml');
    await writeFile(alertmanager, JSON.stringify(config));
    const outcome = await startLocal({ port: 0, alertmanager }).then(
      async (stack) => {
        await stack.close();
        return 'taken';
      },
      (error: SightlineError) => error.code,
    );
    const code = amtool === '' ? undefined : (await client(amtool, ['check-config', alertmanager])).code;
    const possible = ['taken', 'SIGHTLINE_LOCAL_ALERTMANAGER'];
    expect(code === undefined ? possible : [possible[code === 0 ? 0 : 1]]).toContain(outcome);
  });
});
