import { SightlineError } from '@sightline/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dashboards } from '../dashboards.ts';
import { diffDashboards } from './diff-dashboards.ts';
import { exportDashboards } from './export-dashboards.ts';
import { type FakeGrafana, TOKEN, startFakeGrafana } from './fake-grafana.fixture.ts';
import { type GrafanaClient, createGrafanaClient } from './grafana-client.ts';
import { pushDashboards } from './push-dashboards.ts';
import type { PushOptions } from './push-options.ts';

const { fleet, service } = dashboards();
const both = [fleet, service];

let grafana: FakeGrafana;
let client: GrafanaClient;
beforeEach(async () => {
  grafana = await startFakeGrafana();
  client = createGrafanaClient({ url: `${grafana.url}/`, token: TOKEN }, { environment: {} });
});
afterEach(() => grafana.stop());

async function actions(options?: PushOptions): Promise<readonly string[]> {
  return (await pushDashboards(client, both, options)).map(({ action }) => action);
}

function writes(): readonly string[] {
  return grafana.requests.filter((request) => request.startsWith('POST'));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SightlineError);
  expect(JSON.stringify([(error as SightlineError).message, (error as SightlineError).stack])).not.toContain(
    TOKEN,
  );
  return (error as SightlineError).code;
}

describe('pushDashboards', () => {
  it('makes the folder and the dashboards, and says where they are', async () => {
    expect(await pushDashboards(client, both)).toEqual([
      {
        uid: 'sightline-fleet',
        title: fleet.title,
        action: 'created',
        path: '/d/sightline-fleet/sightline-fleet',
      },
      {
        uid: 'sightline-service',
        title: service.title,
        action: 'created',
        path: '/d/sightline-service/sightline-service',
      },
    ]);
    expect([...grafana.folders]).toEqual([['sightline', 'Sightline']]);
    expect(grafana.dashboards.get('sightline-fleet')).toMatchObject({ folderUid: 'sightline', version: 1 });
  });

  it.each(['list', 'object'] as const)(
    'writes nothing the second time, with a history as %s',
    async (versions) => {
      await grafana.stop();
      grafana = await startFakeGrafana({ versions });
      client = createGrafanaClient({ url: grafana.url, token: TOKEN }, { environment: {} });
      await actions();
      const before = writes().length;
      expect(await actions()).toEqual(['unchanged', 'unchanged']);
      expect(writes()).toHaveLength(before);
    },
  );

  it('replaces what the last push has made, where ours has changed', async () => {
    await pushDashboards(client, [fleet]);
    expect(await pushDashboards(client, [{ ...fleet, title: 'Sightline / All' }])).toMatchObject([
      { action: 'updated' },
    ]);
    expect(grafana.dashboards.get('sightline-fleet')?.json['title']).toBe('Sightline / All');
  });

  it('refuses what a person has saved since, and writes the others', async () => {
    await actions();
    grafana.edit('sightline-fleet', { title: 'Mine' });
    const outcomes = await pushDashboards(client, [
      { ...fleet, timeRange: '2h' },
      { ...service, timeRange: '2h' },
    ]);
    expect(outcomes).toMatchObject([
      { action: 'refused', reason: 'somebody has saved it in Grafana since the last push' },
      { action: 'updated' },
    ]);
    expect(grafana.dashboards.get('sightline-fleet')?.json['title']).toBe('Mine');
  });

  it('replaces that as well under the rule always, and nothing under the rule never', async () => {
    await actions();
    grafana.edit('sightline-fleet', { title: 'Mine' });
    expect(await actions({ overwrite: 'never' })).toEqual(['refused', 'unchanged']);
    expect(await actions({ overwrite: 'always' })).toEqual(['updated', 'unchanged']);
    expect(grafana.dashboards.get('sightline-fleet')?.json['title']).toBe(fleet.title);
  });

  it('refuses a dashboard of somebody else with the same uid', async () => {
    grafana.folders.set('theirs', 'Theirs');
    grafana.dashboards.set('sightline-fleet', {
      json: { uid: 'sightline-fleet', title: 'Theirs', tags: [] },
      folderUid: 'theirs',
      message: '',
      version: 1,
    });
    expect(await pushDashboards(client, [fleet])).toMatchObject([
      { action: 'refused', reason: 'it has the same uid and is not one of ours' },
    ]);
  });

  it('moves what stands in another folder', async () => {
    await actions();
    expect(await actions({ folder: { uid: 'team', title: 'Team' } })).toEqual(['updated', 'updated']);
    expect(grafana.dashboards.get('sightline-fleet')?.folderUid).toBe('team');
  });

  it('says what would happen in a dry run, and writes nothing', async () => {
    expect(await actions({ dryRun: true })).toEqual(['created', 'created']);
    expect(writes()).toEqual([]);
    expect(grafana.folders.size).toBe(0);
  });

  it('is refused by Grafana when somebody saves between our look and our write', async () => {
    await pushDashboards(client, [fleet]);
    grafana.before = (request) => {
      if (request === 'POST /api/dashboards/db') grafana.edit('sightline-fleet', { title: 'Just now' });
      return undefined;
    };
    expect(await codeOf(pushDashboards(client, [{ ...fleet, timeRange: '2h' }]))).toBe(
      'SIGHTLINE_GRAFANA_CONFLICT',
    );
  });

  it('names wrong options', async () => {
    const wrong = { overwrite: 'sometimes', folder: { uid: 'a b', title: '' } } as unknown as PushOptions;
    expect(await codeOf(pushDashboards(client, both, wrong))).toBe('SIGHTLINE_OPTIONS');
  });
});

describe('createGrafanaClient', () => {
  it('takes an answer that leaves out what a proxy or another version of Grafana may', async () => {
    const answers: Readonly<Record<string, unknown>> = {
      'GET /api/health': {},
      'GET /api/dashboards/uid/a': { dashboard: { uid: 'a' }, meta: {} },
      'GET /api/dashboards/uid/a/versions': {},
      'POST /api/dashboards/db': {},
      'GET /api/search': [{ uid: 'a', title: 'A' }],
    };
    grafana.before = (request) => ({ status: 200, body: JSON.stringify(answers[request]) });
    expect(await client.version()).toBe('unknown');
    expect(await client.dashboard('a')).toEqual({
      json: { uid: 'a' },
      folderUid: '',
      provisioned: false,
      newestMessage: undefined,
    });
    expect(await client.save({ json: {}, folderUid: 'f', message: '', overwrite: true })).toBe('');
    expect(await client.search({})).toEqual([{ uid: 'a', title: 'A', folderUid: '' }]);
  });

  it('has nothing to say of what is gone, and takes an empty answer to a search for nothing found', async () => {
    grafana.before = () => ({ status: 404, body: '{}' });
    expect(await client.version()).toBe('unknown');
    expect(await client.dashboard('a')).toBeUndefined();
    expect(await client.hasFolder('f')).toBe(false);
    expect(await client.search({ folderUid: 'f' })).toEqual([]);
  });
});

describe('diffDashboards', () => {
  it('tells missing, same and different apart, and where', async () => {
    await pushDashboards(client, [fleet]);
    expect(await diffDashboards(client, both)).toMatchObject([{ state: 'same' }, { state: 'missing' }]);
    grafana.edit('sightline-fleet', { title: 'Mine', extra: 1 });
    expect(await diffDashboards(client, [fleet])).toEqual([
      {
        uid: 'sightline-fleet',
        title: fleet.title,
        state: 'different',
        changes: [
          { path: 'title', before: 'Mine', after: fleet.title },
          { path: 'extra', before: 1, after: undefined },
        ],
      },
    ]);
  });

  it('names what differs deep inside, and no more than a hundred places', async () => {
    await pushDashboards(client, [fleet]);
    grafana.edit('sightline-fleet', { panels: Array.from({ length: 500 }, () => ({})) });
    const [diff] = await diffDashboards(client, [fleet]);
    expect(diff?.changes).toHaveLength(100);
    expect(diff?.changes[0]?.path).toMatch(/^panels\[0\]\.\w+/);
  });
});

describe('exportDashboards', () => {
  it('gives a path that stays in its folder, whatever uid the server answers with', async () => {
    const lying: GrafanaClient = {
      ...client,
      dashboard: () => Promise.resolve({ json: { title: 'x' }, folderUid: '' } as never),
    };
    const exported = await exportDashboards(lying, { uids: ['../../.bashrc', '..'] });
    expect(exported.map(({ path }) => path)).toEqual(['...json', '..%2F..%2F.bashrc.json']);
  });

  it('gives files that can be imported elsewhere', async () => {
    await actions();
    const [first, second] = await exportDashboards(client);
    expect([first?.path, second?.path]).toEqual(['sightline-fleet.json', 'sightline-service.json']);
    const json = JSON.parse(first?.content ?? '') as Record<string, unknown>;
    expect(json).toMatchObject({ id: null, uid: 'sightline-fleet', title: fleet.title });
    expect(json).not.toHaveProperty('version');
  });

  it('takes uids or a folder, and leaves out what is not there', async () => {
    await actions();
    expect(
      (await exportDashboards(client, { uids: ['sightline-service', 'nobody'] })).map(({ uid }) => uid),
    ).toEqual(['sightline-service']);
    expect(await exportDashboards(client, { folderUid: 'elsewhere' })).toEqual([]);
  });
});

describe('createGrafanaClient', () => {
  it('tells the version', async () => {
    expect(await client.version()).toBe('12.1.0');
  });

  it.each([
    [401, 'SIGHTLINE_GRAFANA_TOKEN'],
    [403, 'SIGHTLINE_GRAFANA_TOKEN'],
    [412, 'SIGHTLINE_GRAFANA_CONFLICT'],
    [500, 'SIGHTLINE_GRAFANA_REJECTED'],
    [302, 'SIGHTLINE_GRAFANA_UNREACHABLE'],
  ])('says what %i means', async (status, code) => {
    grafana.before = () => ({ status, body: '{"message":"no"}' });
    expect(await codeOf(client.version())).toBe(code);
  });

  it('says that what answers is not Grafana', async () => {
    grafana.before = () => ({ status: 200, body: '<html>' });
    expect(await codeOf(client.version())).toBe('SIGHTLINE_GRAFANA_UNREACHABLE');
  });

  it('says that nothing answers', async () => {
    await grafana.stop();
    expect(await codeOf(client.version())).toBe('SIGHTLINE_GRAFANA_UNREACHABLE');
    grafana = await startFakeGrafana();
  });

  it('refuses a folder that is not there as what Grafana says, not as nothing', async () => {
    grafana.before = (request) =>
      request.startsWith('POST') ? { status: 404, body: '{"message":"gone"}' } : undefined;
    expect(await codeOf(pushDashboards(client, [fleet]))).toBe('SIGHTLINE_GRAFANA_REJECTED');
  });
});
