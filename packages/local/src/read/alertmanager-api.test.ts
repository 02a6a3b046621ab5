import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStack } from './open-stack.fixture.ts';

const { get, send } = openStack({}, () => Promise.resolve());
const iso = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
const HOUR_MS = 3_600_000;

const alert = (name: string, more: object = {}): object => ({
  labels: { alertname: name, service: 'shop' },
  ...more,
});
const silence = (more: object = {}): object => ({
  matchers: [{ name: 'alertname', value: 'Quiet|Quieter', isRegex: true }],
  startsAt: iso(0),
  endsAt: iso(HOUR_MS),
  createdBy: 'me',
  comment: 'a deploy',
  ...more,
});
const names = (body: unknown): readonly string[] =>
  (body as { labels: { alertname: string } }[]).map(({ labels }) => labels.alertname).toSorted();

describe('the API of Alertmanager', () => {
  it('takes alerts, shows them by filter, receiver and state, and groups them', async () => {
    const start = iso(-1000);
    const more = {
      startsAt: start,
      endsAt: iso(HOUR_MS),
      generatorURL: 'http://x',
      annotations: { summary: 's' },
    };
    // Go's zero time says that there is none.
    const zero = { startsAt: '0001-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' };
    expect(await send('POST', '/api/v2/alerts', [alert('Loud', more), alert('Quiet', zero)])).toMatchObject({
      status: 200,
      body: '',
    });
    const made = await send('POST', '/api/v2/silences', silence());
    const { silenceID } = made.body as { silenceID: string };
    const all = await get('/api/v2/alerts');
    expect(all.body).toMatchObject([
      {
        labels: { alertname: 'Loud' },
        startsAt: start,
        generatorURL: 'http://x',
        status: { state: 'active' },
        receivers: [{ name: 'nobody' }],
      },
      { labels: { alertname: 'Quiet' }, status: { state: 'suppressed', silencedBy: [silenceID] } },
    ]);
    const shown = async (parameters: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      names((await get('/api/v2/alerts', parameters)).body);
    expect(await shown({ filter: 'alertname="Loud"' })).toEqual(['Loud']);
    expect(await shown({ silenced: 'false' })).toEqual(['Loud']);
    expect(await shown({ active: 'false' })).toEqual(['Quiet']);
    expect(await shown({ inhibited: 'false' })).toEqual(['Loud', 'Quiet']);
    expect(await shown({ receiver: 'no.*' })).toEqual(['Loud', 'Quiet']);
    expect(await shown({ receiver: 'somebody' })).toEqual([]);
    const groups = await get('/api/v2/alerts/groups', { filter: 'alertname=Loud' });
    expect(groups.body).toMatchObject([
      { labels: { alertname: 'Loud' }, receiver: { name: 'nobody' }, alerts: [{}] },
    ]);
  });

  it('takes the good ones of alerts of which some are bad, and says what is wrong with those', async () => {
    const { status, body } = await send('POST', '/api/v2/alerts', [
      { labels: {} },
      alert('Good'),
      alert('Backwards', { startsAt: iso(HOUR_MS) }),
      { labels: { '': 'x' } },
      alert('Unnamed', { annotations: { '': 'x' } }),
      alert('GoodToo'),
    ]);
    expect(status).toBe(400);
    expect(body).toBe(
      [
        'at least one label pair required',
        'start time must be before end time',
        'invalid label set: invalid name ""',
        'invalid annotations: invalid name ""',
      ].join('\n'),
    );
    const taken = await get('/api/v2/alerts', { filter: 'alertname=~"Good.*|Backwards|Unnamed"' });
    expect(names(taken.body)).toEqual(['Good', 'GoodToo']);
  });

  it('has no alert in a group that is over, before and after that is told', async () => {
    const groups = async (): Promise<unknown> =>
      (await get('/api/v2/alerts/groups', { filter: 'alertname="Brief"' })).body;
    await send('POST', '/api/v2/alerts', [alert('Brief', { startsAt: iso(-1000), endsAt: iso(HOUR_MS) })]);
    expect(await groups()).toHaveLength(1);
    await send('POST', '/api/v2/alerts', [alert('Brief', { startsAt: iso(-1000), endsAt: iso(-1) })]);
    expect(await groups()).toEqual([]);
  });

  it('ends a silence only once, and has those that go on before those that are over', async () => {
    const set = async (endsInMs: number): Promise<string> => {
      const { body } = await send(
        'POST',
        '/api/v2/silences',
        silence({ matchers: [{ name: 'order', value: 'o', isRegex: false }], endsAt: iso(endsInMs) }),
      );
      return (body as { silenceID: string }).silenceID;
    };
    const [over, later, sooner] = [await set(HOUR_MS), await set(3 * HOUR_MS), await set(2 * HOUR_MS)];
    await send('DELETE', `/api/v2/silence/${over}`, '');
    const { body: before } = await get(`/api/v2/silence/${over}`);
    expect((await send('DELETE', `/api/v2/silence/${over}`, '')).status).toBe(200);
    expect((await get(`/api/v2/silence/${over}`)).body).toEqual(before);
    const listed = (await get('/api/v2/silences', { filter: 'order="o"' })).body as { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual([sooner, later, over]);
  });

  it('keeps the id of a silence that goes on longer, and ends it', async () => {
    const made = await send('POST', '/api/v2/silences', silence({ comment: 'mine', id: '' }));
    const { silenceID } = made.body as { silenceID: string };
    const before = (await get(`/api/v2/silence/${silenceID}`)).body as { startsAt: string };
    expect(before).toMatchObject({
      status: { state: 'active' },
      matchers: [{ isRegex: true, isEqual: true }],
    });
    const longer = await send('POST', '/api/v2/silences', {
      ...before,
      endsAt: iso(2 * HOUR_MS),
      comment: 'mine',
    });
    expect(longer.body).toEqual({ silenceID });
    expect((await send('DELETE', `/api/v2/silence/${silenceID}`, '')).status).toBe(200);
    expect((await get(`/api/v2/silence/${silenceID}`)).body).toMatchObject({ status: { state: 'expired' } });
    const other = await send(
      'POST',
      '/api/v2/silences',
      silence({
        matchers: [
          { name: 'a', value: 'b', isRegex: false, isEqual: false },
          { name: 'c', value: 'd.*', isRegex: true, isEqual: false },
          { name: 'e', value: 'f', isRegex: false },
        ],
      }),
    );
    expect(other.status).toBe(200);
    const listed = await get('/api/v2/silences', { filter: 'e="f"' });
    expect(listed.body).toMatchObject([
      { matchers: [{ isEqual: false }, { isRegex: true, isEqual: false }, { isEqual: true }] },
    ]);
    // As in Alertmanager, a filter names matchers of a silence, and not what they would match.
    for (const [filter, count] of [
      ['a!="b"', 1],
      ['a="b"', 0],
      ['c!~"d.*"', 1],
      ['c=~"d.*"', 0],
      ['nope=""', 0],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      expect([filter, ((await get('/api/v2/silences', { filter })).body as unknown[]).length]).toEqual([
        filter,
        count,
      ]);
    }
  });

  it.each<readonly [string, string, unknown, number, string]>([
    ['POST', '/api/v2/alerts', '{', 400, 'no JSON'],
    ['POST', '/api/v2/alerts', {}, 400, 'the body: '],
    ['POST', '/api/v2/alerts', [{ labels: {} }], 400, 'at least one label pair required'],
    ['POST', '/api/v2/alerts', [{ labels: { alertname: '' } }], 400, 'at least one label pair required'],
    ['POST', '/api/v2/alerts', [{}], 422, '0.labels: '],
    [
      'POST',
      '/api/v2/alerts',
      [alert('x', { startsAt: iso(1000), endsAt: iso(0) })],
      400,
      'start time must be before end time',
    ],
    [
      'POST',
      '/api/v2/silences',
      silence({ endsAt: iso(-HOUR_MS), startsAt: iso(0) }),
      400,
      'Failed to create silence: start time must be before end time',
    ],
    ['POST', '/api/v2/silences', silence({ comment: undefined }), 422, 'comment: '],
    ['POST', '/api/v2/alerts', [alert('x', { startsAt: 'soon' })], 400, '0.startsAt: '],
    [
      'POST',
      '/api/v2/silences',
      silence({ matchers: [] }),
      400,
      'matchers in body should have at least 1 items',
    ],
    [
      'POST',
      '/api/v2/silences',
      silence({ matchers: [{ name: 'a', value: '(', isRegex: true }] }),
      400,
      'parsing regexp',
    ],
    [
      'POST',
      '/api/v2/silences',
      silence({ matchers: [{ name: 'a', value: '(', isRegex: true, isEqual: false }] }),
      400,
      'parsing regexp',
    ],
    ['POST', '/api/v2/silences', silence({ id: 'x' }), 404, 'silence not found'],
    ['DELETE', '/api/v2/silence/x', '', 404, 'there is no such silence'],
  ])('%s %s refuses %j', async (method, path, body, status, problem) => {
    const got = await send(method, path, body);
    expect(got.body).toContain(problem);
    expect(got.status).toBe(status);
  });

  it.each([
    ['/api/v2/silence/x', {}, 404, 'there is no such silence'],
    ['/api/v2/alerts', { filter: 'x' }, 400, 'bad matcher format: x'],
    ['/api/v2/alerts', { filter: 'x=~"("' }, 400, 'parsing regexp'],
    ['/api/v2/alerts', { receiver: '(' }, 400, 'parsing regexp'],
  ])('%s refuses %j', async (path, parameters, status, problem) => {
    const got = await get(path, parameters);
    expect(got.body).toContain(problem);
    expect(got.status).toBe(status);
  });

  it('tells of itself', async () => {
    expect((await get('/api/v2/status')).body).toMatchObject({
      config: { original: expect.stringContaining('nobody') as unknown },
      receivers: [{ name: 'nobody' }],
    });
    expect((await get('/api/v2/receivers')).body).toEqual([{ name: 'nobody' }]);
    expect((await get('/sightline/api/v1/notifications')).body).toEqual([]);
  });
});

describe('the groups of an alert that goes to two receivers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-groups-'));
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(
    file,
    `route: { receiver: none, routes: [{ matchers: [alertname=Both], receiver: a, continue: true }, { matchers: [alertname=Both], receiver: b }] }
receivers: [{ name: none }, { name: a }, { name: b }]`,
  );
  afterAll(() => rmSync(folder, { recursive: true }));
  const both = openStack({ alertmanager: file }, async (open) => {
    await open.send('POST', '/api/v2/alerts', [alert('Both')]);
  });

  it.each<readonly [Readonly<Record<string, string>>, readonly string[]]>([
    [{}, ['a of a,b', 'b of a,b']],
    [{ receiver: 'a' }, ['a of a']],
    [{ receiver: 'b|none' }, ['b of b']],
    [{ receiver: 'none' }, []],
  ])('are those of the receiver that is asked for: %j', async (parameters, expected) => {
    const { body } = await both.get('/api/v2/alerts/groups', parameters);
    const groups = body as {
      receiver: { name: string };
      alerts: { receivers: { name: string }[] }[];
    }[];
    expect(
      groups.map(
        ({ receiver, alerts }) =>
          `${receiver.name} of ${alerts[0]!.receivers.map(({ name }) => name).join(',')}`,
      ),
    ).toEqual(expected);
  });
});
