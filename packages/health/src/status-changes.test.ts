import { type Span, trace } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { observedHealth } from './observed-health.fixture.ts';

const up = () => undefined;
const down = () => Promise.reject(new Error('connect ECONNREFUSED'));

describe('the observer', () => {
  it('is told of each change once, and of each probe at its start', async () => {
    const { health, clock, changes, probes } = observedHealth({ cacheMs: 100 });
    let fails = false;
    health.add('one', { check: () => !fails, critical: true });
    health.start();
    for (const next of [false, false, true, true, true, false]) {
      fails = next;
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await clock.advance(100);
      // oxlint-disable-next-line no-await-in-loop
      await health.run();
    }
    expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(['unknown up', 'up down', 'down up']);
    expect(probes.map(({ probe, ok }) => `${probe} ${ok}`)).toEqual([
      'livez true',
      'startupz false',
      'readyz false',
      'startupz true',
      'readyz true',
      'readyz false',
      'readyz true',
    ]);
  });

  it('that throws is told once, and the checks go on', async () => {
    const { health, clock, problems } = observedHealth(
      { cacheMs: 0 },
      {
        observer: {
          ran() {
            throw new Error('no registry');
          },
        },
      },
    );
    health.add('one', up);
    await health.run();
    await clock.advance(1);
    expect((await health.run()).status).toBe('up');
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_HEALTH_OBSERVER']);
  });

  it('gets the time of the last success by the clock of the wall', async () => {
    const { health, clock, runs } = observedHealth({ cacheMs: 0 });
    let fails = false;
    health.add('one', () => !fails);
    await health.run();
    const succeededAtSeconds = clock.wallMs() / 1000;
    clock.jumpWall(-3_600_000);
    fails = true;
    await health.run();
    expect(runs.map(({ lastSuccessSeconds }) => lastSuccessSeconds)).toEqual([
      succeededAtSeconds,
      succeededAtSeconds,
    ]);
  });
});

describe('a change of status', () => {
  it('is an event on the span of whoever asked', async () => {
    const { health } = observedHealth();
    const addEvent = vi.fn<Span['addEvent']>();
    const span = { isRecording: () => true, addEvent } as unknown as Span;
    const active = vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span);
    health.add('redis', { check: down });
    await health.run();
    active.mockRestore();
    expect(addEvent).toHaveBeenCalledExactlyOnceWith('health.check.status_changed', {
      check: 'redis',
      from: 'unknown',
      to: 'down',
      cause: 'connect ECONNREFUSED',
    });
  });
});

describe('a change of status that nobody asked for', () => {
  it('is no event on the span of whoever asked before', async () => {
    const { health, clock, status } = observedHealth();
    let fails = false;
    health.add('postgres', { check: () => !fails, intervalMs: 1000 });
    health.add('orders', { check: up, dependsOn: ['postgres'], cacheMs: 0 });
    await clock.advance(0);
    const addEvent = vi.fn<Span['addEvent']>();
    const span = { isRecording: () => true, addEvent } as unknown as Span;
    const active = vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span);
    await health.run();
    active.mockRestore();
    const before = addEvent.mock.calls.length;
    fails = true;
    await clock.advance(1000);
    expect([status('orders'), addEvent.mock.calls.length - before]).toEqual(['down', 0]);
  });
});
