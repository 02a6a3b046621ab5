import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboardUids } from '@sightline/dashboards';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runWith } from '../../fake-io.fixture.ts';
import type { Io } from '../../io.ts';

const TOKEN = 'glsa_a-token-that-nobody-may-see';

interface Stored {
  json: Record<string, unknown>;
  folderUid: string;
  message: string;
}

/** As much of Grafana's HTTP API as the commands ask for. */
function fakeGrafana(): {
  stored: Map<string, Stored>;
  folders: Map<string, string>;
  fetch: Io['fetch'];
  tokens: Set<string>;
} {
  const stored = new Map<string, Stored>();
  const folders = new Map<string, string>();
  const tokens = new Set<string>();
  const answer = (method: string, url: URL, body: Record<string, unknown>): unknown => {
    const [, , , kind, uid = ''] =
      /^(\/grafana)?(\/api)\/(dashboards\/uid|folders|search|dashboards\/db)\/?([^/]*)/.exec(url.pathname) ??
      [];
    if (kind === 'search') {
      return [...stored].map(([each, { json, folderUid }]) => ({
        uid: each,
        title: json['title'],
        folderUid,
      }));
    }
    if (method === 'POST' && kind === 'folders')
      return { ok: folders.set(String(body['uid']), String(body['title'])) };
    if (method === 'POST') {
      const json = body['dashboard'] as Record<string, unknown>;
      stored.set(String(json['uid']), {
        json,
        folderUid: String(body['folderUid']),
        message: String(body['message']),
      });
      return { url: `/d/${String(json['uid'])}` };
    }
    if (kind === 'folders') return folders.has(uid) ? { uid } : undefined;
    const found = stored.get(uid);
    if (found === undefined) return undefined;
    return url.pathname.endsWith('/versions')
      ? { versions: [{ message: found.message }] }
      : { dashboard: found.json, meta: { folderUid: found.folderUid } };
  };
  return {
    stored,
    folders,
    tokens,
    fetch: (address, init) => {
      const url = new URL(address);
      tokens.add(new Headers(init.headers).get('authorization') ?? '');
      const found = answer(
        init.method ?? 'GET',
        url,
        JSON.parse((init.body ?? '{}') as string) as Record<string, unknown>,
      );
      return Promise.resolve(found === undefined ? Response.json({}, { status: 404 }) : Response.json(found));
    },
  };
}

let cwd: string;
let grafana: ReturnType<typeof fakeGrafana>;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-dashboards-'));
  grafana = fakeGrafana();
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const ask = (line: string, env: Record<string, string> = { GRAFANA_TOKEN: TOKEN }): Promise<Ran> =>
  runWith(line, { cwd, env, fetch: grafana.fetch });

describe('dashboards push', () => {
  it('writes all of them into their folder, and nothing the second time', async () => {
    const first = await ask('dashboards push --json');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect([...grafana.stored.keys()].toSorted()).toEqual(Object.values(dashboardUids).toSorted());
    expect([...grafana.folders]).toEqual([['sightline', 'Sightline']]);
    expect(grafana.tokens).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(first.stdout).not.toContain(TOKEN);
    const second = (await ask('dashboards push --json')).json() as {
      result: { dashboards: { action: string }[] };
    };
    expect(new Set(second.result.dashboards.map(({ action }) => action))).toEqual(new Set(['unchanged']));
  });

  it('writes those that are named, by name or uid, and nothing with --dry-run', async () => {
    const dry = await ask(`dashboards push fleet ${dashboardUids.service} --dry-run`);
    expect(dry.stdout).toMatch(
      /created {3}.*\(sightline-fleet\)[^]*\(sightline-service\)[^]*nothing was written/,
    );
    expect(grafana.stored.size).toBe(0);
    await ask(`dashboards push fleet ${dashboardUids.service} --folder f --folder-title F`);
    expect([...grafana.stored.keys()]).toEqual([dashboardUids.fleet, dashboardUids.service]);
    expect(grafana.folders.get('f')).toBe('F');
  });

  it('refuses what somebody has saved since, unless told otherwise', async () => {
    await ask('dashboards push fleet');
    const fleet = grafana.stored.get(dashboardUids.fleet)!;
    grafana.stored.set(dashboardUids.fleet, {
      ...fleet,
      json: { ...fleet.json, title: 'Mine' },
      message: '',
    });
    const refused = await ask('dashboards push fleet');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('refused ');
    expect((await ask('dashboards push fleet --overwrite always')).exitCode).toBe(0);
    expect(grafana.stored.get(dashboardUids.fleet)?.json['title']).not.toBe('Mine');
  });

  it('takes dashboards from a module, and options from a file', async () => {
    writeFileSync(
      join(cwd, 'own.mjs'),
      `export const mine = { uid: 'mine', title: 'Mine', description: 'What?', tags: [], variables: [], rows: [] };\nexport const other = 1;\n`,
    );
    const list = (await ask('dashboards list --local --from own.mjs --json')).json();
    expect(list).toMatchObject({ result: { dashboards: [{ name: 'mine', uid: 'mine', title: 'Mine' }] } });
    writeFileSync(join(cwd, 'none.mjs'), 'export const other = 1;');
    expect((await ask('dashboards push --from none.mjs')).stderr).toContain('exports no dashboard');
    expect((await ask('dashboards push --from gone.mjs')).stderr).toContain('cannot be loaded as a module');
    writeFileSync(join(cwd, 'o.yml'), 'dashboards: { refresh: 5m }');
    await ask('dashboards push fleet --options o.yml');
    expect(grafana.stored.get(dashboardUids.fleet)?.json['refresh']).toBe('5m');
  });

  it('takes the token from a file, and says what is missing or wrong without asking anybody', async () => {
    writeFileSync(join(cwd, 'token'), `${TOKEN}\n`);
    expect((await ask('dashboards push fleet --token-file token', {})).exitCode).toBe(0);
    expect((await ask('dashboards list', { GRAFANA_TOKEN_FILE: 'token' })).exitCode).toBe(0);
    grafana.tokens.clear();
    await ask('dashboards list', { GRAFANA_TOKEN: 'other', GRAFANA_TOKEN_FILE: 'none' });
    await ask('dashboards list --token-file token', { GRAFANA_TOKEN: 'other', GRAFANA_TOKEN_FILE: 'none' });
    expect([...grafana.tokens]).toEqual(['Bearer other', `Bearer ${TOKEN}`]);
    grafana.tokens.clear();
    expect((await ask('dashboards push', {})).stderr).toContain('set GRAFANA_TOKEN');
    expect((await ask('dashboards push --token-file none', {})).exitCode).toBe(2);
    expect((await ask('dashboards push flet')).stderr).toContain('did you mean fleet?');
    expect((await ask('dashboards push --url http://a:b@c')).exitCode).toBe(2);
    expect(grafana.tokens.size).toBe(0);
  });

  it('says that Grafana is not there, at the URL that was meant', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new Error('no'));
    const ran = await runWith('dashboards diff', {
      fetch,
      env: { GRAFANA_TOKEN: TOKEN, GRAFANA_SERVER: 'https://g.test/grafana/' },
    });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('https://g.test/grafana');
    const refused = await runWith('dashboards diff', {
      fetch: () => Promise.resolve(Response.json({ message: 'Permission denied' }, { status: 403 })),
      env: { GRAFANA_TOKEN: TOKEN },
    });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('SIGHTLINE_GRAFANA_TOKEN');
    expect(ran.stderr + refused.stderr).not.toContain(TOKEN);
  });
});

describe('dashboards diff', () => {
  it('shows what is missing, the same and different', async () => {
    await ask('dashboards push fleet service');
    expect((await ask('dashboards diff fleet service')).exitCode).toBe(0);
    const fleet = grafana.stored.get(dashboardUids.fleet)!;
    grafana.stored.set(dashboardUids.fleet, {
      ...fleet,
      json: { ...fleet.json, title: 'Mine' },
      message: '',
    });
    const ran = await ask('dashboards diff fleet service logs');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/different .*\n@ title\n- "Mine"\n\+ "/);
    expect(ran.stdout).toMatch(/^missing .*sightline-logs/m);
    expect(ran.stdout).toContain('2 of 3 dashboards differ');
  });
});

describe('dashboards export', () => {
  it('writes files, one to stdout, and says what is not there', async () => {
    await ask('dashboards push fleet service');
    const ran = await ask('dashboards export --out files');
    expect(ran.stdout).toContain('files: 2 of 2 files written');
    const file = readFileSync(join(cwd, 'files/sightline-fleet.json'), 'utf8');
    expect((await ask('dashboards export sightline-fleet')).stdout).toBe(file);
    const missing = await ask('dashboards export gone --out files --json');
    expect(missing.json()).toMatchObject({ exitCode: 1, problems: [{ code: 'SIGHTLINE_GRAFANA_REJECTED' }] });
    expect((await ask('dashboards export')).exitCode).toBe(2);
  });

  it('writes nowhere but into the folder, whatever a server calls its dashboards', async () => {
    const json = { uid: '../evil', title: 'x\u001B[2J', tags: ['sightline'] };
    grafana.stored.set('../evil', { json, folderUid: '', message: '' });
    grafana.fetch = (address) =>
      Promise.resolve(
        address.includes('/api/search')
          ? Response.json([{ uid: '../evil', title: json.title }])
          : Response.json({ dashboard: json, meta: {} }),
      );
    const ran = await ask('dashboards export --out files');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('is no path below the folder');
    expect(existsSync(join(cwd, 'evil.json'))).toBe(false);
    expect((await ask('dashboards list')).stdout).not.toContain('\u001B');
  });

  it('does not write over a file that somebody changed', async () => {
    await ask('dashboards push fleet');
    await ask('dashboards export --out files');
    const path = join(cwd, 'files/sightline-fleet.json');
    writeFileSync(path, '{}');
    expect((await ask('dashboards export --out files')).exitCode).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(existsSync(join(cwd, 'files/.sightline.json'))).toBe(true);
  });
});

describe('dashboards of a module', () => {
  const module = (text: string): string => {
    const path = join(cwd, 'mine.mjs');
    writeFileSync(path, text);
    return path;
  };
  const one = (uid: string): string => `{ uid: '${uid}', title: 'T ${uid}', rows: [] }`;

  it('are those that it exports one by one, in a list or in a record', async () => {
    const from = module(
      `export const a = ${one('ua')};\nexport const list = [${one('ub')}];\nexport const more = { c: ${one('uc')}, n: 1 };\nexport const x = 1;\nexport default null;`,
    );
    const ran = await ask(`dashboards list --local --from ${from}`, {});
    expect(ran.stdout).toBe('a   ua  T ua\nub  ub  T ub\nc   uc  T uc\n');
  });

  it.each([
    ['throw new Error("x")', 'cannot be loaded as a module'],
    ['export const x = {};', 'exports no dashboard'],
  ])('are refused when there are none: %s', async (text, problem) => {
    const ran = await ask(`dashboards list --local --from ${module(text)}`, {});
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(problem);
  });

  it('are named by what there is where nothing is alike', async () => {
    const ran = await ask('dashboards push completely-different');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/one of fleet, .*name one of these/s);
  });
});

describe('dashboards list', () => {
  it('asks for one folder where that is named', async () => {
    const asked: string[] = [];
    const fetch = grafana.fetch;
    grafana.fetch = (url, init) => {
      asked.push(url);
      return fetch(url, init);
    };
    expect((await ask('dashboards list --folder f')).stdout).toBe('0 dashboards with the tag sightline\n');
    expect((await ask('dashboards export --folder f --out files')).exitCode).toBe(1);
    expect(asked.filter((url) => /folderUIDs?=f\b/.test(url)).length).toBeGreaterThan(1);
  });

  it('lists what Grafana has, or without a token what a push would write', async () => {
    await ask('dashboards push fleet');
    expect((await ask('dashboards list')).stdout).toMatch(
      /^sightline-fleet .*\n1 dashboard with the tag sightline\n$/,
    );
    const { result } = (await ask('dashboards list --local --json', {})).json() as {
      result: { dashboards: { name: string }[] };
    };
    expect(result.dashboards.map(({ name }) => name)).toEqual(Object.keys(dashboardUids));
  });
});
