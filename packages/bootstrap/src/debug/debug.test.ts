import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAdmin } from '../admin/create-admin.ts';
import type { Admin } from '../admin/create-admin.ts';
import type { AdminRoute } from '../admin/route.ts';
import { cpuProfileRoute } from './cpu-profile.ts';
import type { ProfilerSession } from './cpu-profile.ts';
import { heapSnapshotRoute } from './heap-snapshot.ts';

const admins: Admin[] = [];
afterEach(async () => {
  await Promise.all(admins.splice(0).map((admin) => admin.close()));
});

async function serve(route: AdminRoute, peer = '127.0.0.1'): Promise<string> {
  const admin = createAdmin({
    routes: [route],
    host: '127.0.0.1',
    port: 0,
    onProblem: () => {},
    peerAddress: () => peer,
  });
  admins.push(admin);
  await admin.listen();
  return `http://127.0.0.1:${admin.address?.port}${route.path}`;
}

describe.each([
  ['cpuprofile', cpuProfileRoute],
  ['heapsnapshot', heapSnapshotRoute],
] as const)('/debug/%s', (name, makeRoute) => {
  it('answers 404 and how to switch it on, unless that was done', async () => {
    const response = await fetch(await serve(makeRoute(false), '10.9.8.7'));
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining(`SIGHTLINE_ADMIN_DEBUG=${name}`),
    ]);
  });

  it('is guarded when it is on', async () => {
    expect((await fetch(await serve(makeRoute(true), '10.9.8.7'))).status).toBe(403);
  });
});

/** A session that says when it was started and does what it is told to. */
function fakeSession(): { session: ProfilerSession; started: Promise<void>; calls: string[] } {
  const started = Promise.withResolvers<void>();
  const calls: string[] = [];
  const session: ProfilerSession = {
    connect: () => void calls.push('connect'),
    disconnect: () => void calls.push('disconnect'),
    async post(method) {
      calls.push(method);
      if (method === 'Profiler.start') started.resolve();
      const nodes = Array.from({ length: 1201 }, (_, id) => ({ id }));
      return { profile: { nodes, startTime: 1, endTime: 2, samples: [1, 2], timeDeltas: [] } };
    },
  };
  return { session, started: started.promise, calls };
}

describe('/debug/cpuprofile', () => {
  it('writes long profiles in slices, without losing any of it', async () => {
    const { session } = fakeSession();
    const url = await serve(cpuProfileRoute(true, () => session));
    const profile = (await (await fetch(`${url}?seconds=0.001`)).json()) as Record<string, { id: number }[]>;
    expect(profile['nodes']?.map(({ id }) => id)).toEqual(Array.from({ length: 1201 }, (_, id) => id));
    expect(profile).toMatchObject({ startTime: 1, endTime: 2, samples: [1, 2], timeDeltas: [] });
  });

  it('takes one at a time, and ends it when whoever asked goes away', async () => {
    const { session, started, calls } = fakeSession();
    const url = await serve(cpuProfileRoute(true, () => session));
    const controller = new AbortController();
    const first = fetch(`${url}?seconds=60`, { signal: controller.signal }).catch(() => 'aborted');
    await started;
    expect((await fetch(url)).status).toBe(409);
    controller.abort();
    expect(await first).toBe('aborted');
    await vi.waitFor(() => expect(calls.at(-1)).toBe('disconnect'), 20_000);
    expect(calls).toContain('Profiler.stop');
    expect((await fetch(`${url}?seconds=0.001`)).status).toBe(200);
  });

  it('lets the next one in after one that failed', async () => {
    const { session } = fakeSession();
    const post = vi.fn<ProfilerSession['post']>().mockRejectedValueOnce(new Error('no inspector'));
    const broken: ProfilerSession = { ...session, post };
    const sessions = [broken, session];
    const url = await serve(cpuProfileRoute(true, () => sessions.shift() ?? session));
    expect((await fetch(`${url}?seconds=0.001`)).status).toBe(500);
    expect((await fetch(`${url}?seconds=0.001`)).status).toBe(200);
  });

  it.each(['0', '-1', '61', 'x', 'NaN', 'Infinity'])('answers 400 for %s seconds', async (seconds) => {
    expect((await fetch(`${await serve(cpuProfileRoute(true))}?seconds=${seconds}`)).status).toBe(400);
  });

  it('starts nothing for HEAD', async () => {
    const open = vi.fn<() => ProfilerSession>();
    const response = await fetch(await serve(cpuProfileRoute(true, open)), { method: 'HEAD' });
    expect([response.status, open.mock.calls.length]).toEqual([200, 0]);
  });
});

describe('/debug/heapsnapshot', () => {
  it('gives the snapshot as a file, part by part', async () => {
    const url = await serve(heapSnapshotRoute(true, () => Readable.from(['{"snapshot"', ':{}}'])));
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toContain('.heapsnapshot"');
    expect(await response.json()).toEqual({ snapshot: {} });
    expect((await fetch(url)).status).toBe(200);
  });

  it('takes one at a time, and lets go of it when whoever asked goes away', async () => {
    const stream = new Readable({ read: () => {} });
    stream.push('{');
    const url = await serve(heapSnapshotRoute(true, () => stream));
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    expect((await fetch(url)).status).toBe(409);
    const closed = once(stream, 'close');
    controller.abort();
    await closed;
    await expect(response.text()).rejects.toThrow(DOMException);
  });

  it('takes none for HEAD', async () => {
    const take = vi.fn<() => Readable>();
    const response = await fetch(await serve(heapSnapshotRoute(true, take)), { method: 'HEAD' });
    expect([response.status, take.mock.calls.length]).toEqual([200, 0]);
  });
});
