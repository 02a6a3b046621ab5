import { setTimeout } from 'node:timers';
import type { FamilySnapshot } from '@sightline/metrics';
import { expect, describe, it, vi } from 'vitest';
import { pushTo } from './metrics-push.fixture.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';

vi.mock('node:timers', { spy: true });

const depth: FamilySnapshot = {
  definition: { name: 'depth', type: 'gauge', unit: '', help: '', labels: [], seriesBound: 1 },
  series: [{ labelValues: [], value: 1 }],
};

describe('createMetricsPush', () => {
  it('leaves what waits no time when the registry took it all, and no less than none', async () => {
    const receiver = await startOtlpReceiver();
    receiver.answerWith({ misbehave: 'silent' });
    let answers = (): Promise<readonly FamilySnapshot[]> => Promise.resolve([depth]);
    const push = pushTo(receiver, () => answers(), 60_000);
    await push.flush(0);
    await vi.waitFor(() => expect(push.stats().queued).toBe(1), 20_000);
    answers = () => new Promise(() => undefined);
    vi.mocked(setTimeout).mockClear();
    await push.flush(20);
    const waitsMs = vi.mocked(setTimeout).mock.calls.map(([, delayMs]) => delayMs ?? 0);
    expect(waitsMs[0]).toBe(20);
    expect(waitsMs.slice(1).every((delayMs) => delayMs >= 0)).toBe(true);
    expect(push.stats()).toMatchObject({ queued: 1, exported: 0 });
    await push.shutdown(0);
    await receiver.close();
  });
});
