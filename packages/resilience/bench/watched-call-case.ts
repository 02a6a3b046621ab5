import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createResilience } from '@sightline/resilience';
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { createRequire } from 'node:module';
import CircuitBreaker from 'opossum';
import { Registry } from 'prom-client';
import { cellSink } from './cell-sink.ts';

/*
 * One case in a process of its own: `watched-call-case.ts <library> <watched by> <calls>` prints the CPU time of a call [µs].
 * Calls are made one after the other inside of a sampled span, as those of a request are.
 */

const fine = (): Promise<string> => Promise.resolve('fine');
const boom = (): Promise<never> => Promise.reject(error);
const error = new Error('boom');

function opossum(action: () => Promise<string>): CircuitBreaker {
  // Without its own percentiles, which cost more with each call of the window than everything else together.
  return new CircuitBreaker(action, {
    name: 'payments',
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    volumeThreshold: Number.MAX_SAFE_INTEGER,
  });
}

function cockatiel() {
  return circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(Infinity) });
}

const tracer = new TracerProvider().getTracer('bench');

function inSpan<Result>(work: () => Result): Result {
  return context.with(trace.setSpan(context.active(), tracer.startSpan('request')), work);
}

interface Subject {
  readonly thing: object;
  call(): Promise<unknown>;
}

const subjects: Readonly<Record<string, () => Subject>> = {
  opossum() {
    const breaker = opossum(fine);
    return { thing: breaker, call: () => breaker.fire() };
  },
  'opossum, open'() {
    const breaker = opossum(fine);
    breaker.open();
    return { thing: breaker, call: () => breaker.fire() };
  },
  'opossum, failing'() {
    const breaker = opossum(boom);
    return { thing: breaker, call: () => breaker.fire() };
  },
  'opossum, failing, a span each'() {
    const breaker = opossum(boom);
    return { thing: breaker, call: () => inSpan(() => breaker.fire()) };
  },
  cockatiel() {
    const breaker = cockatiel();
    return { thing: breaker, call: () => breaker.execute(fine) };
  },
  'cockatiel, isolated'() {
    const breaker = cockatiel();
    breaker.isolate();
    return { thing: breaker, call: () => breaker.execute(fine) };
  },
  'cockatiel, failing'() {
    const breaker = cockatiel();
    return { thing: breaker, call: () => breaker.execute(boom) };
  },
  'cockatiel, failing, a span each'() {
    const breaker = cockatiel();
    return { thing: breaker, call: () => inSpan(() => breaker.execute(boom)) };
  },
  'cockatiel, four policies'() {
    const policy = wrap(
      retry(handleAll, { maxAttempts: 2 }),
      cockatiel(),
      bulkhead(100, 100),
      timeout(1000, TimeoutStrategy.Aggressive),
    );
    return { thing: policy, call: () => policy.execute(fine) };
  },
};

const watchers: Readonly<Record<string, (thing: object) => unknown>> = {
  nobody: () => undefined,
  ours: (thing) => createResilience({}, { metrics: cellSink }).watch(thing, { name: 'payments' }),
  'opossum-prometheus'(thing) {
    // Has no types.
    const PrometheusMetrics = createRequire(import.meta.url)('opossum-prometheus') as new (
      options: object,
    ) => object;
    return new PrometheusMetrics({ circuits: [thing], registry: new Registry() });
  },
};

const [library = '', watchedBy = '', calls = '200000'] = process.argv.slice(2);
const subject = subjects[library]?.();
const watch = watchers[watchedBy];
if (subject === undefined || watch === undefined)
  throw new Error('watched-call-case.ts <library> <watched by> <calls>');
watch(subject.thing);

async function run(count: number): Promise<number> {
  const before = process.threadCpuUsage();
  for (let at = 0; at < count; at++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
      await subject?.call();
    } catch {
      // The breaker rejects, or the action failed: both are asked for.
    }
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / count;
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
await inSpan(async () => {
  await run(Number(calls) / 4);
  const slices = [];
  // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
  for (let slice = 0; slice < 5; slice++) slices.push(await run(Number(calls) / 5));
  process.stdout.write(`${slices.toSorted((a, b) => a - b)[2]}`);
});
process.exit();
