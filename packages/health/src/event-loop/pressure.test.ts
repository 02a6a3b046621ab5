import { describe, expect, it } from 'vitest';
import { fakeClock } from '../fake-clock.fixture.ts';
import { observedHealth } from '../observed-health.fixture.ts';
import { pressureOptionsSchema } from '../options.ts';
import { createPressure } from './pressure.ts';
import type { EventLoopSensor } from './sensor.ts';

function watched(
  options: Parameters<typeof pressureOptionsSchema.parse>[0],
  given: Partial<EventLoopSensor> = {},
) {
  const clock = fakeClock();
  const loop = { delaySeconds: 0, utilizationRatio: 0 };
  const sensor: EventLoopSensor = {
    delaySeconds: () => loop.delaySeconds,
    utilizationRatio: () => loop.utilizationRatio,
    ...given,
  };
  const pressure = createPressure(pressureOptionsSchema.parse(options), sensor, clock, () => {});
  pressure.start();
  return { clock, loop, pressure };
}

describe('createPressure', () => {
  it('enters after three looks at or over its threshold, and names the route', async () => {
    const { clock, loop, pressure } = watched({ enterDelayMs: 500 }, { topRoute: () => '/report' });
    loop.delaySeconds = 0.5;
    await clock.advance(2999);
    expect(pressure.reason).toBeUndefined();
    await clock.advance(1);
    expect(pressure.reason).toBe('the event loop is 500 ms late, mostly with /report');
    pressure.stop();
    expect(clock.pending).toBe(0);
  });

  it('does not enter when one look in between is below', async () => {
    const { clock, loop, pressure } = watched({ enterDelayMs: 500 });
    for (const delaySeconds of [0.6, 0.6, 0.4, 0.6, 0.6, 0.4]) {
      loop.delaySeconds = delaySeconds;
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await clock.advance(1000);
    }
    expect(pressure.reason).toBeUndefined();
  });

  it('leaves at the lower threshold only, after three looks', async () => {
    const { clock, loop, pressure } = watched({ enterDelayMs: 500, leaveDelayMs: 100 });
    loop.delaySeconds = 0.6;
    await clock.advance(3000);
    loop.delaySeconds = 0.2;
    await clock.advance(60_000);
    expect(pressure.reason).toBe('the event loop is 600 ms late');
    loop.delaySeconds = 0.1;
    await clock.advance(3000);
    expect(pressure.reason).toBeUndefined();
  });

  it('counts utilization only when it is told to', async () => {
    const ignoring = watched({});
    const counting = watched({ enterUtilizationRatio: 0.9 });
    for (const { loop, clock } of [ignoring, counting]) {
      loop.utilizationRatio = 0.95;
      // oxlint-disable-next-line no-await-in-loop -- each has a clock of its own
      await clock.advance(3000);
    }
    expect([ignoring.pressure.reason, counting.pressure.reason]).toEqual([
      undefined,
      'the event loop is 0 ms late and busy 0.95 of the time',
    ]);
    counting.loop.utilizationRatio = 0.85;
    await counting.clock.advance(10_000);
    expect(counting.pressure.reason).toBeDefined();
    counting.loop.utilizationRatio = 0.8;
    await counting.clock.advance(3000);
    expect(counting.pressure.reason).toBeUndefined();
  });

  it('takes a sensor that throws for one that says nothing', async () => {
    const { clock, pressure } = watched(
      {},
      {
        delaySeconds() {
          throw new Error('a');
        },
      },
    );
    await clock.advance(10_000);
    expect(pressure.reason).toBeUndefined();
  });
});

describe('readiness under pressure', () => {
  it('fails with the reason, passes again, and tells both once', async () => {
    let delaySeconds = 2;
    const { health, clock, get, probes } = observedHealth(
      { pressure: {} },
      { sensor: { delaySeconds: () => delaySeconds, topRoute: () => '/report' } },
    );
    health.start();
    await clock.advance(5000);
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: expect.stringContaining(
        '[-]event-loop-pressure failed: the event loop is 2000 ms late, mostly with /report',
      ),
    });
    expect((await get('/livez')).status).toBe(200);
    expect(health.pressure).toBe('the event loop is 2000 ms late, mostly with /report');
    delaySeconds = 0;
    await clock.advance(5000);
    expect(health.pressure).toBeUndefined();
    expect((await get('/readyz')).status).toBe(200);
    expect(probes.filter(({ probe }) => probe === 'readyz').map(({ ok }) => ok)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    health.close();
  });
});
