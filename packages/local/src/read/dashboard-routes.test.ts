import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../server/route.ts';
import { dashboardRoutes } from './dashboard-routes.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-dashboards-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function ask(from: string | undefined) {
  const routes = dashboardRoutes(from);
  const handle = (index: number, params: Record<string, string>) =>
    routes[index]?.handle({ params } as unknown as Call);
  return { list: () => handle(0, {}), one: (uid: string) => handle(1, { uid }) };
}

describe('dashboardRoutes', () => {
  it('lists those of the folder and gives each, anew when its file has changed', async () => {
    const { list, one } = ask(folder);
    const file = join(folder, 'a.json');
    await writeFile(file, JSON.stringify({ uid: 'one', title: 'One', tags: ['x'], panels: [] }));
    await writeFile(join(folder, 'notes.txt'), 'no dashboard');
    expect(await list()).toEqual({ json: [{ uid: 'one', title: 'One', description: '', tags: ['x'] }] });
    await writeFile(file, JSON.stringify({ uid: 'one', title: 'Two', panels: [] }));
    await utimes(file, 1, 1);
    expect(await one('one')).toMatchObject({ json: { title: 'Two' } });
  });

  it('says which file is none, and shows the others', async () => {
    await writeFile(join(folder, 'broken.json'), '{');
    const { list, one } = ask(folder);
    expect(await list()).toMatchObject({
      json: [{ uid: 'one' }, { uid: 'broken', problem: expect.stringContaining('broken.json') }],
    });
    await expect(Promise.resolve(one('broken'))).rejects.toMatchObject({ status: 422 });
    await expect(Promise.resolve(one('../a'))).rejects.toMatchObject({ status: 404 });
  });

  it('takes the name and the title of a resource of the second schema', async () => {
    const own = await mkdtemp(join(folder, 'second-'));
    const spec = { title: 'Second', tags: ['x'], elements: {} };
    await writeFile(
      join(own, 'a.json'),
      JSON.stringify({ kind: 'Dashboard', metadata: { name: 'second' }, spec }),
    );
    const { list, one } = ask(own);
    expect(await list()).toMatchObject({ json: [{ uid: 'second', title: 'Second', tags: ['x'] }] });
    expect(await one('second')).toMatchObject({ json: { spec } });
  });

  it('takes what Grafana exports around a dashboard, and the name of the file where none is given', async () => {
    const own = await mkdtemp(join(folder, 'odd-'));
    const write = (name: string, json: unknown): Promise<void> =>
      writeFile(join(own, name), JSON.stringify(json));
    await write('a.json', { dashboard: { title: 'A', uid: '', tags: 'none', description: 'd' }, meta: {} });
    await write('b.json', { dashboard: [] });
    await write('c.json', null);
    await write('d.json', { spec: { title: 'D' } });
    await writeFile(join(own, 'e.json'), ' '.repeat(5_000_000));
    const { list, one } = ask(own);
    expect(await list()).toMatchObject({
      json: [
        { uid: 'a', title: 'A', description: 'd', tags: [] },
        { uid: 'b', problem: 'b.json is no dashboard: it has no title' },
        { uid: 'c', problem: 'c.json is no dashboard: it has no title' },
        { uid: 'd', title: 'D' },
        { uid: 'e', problem: expect.stringMatching(/e\.json (?:is larger than|cannot be read)/) },
      ],
    });
    await rm(join(own, 'a.json'));
    await expect(Promise.resolve(one('a'))).rejects.toMatchObject({ status: 404 });
  });

  it('has none without a folder, and says that one cannot be read', async () => {
    expect(await ask(undefined).list()).toEqual({ json: [] });
    await expect(Promise.resolve(ask(join(folder, 'gone')).list())).rejects.toMatchObject({ status: 500 });
  });
});
