import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FamilySnapshot } from '../family.ts';
import { type Message, messages } from './messages.ts';
import { peerSource } from './peer-source.ts';
import type { SnapshotCollector } from './snapshot-collector.ts';
import { wireParts } from './wire.ts';

afterEach(() => void vi.useRealTimers());

function family(type: 'counter' | 'gauge', value: number): FamilySnapshot[] {
  const definition = { name: 'x', type, unit: '', help: '', labels: [], seriesBound: 1 };
  return [{ definition, series: [{ labelValues: [], value }] }];
}

function harness(own?: () => Promise<FamilySnapshot[]>) {
  const told: string[] = [];
  const asked: Message[] = [];
  const dispose = vi.fn<() => void>();
  let collector: SnapshotCollector | undefined;
  const source = peerSource(
    'worker',
    {
      ...(own && { own }),
      timeLimitMs: 200,
      onProblem: ({ code, message }, { kind }) => told.push(`${kind} ${code} ${message}`),
    },
    (message) => asked.push(message),
    (made) => {
      collector = made;
      return dispose;
    },
  );
  return { source, told, asked, dispose, hear: (message: Message) => collector?.receive(7, message) };
}

describe('peerSource', () => {
  it('asks at once for those who are there already', () => {
    expect(harness().asked).toEqual([messages.ask(0)]);
  });

  it('says which worker does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, told, hear } = harness();
    hear(messages.hello());
    const page = source();
    await vi.advanceTimersByTimeAsync(200);
    await page;

    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^silent SIGHTLINE_METRIC_SOURCE .*worker 7 did not tell/);
  });

  it('says which metric has two types', async () => {
    const { source, told, hear } = harness(() => Promise.resolve(family('counter', 1)));
    const page = source();
    for (const { families, last } of wireParts(family('gauge', 5))) hear(messages.part(1, families, last));

    expect((await page)[0]?.series[0]?.value).toBe(1);
    expect(told[0]).toMatch(/^conflict SIGHTLINE_METRIC_SOURCE .*: x has another type in some worker/);
  });

  it('says that its own part is missing', async () => {
    const { source, told } = harness(() => Promise.reject(new Error('broken')));
    await source();

    expect(told[0]).toMatch(/^own SIGHTLINE_METRIC_SOURCE /);
  });

  it('listens no more when it is disposed of', () => {
    const { source, dispose } = harness();
    source.dispose();

    expect(dispose).toHaveBeenCalledTimes(1);
  });
});
