import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  fallback,
  handleAll,
  noop,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import CircuitBreaker from 'opossum';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opossumBreaker } from './opossum.ts';
import { createRecorder } from './recorder.fixture.ts';
import { createResilience } from './resilience.ts';
import type { FamilyDefinition } from './sinks.ts';
import type { Watcher } from './watcher.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const tracer = provider.getTracer('test');

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(async () => {
  context.disable();
  await provider.shutdown();
});

const boom = (): Promise<never> => Promise.reject(new Error('boom'));

function breakerOf(failures = 1) {
  return circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(failures) });
}

const passedDefinition: FamilyDefinition = {
  name: 'turnstile_passed_total',
  type: 'counter',
  unit: '{visitor}',
  help: 'Visitors that passed.',
  labels: ['name'],
  seriesBound: 10,
};

class Turnstile extends EventEmitter {
  readonly isTurnstile = true;
}

const turnstiles: Watcher<Turnstile> = {
  kind: 'turnstile',
  supports: 'Turnstile',
  recognises: (thing) => (thing as Turnstile).isTurnstile,
  watch(turnstile, watchContext) {
    const passed = watchContext.counter(passedDefinition);
    const onPass = (): void => passed.add(1);
    const onJam = (): void =>
      watchContext.transition({ from: 'free', to: 'jammed', cause: 'a coat', health: 'degraded' });
    turnstile.on('pass', onPass);
    turnstile.on('jam', onJam);
    return {
      dispose(thing) {
        thing.off('pass', onPass);
        thing.off('jam', onJam);
      },
      status: (thing) => ({ listeners: thing.listenerCount('pass') }),
    };
  },
};

describe('createResilience', () => {
  it('refuses a wrong option by name', () => {
    expect(() => createResilience({ historyLength: 0 })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringContaining('historyLength'),
      }),
    );
  });

  it('works without any part', async () => {
    const resilience = createResilience({}, {});
    const breaker = breakerOf();
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(resilience.status().history).toMatchObject([
      { kind: 'circuit_breaker', name: 'payments', to: 'open' },
    ]);
  });
});

describe('watch', () => {
  it.each([
    { thing: undefined, said: 'watch() got undefined' },
    { thing: 7, said: 'watch() got a number' },
    { thing: Promise.resolve(), said: 'a promise, which has to be awaited first' },
    { thing: handleAll, said: 'an object of class Policy with orType, orWhen' },
    { thing: { fire() {}, secret: 'hunter2' }, said: 'an object of class Object with fire, secret' },
    { thing: wrap(noop), said: 'an object of class Object' },
  ])('says of a wrong thing what it is and what is supported: $said', ({ thing, said }) => {
    const resilience = createResilience({}, createRecorder().parts);
    expect(() => resilience.watch(thing, { name: 'payments' })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_WATCH_UNKNOWN',
        message: expect.stringMatching(
          new RegExp(`${escaped(said)}.*CircuitBreaker of opossum, circuitBreaker\\(\\) of cockatiel`),
        ),
      }),
    );
    expect(() => resilience.watch(thing, { name: 'payments' })).not.toThrow('hunter2');
  });

  it('says of which kind a thing is when another was named, and takes it when it was named right', () => {
    const resilience = createResilience({}, createRecorder().parts);
    expect(() => resilience.watch(breakerOf(), { name: 'payments', kind: 'retry' })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_WATCH_UNKNOWN',
        message: expect.stringContaining('which is a circuit breaker and no retry'),
      }),
    );
    resilience.watch(breakerOf(), { name: 'payments', kind: 'circuit_breaker' });
    expect(resilience.status().watched).toMatchObject([{ kind: 'circuit_breaker', name: 'payments' }]);
  });

  it('refuses a wrong option and leaves the thing alone', () => {
    const breaker = breakerOf();
    const before = Object.getOwnPropertyNames(breaker);
    expect(() => createResilience().watch(breaker, { name: '' })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
    expect(Object.getOwnPropertyNames(breaker)).toEqual(before);
  });

  it('counts once what is watched twice, and moves to another name what gets one', async () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const breaker = breakerOf(100);
    const first = resilience.watch(breaker, { name: 'payments' });
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    const failures = (name: string) =>
      recorder.value('circuit_breaker_calls_total', { name, outcome: 'failure' });
    expect(failures('payments')).toBe(1);
    const renamed = resilience.watch(breaker, { name: 'payments-v2' });
    first.dispose();
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(failures('payments')).toBeUndefined();
    expect(failures('payments-v2')).toBe(1);
    renamed.dispose();
    expect(recorder.page()).toEqual({});
  });

  it('gives the second thing of a kind and a name a suffix, says so once, and frees the name at the end', () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const [first, second] = [breakerOf(), breakerOf()];
    const handle = resilience.watch(first, { name: 'payments' });
    resilience.watch(second, { name: 'payments' });
    resilience.watch(second, { name: 'payments' });
    resilience.watch(retry(handleAll, {}), { name: 'payments' });
    const names = () =>
      resilience.status().watched.map(({ kind, name }) => `${String(kind)} ${String(name)}`);
    expect(names()).toEqual(['circuit_breaker payments', 'circuit_breaker payments#2', 'retry payments']);
    expect(recorder.problems.map(({ code }) => code)).toEqual(['SIGHTLINE_WATCH_NAME']);
    handle.dispose();
    const third = breakerOf();
    resilience.watch(third, { name: 'payments' });
    expect(names()).toContain('circuit_breaker payments');
    expect(second).not.toBe(third);
  });

  it('watches things of a kind of its own, asked before the built-in ones', () => {
    const recorder = createRecorder();
    const resilience = createResilience({ watchers: [turnstiles] }, recorder.parts);
    const turnstile = new Turnstile();
    const handle = resilience.watch(turnstile, { name: 'north' });
    turnstile.emit('pass');
    turnstile.emit('jam');
    expect(recorder.value('turnstile_passed_total', { name: 'north' })).toBe(1);
    expect(recorder.lines).toMatchObject([
      { level: 'warn', message: 'turnstile north: free to jammed, a coat' },
    ]);
    expect(recorder.health.get('turnstile:north')?.check()).toEqual({
      status: 'degraded',
      reason: 'jammed: a coat',
    });
    expect(resilience.status().watched).toEqual([
      expect.objectContaining({ kind: 'turnstile', name: 'north', listeners: 1 }),
    ]);
    handle.dispose();
    expect(turnstile.eventNames()).toEqual([]);
    expect(recorder.page()).toEqual({});
    expect(recorder.health.size).toBe(0);
  });

  it('asks no other than the watcher that is named', () => {
    const resilience = createResilience({}, createRecorder().parts);
    resilience.watch(new Turnstile(), { name: 'north', as: turnstiles });
    expect(resilience.status().watched).toMatchObject([{ kind: 'turnstile', name: 'north' }]);
    expect(() => resilience.watch(breakerOf(), { name: 'payments', as: opossumBreaker })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_WATCH_UNKNOWN',
        message: expect.stringMatching(/class CircuitBreakerPolicy.*Expected: CircuitBreaker of opossum\./),
      }),
    );
  });

  it('passes on what a watcher throws, and leaves no series behind', () => {
    const recorder = createRecorder();
    const faulty: Watcher = {
      ...turnstiles,
      watch(_thing, watchContext) {
        watchContext.counter(passedDefinition);
        throw new RangeError('no');
      },
    };
    const resilience = createResilience({ watchers: [faulty] }, recorder.parts);
    expect(() => resilience.watch(new Turnstile(), { name: 'north' })).toThrow(RangeError);
    expect(recorder.page()).toEqual({});
    expect(resilience.status().watched).toEqual([]);
  });

  it('goes on where reading, the status, the logger or the health sink throws, and tells each once', () => {
    const recorder = createRecorder({
      logger: {
        info() {},
        warn() {
          throw new Error('disk full');
        },
      },
      health: {
        add() {
          throw new Error('taken');
        },
      },
    });
    const grumpy: Watcher<Turnstile> = {
      ...turnstiles,
      watch: (thing, watchContext) => ({
        ...turnstiles.watch(thing, watchContext),
        collect() {
          throw new Error('no reading');
        },
        status() {
          throw new Error('no status');
        },
      }),
    };
    const resilience = createResilience({ watchers: [grumpy] }, recorder.parts);
    const turnstile = new Turnstile();
    resilience.watch(turnstile, { name: 'north' });
    turnstile.emit('jam');
    turnstile.emit('jam');
    recorder.collect();
    recorder.collect();
    expect(resilience.status().watched).toMatchObject([
      { kind: 'turnstile', health: { status: 'degraded' } },
    ]);
    expect(recorder.problems.map(({ message }) => message.replace(/ Expected.*$/, ''))).toEqual([
      'SIGHTLINE_WATCH: turnstile north: its contribution to health was refused, Error: taken.',
      'SIGHTLINE_WATCH: turnstile north: a transition could not be told, Error: disk full.',
      'SIGHTLINE_WATCH: turnstile north: reading it failed, Error: no reading.',
      'SIGHTLINE_WATCH: turnstile north: reading its status failed, Error: no status.',
    ]);
  });

  it('tells of a metric that the registry refuses, and watches on', () => {
    const recorder = createRecorder();
    const metrics = recorder.parts.metrics!;
    const refusing = {
      ...metrics,
      counter(definition: FamilyDefinition) {
        if (definition.name === passedDefinition.name) throw new Error('it is there as a gauge');
        return metrics.counter(definition);
      },
    };
    const resilience = createResilience({ watchers: [turnstiles] }, { ...recorder.parts, metrics: refusing });
    const turnstile = new Turnstile();
    resilience.watch(turnstile, { name: 'north' });
    turnstile.emit('pass');
    expect(recorder.problems).toMatchObject([{ code: 'SIGHTLINE_WATCH' }]);
  });

  it.each([
    { library: 'opossum', make: () => new CircuitBreaker(boom, { enableSnapshots: false }) },
    {
      library: 'cockatiel',
      make: () =>
        wrap(
          retry(handleAll, {}),
          breakerOf(),
          wrap(bulkhead(1), timeout(5, TimeoutStrategy.Aggressive), fallback(handleAll, 1)),
        ),
    },
  ])(
    'lets a thing of $library be collected as garbage, and takes its series off the page',
    async ({ make }) => {
      const recorder = createRecorder();
      const resilience = createResilience({}, recorder.parts);
      let thing: { shutdown?: () => void } | undefined = make() as { shutdown?: () => void };
      const gone = new WeakRef(thing);
      resilience.watch(thing, { name: 'payments' });
      expect(Object.keys(recorder.page()).length).toBeGreaterThan(0);
      // Timers of opossum hold its statistics, and not the breaker.
      thing = undefined;
      // What it is made of may go a turn later than the whole.
      const isThere = (): boolean => gone.deref() !== undefined || Object.keys(recorder.page()).length > 0;
      for (let round = 0; round < 20 && isThere(); round++) {
        // oxlint-disable-next-line no-await-in-loop -- what is weakly held stays until the turn ends
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
        recorder.collect();
      }
      expect(gone.deref()).toBeUndefined();
      expect(recorder.page()).toEqual({});
      expect(resilience.status().watched).toEqual([]);
      expect(recorder.health.size).toBe(0);
    },
  );
});

describe('a transition', () => {
  it('is one line, an event on the active span, an entry of the history and a contribution to health', async () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const breaker = breakerOf();
    resilience.watch(breaker, { name: 'payments' });
    await tracer.startActiveSpan('checkout', async (span) => {
      await expect(
        breaker.execute(() => Promise.reject(new Error('password=hunter2 is wrong'))),
      ).rejects.toThrow('is wrong');
      span.end();
    });
    const [span] = exporter.getFinishedSpans().slice(-1);
    const policy = {
      kind: 'circuit_breaker',
      name: 'payments',
      from: 'closed',
      to: 'open',
      cause: expect.stringContaining('too many failures'),
    };
    expect(span?.events).toMatchObject([
      {
        name: 'sightline.policy.transition',
        attributes: Object.fromEntries(
          Object.entries(policy).map(([key, value]) => [`sightline.policy.${key}`, value]),
        ),
      },
    ]);
    expect(recorder.lines).toMatchObject([{ level: 'warn', fields: { policy } }]);
    expect(resilience.status().history).toEqual([{ at: expect.stringMatching(/^\d{4}-.*Z$/), ...policy }]);
    expect(recorder.health.get('circuit_breaker:payments')).toMatchObject({ critical: false });
    expect(resilience.checks().get('circuit_breaker:payments')?.check()).toMatchObject({
      status: 'degraded',
    });
    const told = [
      recorder.lines,
      resilience.status(),
      span?.events,
      recorder.health.get('circuit_breaker:payments')?.check(),
    ];
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it.each([
    { health: 'degraded', status: 'degraded', critical: false },
    { health: 'down', status: 'down', critical: true },
  ] as const)(
    'makes health $status when it is watched with $health',
    async ({ health, status, critical }) => {
      const recorder = createRecorder();
      const breaker = breakerOf();
      createResilience({}, recorder.parts).watch(breaker, { name: 'payments', health });
      const contribution = recorder.health.get('circuit_breaker:payments');
      expect(contribution?.check()).toEqual({ status: 'up' });
      await expect(breaker.execute(boom)).rejects.toThrow('boom');
      expect(contribution?.check()).toMatchObject({ status });
      expect(contribution?.critical).toBe(critical);
    },
  );

  it('says nothing to health when it is watched with none', async () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const breaker = breakerOf();
    resilience.watch(breaker, { name: 'payments', health: 'none' });
    await expect(breaker.execute(boom)).rejects.toThrow('boom');
    expect(recorder.health.size).toBe(0);
    expect(resilience.checks().size).toBe(0);
  });

  it('leaves the history at its bound, the newest first', () => {
    const resilience = createResilience({ historyLength: 3, watchers: [turnstiles] }, createRecorder().parts);
    const turnstile = new Turnstile();
    resilience.watch(turnstile, { name: 'north' });
    const other = new Turnstile();
    resilience.watch(other, { name: 'south' });
    for (let at = 0; at < 5; at++) turnstile.emit('jam');
    other.emit('jam');
    expect(resilience.status().history.map(({ name }) => name)).toEqual(['south', 'north', 'north']);
  });
});

describe('a failed call', () => {
  it('says on its span, in order, which policy decided what', async () => {
    const resilience = createResilience({}, createRecorder().parts);
    const policy = wrap(retry(handleAll, { maxAttempts: 2 }), breakerOf(2));
    resilience.watch(policy, { name: 'payments' });
    await tracer.startActiveSpan('checkout', async (span) => {
      await expect(policy.execute(boom)).rejects.toThrow('circuit breaker is open');
      span.end();
    });
    expect(exporter.getFinishedSpans().at(-1)?.attributes).toEqual({
      'sightline.policy.decisions': [
        'circuit_breaker payments: failure',
        'circuit_breaker payments: failure',
        'circuit_breaker payments: rejected',
        'retry payments: gave_up',
      ],
    });
  });

  it('leaves at most 16 decisions on a span', async () => {
    const resilience = createResilience({}, createRecorder().parts);
    const breaker = breakerOf(1000);
    resilience.watch(breaker, { name: 'payments' });
    await tracer.startActiveSpan('batch', async (span) => {
      await Promise.allSettled(Array.from({ length: 40 }, () => breaker.execute(boom)));
      span.end();
    });
    expect(exporter.getFinishedSpans().at(-1)?.attributes['sightline.policy.decisions']).toHaveLength(16);
  });
});

describe('close', () => {
  it('ends all of it, and what is watched later is left alone', () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const breaker = breakerOf();
    const before = Object.getOwnPropertyNames(breaker);
    resilience.watch(breaker, { name: 'payments' });
    resilience.close();
    resilience.watch(breaker, { name: 'payments' }).dispose();
    expect(recorder.page()).toEqual({});
    expect(recorder.collectorCount()).toBe(0);
    expect(Object.getOwnPropertyNames(breaker)).toEqual(before);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[()]/g, String.raw`\$&`);
}
