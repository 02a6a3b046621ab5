import { describe, expect, it, vi } from 'vitest';
import { createCensor } from './censor.ts';
import { fakeClock } from './fake-clock.fixture.ts';
import { observedHealth } from './observed-health.fixture.ts';
import { createProcessState } from './process-state.ts';
import { createStartupTasks } from './startup.ts';

const refusal = expect.objectContaining({ code: 'SIGHTLINE_HEALTH_CHECK' }) as object;

describe('createCensor', () => {
  it('withholds what its redactor cannot censor, and what comes back as no object', () => {
    const broken = createCensor(() => {
      throw new Error('no redactor');
    });
    expect(broken.text('hunter2')).toBe('withheld: it could not be censored');
    expect(broken.details({ a: 'hunter2' })).toBeUndefined();
    const flat = createCensor(() => ({ text: (text) => text, value: () => '[Unreadable]' }));
    expect(flat.details({ a: 1 })).toBeUndefined();
  });
});

describe('createProcessState', () => {
  it('tells each change once: the end of service, its return, and the one drain', () => {
    const onChange = vi.fn<() => void>();
    const state = createProcessState(onChange);
    const out = state.outOfService('maintenance');
    expect(state.outReason).toBe('maintenance');
    out.dispose();
    out.dispose();
    expect([state.outReason, onChange.mock.calls.length]).toEqual([undefined, 2]);
    state.drainStarted();
    state.drainStarted();
    expect([state.outReason, onChange.mock.calls.length]).toEqual(['the service is shutting down', 3]);
  });
});

describe('createStartupTasks', () => {
  it('takes the first end of a task, and refuses the 101st', () => {
    const onChange = vi.fn<() => void>();
    const tasks = createStartupTasks(fakeClock(), onChange);
    const first = tasks.hold('task 1');
    first.done();
    first.fail(new Error('too late'));
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(tasks.allDone()).toBe(true);
    for (let at = 2; at <= 100; at++) tasks.hold(`task ${at}`);
    expect(() => tasks.hold('task 101')).toThrow(refusal);
  });
});

describe('health.add', () => {
  it('refuses the 201st check, and takes it when another has gone, which goes once', () => {
    const { health } = observedHealth();
    const [first] = Array.from({ length: 200 }, (_, at) => health.add(`check-${at}`, () => undefined));
    expect(() => health.add('one-more', () => undefined)).toThrow(refusal);
    first?.dispose();
    first?.dispose();
    health.add('one-more', () => undefined);
    expect(() => health.add('another', () => undefined)).toThrow(refusal);
  });
});
