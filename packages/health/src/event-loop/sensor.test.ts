import { describe, expect, it } from 'vitest';
import { fakeClock } from '../fake-clock.fixture.ts';
import { createRequestObserver } from './request-observer.ts';
import { createRouteSensor } from './sensor.ts';

describe('createRouteSensor', () => {
  it('is 0 before its first look and while timers come in time', async () => {
    const clock = fakeClock();
    const sensor = createRouteSensor(clock);
    sensor.start();
    expect(sensor.delaySeconds()).toBe(0);
    await clock.advance(2000);
    expect(sensor.delaySeconds()).toBe(0);
    sensor.stop();
    expect(clock.pending).toBe(0);
  });

  it('starts one timer however often it is started, and is the same for the same route', () => {
    const clock = fakeClock();
    const sensor = createRouteSensor(clock);
    sensor.start();
    sensor.start();
    expect(clock.pending).toBe(1);
    sensor.stop();
    sensor.stop();
    expect(clock.pending).toBe(0);
    expect(sensor.cell('/a')).toBe(sensor.cell('/a'));
    expect(sensor.topRoute()).toBeUndefined();
  });

  it('keeps no more routes than it can name', () => {
    const sensor = createRouteSensor(fakeClock());
    const cells = Array.from({ length: 10_000 }, (_, at) => sensor.cell(`/${at}`));
    expect(sensor.cell('/0')).toBe(cells[0]);
    expect(sensor.cell('/9999')).not.toBe(cells[9999]);
  });

  it('is the mean of how late its timer came in the last ten looks', async () => {
    const clock = fakeClock();
    const sensor = createRouteSensor(clock);
    sensor.start();
    for (let turn = 0; turn < 12; turn++) {
      // oxlint-disable-next-line no-await-in-loop -- one turn of the loop after the other
      await clock.jump(300);
    }
    expect(sensor.delaySeconds()).toBeCloseTo(0.2, 10);
    await clock.advance(500);
    expect(sensor.delaySeconds()).toBeCloseTo(0.1, 10);
    await clock.advance(500);
    expect(sensor.delaySeconds()).toBe(0);
    sensor.stop();
  });

  it('counts a process that was stopped for hours as one tick of a minute', async () => {
    const clock = fakeClock();
    const sensor = createRouteSensor(clock);
    sensor.start();
    await clock.jump(7_200_000);
    expect(sensor.delaySeconds()).toBeCloseTo(6, 10);
    sensor.stop();
  });

  it('measures utilization over its window', async () => {
    const clock = fakeClock();
    let activeMs = 0;
    const sensor = createRouteSensor(clock, () => ({
      utilization: 0,
      active: activeMs,
      idle: clock.nowMs() - activeMs,
    }));
    sensor.start();
    activeMs = 750;
    await clock.advance(1000);
    expect(sensor.utilizationRatio()).toBeCloseTo(0.75, 10);
    sensor.stop();
  });

  it('blames the route whose requests end when the loop is late, not those that are held up with it', async () => {
    const clock = fakeClock();
    const sensor = createRouteSensor(clock);
    const requests = createRequestObserver(sensor, () => {});
    const [heavy, light] = [requests.prepare({ route: '/report' }), requests.prepare({ route: '/item/:id' })];
    sensor.start();
    expect(sensor.topRoute()).toBeUndefined();
    for (let turn = 0; turn < 30; turn++) {
      light({});
      // oxlint-disable-next-line no-await-in-loop -- one turn of the loop after the other
      await clock.advance(100);
      heavy({});
      if (turn % 3 === 0) light({});
      // oxlint-disable-next-line no-await-in-loop
      await clock.jump(600);
    }
    expect(sensor.topRoute()).toBe('/report');
    await clock.advance(20_000);
    expect(sensor.topRoute()).toBeUndefined();
    sensor.stop();
  });
});
