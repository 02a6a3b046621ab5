import { describe, expect, it } from 'vitest';
import { blockMeans, fitLine } from './soak/regression.ts';
import { type SoakSample, judgeSoak } from './soak/verdict.ts';
import { countsByRoute } from './soak/counts.ts';
import { mix, sendMix } from './soak/clients.ts';
import { startSink } from './servers/ports.ts';
import { startServiceProcess } from './servers/service-process.ts';

const CONNECTIONS = 128;
const REQUESTS = 100_000;
/** Code is compiled, pools and tables have their size. */
const WARM_UP = 30_000;

interface Rest {
  readonly heapBytes: number;
  readonly listeners: number;
  readonly unhandled: number;
  readonly warnings: readonly string[];
}

describe('a service under 100,000 requests at 128 connections, with aborts and errors among them', () => {
  it('is counted exactly, and keeps neither memory nor listeners', { timeout: 120_000 }, async () => {
    const collector = await startSink();
    const service = await startServiceProcess({
      program: new URL('soak/service.ts', import.meta.url),
      env: { OTEL_SERVICE_NAME: 'soak', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    const { port } = service;
    try {
      await sendMix(port, { requests: WARM_UP, connections: CONNECTIONS });
      const before = await service.ask<Rest>({});
      const countsBefore = countsByRoute(await service.page('/metrics'));

      const sent = await sendMix(port, { requests: REQUESTS, connections: CONNECTIONS });
      const countsAfter = countsByRoute(await service.page('/metrics'));
      const after = await service.ask<Rest>({});

      for (const { path } of mix) {
        const route = path === '/nowhere/' ? '' : `${path}:id`;
        expect([path, (countsAfter.get(route) ?? 0) - (countsBefore.get(route) ?? 0)]).toEqual([
          path,
          sent.get(path),
        ]);
      }
      expect(after.heapBytes / before.heapBytes).toBeLessThan(1.05);
      expect(after).toMatchObject({ listeners: before.listeners, unhandled: 0, warnings: [] });
    } finally {
      await service.stop();
      await collector.close();
    }
  });
});

describe('fitLine', () => {
  it('finds a line and is sure of it when all points are on it', () => {
    const { slope, intercept, slopeRange } = fitLine([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })));
    expect([slope, intercept]).toEqual([2, 5]);
    expect(slopeRange[1] - slopeRange[0]).toBeCloseTo(0, 10);
  });

  it('is as unsure as the worked example of the handbook says', () => {
    // x 1 to 5, y 2, 4, 5, 4, 5: slope 0.6, its standard error 0.2828, t of 3 degrees of freedom 3.182.
    const { slope, slopeRange } = fitLine([2, 4, 5, 4, 5].map((y, at) => ({ x: at + 1, y })));
    expect(slope).toBeCloseTo(0.6, 10);
    expect(slopeRange[0]).toBeCloseTo(0.6 - 3.182 * 0.282_843, 4);
    expect(slopeRange[1]).toBeCloseTo(0.6 + 3.182 * 0.282_843, 4);
  });

  it('throws where there is no line', () => {
    expect(() => fitLine([{ x: 1, y: 1 }])).toThrow(RangeError);
  });
});

describe('blockMeans', () => {
  it('takes what is within a width as one', () => {
    const points = [0, 1, 2, 3].map((x) => ({ x, y: x * 10 }));
    expect(blockMeans(points, 2)).toEqual([
      { x: 0.5, y: 5 },
      { x: 2.5, y: 25 },
    ]);
  });
});

describe('judgeSoak', () => {
  const flat = Array.from({ length: 100 }, (_, at): SoakSample => ({
    seconds: at * 10,
    heapBytes: 30e6 + (at % 7) * 1e5,
    rssBytes: 180e6 + (at % 5) * 1e6,
    settledBytes: 150e6 + (at % 5) * 1e6,
    descriptors: 40 + (at % 3),
    listeners: 20,
    series: 300,
    spoolBytes: (at % 4) * 1e5,
  }));
  const settings = { warmUpSeconds: 200, blockSeconds: 60, settlingSeconds: 20, incidents: [] };
  const verdictOf = (samples: readonly SoakSample[], more = {}): readonly string[] =>
    judgeSoak(samples, { ...settings, ...more })
      .filter(({ isFlat }) => !isFlat)
      .map(({ quantity }) => quantity);

  it('finds what goes up and down flat', () => {
    expect(verdictOf(flat)).toEqual([]);
  });

  it('finds what grows by a little all the time', () => {
    // oxlint-disable-next-line oxc/no-map-spread -- the samples are used again
    const leaking = flat.map((sample, at) => ({
      ...sample,
      heapBytes: sample.heapBytes + at * 40_000,
      descriptors: sample.descriptors + Math.floor(at / 10),
    }));
    expect(verdictOf(leaking)).toEqual(['heapBytes', 'descriptors']);
  });

  it('leaves out the warm-up, and incidents with the time after them', () => {
    // oxlint-disable-next-line oxc/no-map-spread -- the samples are used again
    const troubled = flat.map((sample) => ({
      ...sample,
      heapBytes: sample.seconds < 200 ? 1e6 : sample.heapBytes,
      spoolBytes: sample.seconds >= 800 && sample.seconds <= 920 ? 50e6 : sample.spoolBytes,
    }));
    expect(verdictOf(troubled, { incidents: [{ fromSeconds: 800, toSeconds: 900 }] })).toEqual([]);
    expect(verdictOf(troubled)).toEqual(['spoolBytes']);
  });
});
