import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FamilyDefinition, FamilySnapshot } from '../family.ts';
import type { Message } from './messages.ts';
import { type CollectProblem, createSnapshotCollector, type CollectorSetup } from './snapshot-collector.ts';
import { createSnapshotServer, type SnapshotServer } from './snapshot-server.ts';

const TIME_LIMIT_MS = 1000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function counted(orders: number, queue: number): FamilySnapshot[] {
  const definition = { unit: '', help: '', labels: [], seriesBound: 10 };
  return [
    {
      definition: { ...definition, name: 'orders_total', type: 'counter' },
      series: [{ labelValues: [], value: orders }],
    },
    {
      definition: { ...definition, name: 'queue', type: 'gauge' },
      series: [{ labelValues: [], value: queue }],
    },
  ];
}

/** A collector and its peers, who talk as over a channel of JSON. */
function harness(setup: Partial<CollectorSetup> = {}) {
  const problems: CollectProblem[] = [];
  const asked: Message[] = [];
  const servers = new Map<number, SnapshotServer>();
  const collector = createSnapshotCollector({
    timeLimitMs: TIME_LIMIT_MS,
    own: undefined,
    onProblem: (problem) => problems.push(problem),
    ...setup,
    ask(message) {
      asked.push(message);
      for (const server of servers.values()) server.receive(JSON.parse(JSON.stringify(message)));
    },
  });
  async function page(): Promise<Record<string, number | undefined>> {
    const families = await collector.collect();
    return Object.fromEntries(families.map(({ definition: { name }, series }) => [name, series[0]?.value]));
  }
  return {
    collector,
    problems,
    asked,
    servers,
    peer(id: number, snapshot: () => Promise<FamilySnapshot[]>): SnapshotServer {
      const server = createSnapshotServer(snapshot, (message) =>
        collector.receive(id, JSON.parse(JSON.stringify(message))),
      );
      servers.set(id, server);
      collector.receive(id, { sightline: 'metrics', version: 1, kind: 'hello' });
      return server;
    },
    page,
    async pageAfterTheLimit(): Promise<Record<string, number | undefined>> {
      const waiting = page();
      await vi.advanceTimersByTimeAsync(TIME_LIMIT_MS);
      return await waiting;
    },
  };
}

const never = (): Promise<never> => new Promise(() => {});

describe('createSnapshotCollector', () => {
  it('adds up what all have, and what it has itself', async () => {
    const { peer, page } = harness({ own: () => Promise.resolve(counted(100, 1)) });
    peer(1, () => Promise.resolve(counted(20, 2)));
    peer(2, () => Promise.resolve(counted(3, 4)));

    expect(await page()).toEqual({ orders_total: 123, queue: 7 });
  });

  it('has no more label sets on the page of many than one may have, the same ones page after page', async () => {
    const { collector, peer } = harness();
    const shops = (from: number): FamilySnapshot[] => [
      {
        definition: {
          name: 'orders_total',
          type: 'counter',
          unit: '',
          help: '',
          labels: ['shop'],
          seriesBound: 100,
        },
        series: Array.from({ length: 100 }, (_, at) => ({ labelValues: [`${from + at}`], value: 1 })),
      },
    ];
    peer(2, () => Promise.resolve(shops(0)));
    const [alone] = await collector.collect();
    for (let id = 3; id < 8; id++) peer(id, () => Promise.resolve(shops(id * 100)));
    // What worker 2 had stands behind all others then.
    collector.gone(2);
    const [together] = await collector.collect();
    expect(together?.series).toHaveLength(101);
    expect(together?.series.slice(0, 100)).toEqual(alone?.series);
    expect(together?.series.at(-1)).toMatchObject({ overflow: true, value: 500 });
  });

  it('asks those that have said something, and no longer those that have ended', async () => {
    const asked: number[][] = [];
    const collector = createSnapshotCollector({
      ask: (_question, peers) => asked.push([...peers]),
      timeLimitMs: TIME_LIMIT_MS,
      own: undefined,
      onProblem: undefined,
    });
    await collector.collect();
    for (const id of [3, 5]) {
      collector.receive(id, {
        sightline: 'metrics',
        version: 1,
        kind: 'part',
        round: 0,
        families: [],
        last: true,
      });
    }
    const waiting = collector.collect();
    collector.gone(3);
    collector.gone(5);
    await waiting;
    await collector.collect();
    expect(asked).toEqual([[], [3, 5], []]);
  });

  it('asks once for two pages at one time', async () => {
    const { peer, page, asked } = harness();
    peer(1, () => Promise.resolve(counted(1, 1)));

    expect(await Promise.all([page(), page()])).toEqual([
      { orders_total: 1, queue: 1 },
      { orders_total: 1, queue: 1 },
    ]);
    expect(asked).toHaveLength(1);
  });

  it('keeps the counters of one who does not answer, not its gauges, and says who it is', async () => {
    const { peer, page, pageAfterTheLimit, problems } = harness();
    let answer: () => Promise<FamilySnapshot[]> = () => Promise.resolve(counted(20, 2));
    peer(1, () => answer());
    peer(2, () => Promise.resolve(counted(3, 4)));
    await page();
    answer = never;

    expect(await pageAfterTheLimit()).toEqual({ orders_total: 23, queue: 4 });
    expect(problems).toEqual([{ kind: 'silent', peer: 1 }]);
  });

  it('does not wait again for one who does not answer, and takes it back when it does', async () => {
    const { peer, page, pageAfterTheLimit, collector } = harness();
    let resolveLate: (snapshot: FamilySnapshot[]) => void = () => {};
    let answer = (): Promise<FamilySnapshot[]> => new Promise((resolve) => (resolveLate = resolve));
    peer(1, () => answer());
    await pageAfterTheLimit();
    expect(collector.peers).toBe(0);

    expect(await page()).toEqual({});
    answer = () => Promise.resolve(counted(21, 2));
    resolveLate(counted(20, 2));
    await vi.waitFor(() => expect(collector.peers).toBe(1), 20_000);
    expect(await page()).toEqual({ orders_total: 21, queue: 2 });
  });

  it('takes back all of a large cluster after a page for which none was in time, and forgets those that stay silent', async () => {
    const nowMs = vi.spyOn(performance, 'now').mockReturnValue(0);
    const { peer, page, pageAfterTheLimit, servers } = harness();
    for (let id = 1; id <= 100; id += 1) peer(id, () => Promise.resolve(counted(1, 1)));
    expect(await page()).toEqual({ orders_total: 100, queue: 100 });
    const all = new Map(servers);
    servers.clear();
    expect(await pageAfterTheLimit()).toEqual({ orders_total: 100 });
    for (const [id, server] of all) servers.set(id, server);
    await page();
    expect(await page()).toEqual({ orders_total: 100, queue: 100 });

    servers.clear();
    await pageAfterTheLimit();
    nowMs.mockReturnValue(300_000);
    expect(await page()).toEqual({ orders_total: 100 });
    for (const [id, server] of all) servers.set(id, server);
    await page();
    expect(await page()).toEqual({ orders_total: 100, queue: 64 });
    nowMs.mockRestore();
  });

  it('goes on at once when one has no answer', async () => {
    const { peer, page } = harness();
    peer(1, () => Promise.reject(new Error('broken')));
    peer(2, () => Promise.resolve(counted(3, 4)));

    expect(await page()).toEqual({ orders_total: 3, queue: 4 });
  });

  it('keeps the counters that one, or its own side, lacks in an answer, and not the gauges', async () => {
    let lacks = false;
    const answer = (orders: number) => (): Promise<FamilySnapshot[]> => {
      const [counter, queue] = counted(orders, 2) as [FamilySnapshot, FamilySnapshot];
      const others: FamilySnapshot = {
        ...counter,
        definition: { ...counter.definition, name: 'others_total' },
      };
      if (!lacks) return Promise.resolve([counter, queue, others]);
      return Promise.resolve(orders === 1 ? [others] : [others, { ...counter, series: [] }]);
    };
    const { peer, page } = harness({ own: answer(1) });
    peer(1, answer(20));
    peer(2, () => Promise.resolve(counted(300, 4)));
    const all = { orders_total: 321, queue: 8, others_total: 21 };
    expect(await page()).toEqual(all);
    lacks = true;
    expect(await page()).toEqual({ ...all, queue: 4 });
    expect(await page()).toEqual({ ...all, queue: 4 });
    lacks = false;
    expect(await page()).toEqual(all);
  });

  it('keeps its own counters when its snapshot fails', async () => {
    let fails = false;
    const { peer, page, problems } = harness({
      own: () => (fails ? Promise.reject(new Error('broken')) : Promise.resolve(counted(100, 1))),
    });
    peer(1, () => Promise.resolve(counted(20, 2)));
    await page();
    fails = true;
    expect(await page()).toEqual({ orders_total: 120, queue: 2 });
    expect(problems).toMatchObject([{ kind: 'own' }]);
  });

  it('keeps the counters of one who ended, and forgets its gauges', async () => {
    const { peer, page, collector } = harness();
    peer(1, () => Promise.resolve(counted(20, 2)));
    peer(2, () => Promise.resolve(counted(3, 4)));
    await page();
    collector.gone(1);

    expect(await page()).toEqual({ orders_total: 23, queue: 4 });
    collector.gone(1);
    expect(await page()).toEqual({ orders_total: 23, queue: 4 });
  });

  it('does not wait for one who ends meanwhile', async () => {
    const { peer, page, collector } = harness();
    peer(1, never);
    const waiting = page();
    collector.gone(1);

    expect(await waiting).toEqual({});
  });

  it('takes what one says in farewell, which nobody asked for', async () => {
    const { peer, page, servers } = harness();
    const server = peer(1, () => Promise.resolve(counted(20, 2)));
    await server.farewell();
    servers.delete(1);

    expect(await page()).toEqual({ orders_total: 20 });
  });

  it('counts nothing twice when a message of one who ended comes late', async () => {
    const { peer, page, collector } = harness();
    const server = peer(1, () => Promise.resolve(counted(20, 2)));
    await page();
    collector.gone(1);
    await server.push();

    expect(await page()).toEqual({ orders_total: 20 });
  });

  it('lets no counter fall while processes come and go', async () => {
    const { peer, page, collector, servers } = harness();
    let before = 0;
    for (let id = 1; id <= 30; id += 1) {
      peer(id, () => Promise.resolve(counted(id, 1)));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { orders_total: total = NaN } = await page();
      expect(total).toBe(before + id);
      before = total;
      collector.gone(id);
      servers.delete(id);
    }
    expect(await page()).toEqual({ orders_total: 465 });
  });

  it('keeps within the bound of label sets what those who ended leave, and the total right', async () => {
    const { peer, collector, servers } = harness();
    const definition: FamilyDefinition = {
      name: 'x_total',
      type: 'counter',
      unit: '',
      help: '',
      labels: ['id'],
      seriesBound: 5,
    };
    for (let id = 1; id <= 20; id += 1) {
      peer(id, () => Promise.resolve([{ definition, series: [{ labelValues: [String(id)], value: 1 }] }]));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await collector.collect();
      collector.gone(id);
      servers.delete(id);
    }
    const [family] = await collector.collect();

    expect(family?.series.length).toBeLessThanOrEqual(6);
    expect(family?.series.reduce((sum, { value = 0 }) => sum + value, 0)).toBe(20);
  });

  it('reads an answer that comes in many parts, while a newer question waits', async () => {
    const { peer, collector, servers } = harness();
    const definition: FamilyDefinition = {
      name: 'x_total',
      type: 'counter',
      unit: '',
      help: '',
      labels: ['id'],
      seriesBound: 1e6,
    };
    const series = Array.from({ length: 3000 }, (_, at) => ({ labelValues: [String(at)], value: 1 }));
    const server = peer(1, () => Promise.resolve([{ definition, series }]));
    const first = collector.collect();
    server.receive({ sightline: 'metrics', version: 1, kind: 'ask', round: 999 });
    await first;
    const farewell = server.farewell();
    server.receive({ sightline: 'metrics', version: 1, kind: 'ask', round: 1000 });
    await farewell;
    servers.delete(1);

    expect((await collector.collect())[0]?.series).toHaveLength(3000);
  });

  it('has the page of the others when its own snapshot fails, and says so', async () => {
    const { peer, page, problems } = harness({ own: () => Promise.reject(new Error('broken')) });
    peer(1, () => Promise.resolve(counted(20, 2)));

    expect(await page()).toEqual({ orders_total: 20, queue: 2 });
    expect(problems).toMatchObject([{ kind: 'own' }]);
  });

  it('survives a message that has not what its kind has', async () => {
    const { collector, peer, page } = harness();
    peer(1, () => Promise.resolve(counted(20, 2)));
    const ours = { sightline: 'metrics', version: 1 };
    collector.receive(1, { ...ours, kind: 'part', round: 0, last: true });
    collector.receive(1, { ...ours, kind: 'part', round: 0, families: [{}], last: true });

    expect(await page()).toEqual({ orders_total: 20, queue: 2 });
  });

  it.each([
    undefined,
    null,
    'metrics',
    7,
    {},
    { type: 'prom-client:getMetricsReq' },
    { sightline: 'metrics', version: 2, kind: 'hello' },
  ])('ignores %j, which is not for it', (message) => {
    const { collector, peer } = harness();
    const snapshot = vi.fn<() => Promise<FamilySnapshot[]>>();
    peer(1, snapshot).receive(message);
    collector.receive(2, message);

    expect(collector.peers).toBe(1);
    expect(snapshot).not.toHaveBeenCalled();
  });
});
