/* oxlint-disable no-await-in-loop -- one turn of the event loop after the other */
import type { SinkProblem } from '../destinations/sink.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import type { FakeLoki } from './fake-loki.ts';
import type { LokiOptions } from './options.ts';
import { gzipFast } from './push-body.ts';
import { createPushRequest, type PushRequest } from './push-request.ts';
import { createLokiSink, type LokiSink } from './sink.ts';

/** A sink over real HTTP whose time the test moves. */
export interface SinkHarness {
  readonly sink: LokiSink;
  readonly clock: FakeClock;
  readonly problems: readonly SinkProblem[];
  /** Codes of the problems, in order. */
  codes(): string[];
  /** Lets time pass, as fast as the network allows, until the condition holds. */
  until(condition: () => boolean): Promise<void>;
  /** Lets time pass until the promise is settled. */
  resolved(promise: Promise<unknown>): Promise<void>;
  /** True while something goes on that does not wait for the clock. */
  isBusy(): boolean;
  /** Lets this much time pass [ms] second by second, and the network answer meanwhile. */
  pass(ms: number): Promise<void>;
}

const PATIENCE_MS = 50_000;

export function createHarness(
  loki: Pick<FakeLoki, 'url' | 'hanging'>,
  options: Partial<LokiOptions> = {},
  clock = createFakeClock(),
): SinkHarness {
  const problems: SinkProblem[] = [];
  const real = createPushRequest();
  let working = 0;
  const counted =
    <Input, Output>(work: (input: Input) => Promise<Output>) =>
    async (input: Input): Promise<Output> => {
      working += 1;
      try {
        return await work(input);
      } finally {
        working -= 1;
      }
    };
  const request: PushRequest = Object.assign(counted(real), { close: () => real.close?.() });
  const sink = createLokiSink({ host: loki.url, ...options }, (problem) => problems.push(problem), {
    ...clock,
    random: () => 0.5,
    request,
    gzip: counted(gzipFast),
  });
  /** A push that the server will answer is waited for in real time; all else in the clock's. */
  const isBusy = (): boolean => working > 0 && loki.hanging === 0;
  const until = async (condition: () => boolean): Promise<void> => {
    const startMs = performance.now();
    while (!condition()) {
      if (performance.now() - startMs > PATIENCE_MS) throw new Error(`never: ${condition.toString()}`);
      if (!isBusy()) clock.advance(100);
      await turn();
    }
  };

  return {
    sink,
    clock,
    problems,
    codes: () => problems.map(({ code }) => code),
    isBusy,
    until,
    async resolved(promise) {
      let settled = false;
      void promise.finally(() => (settled = true));
      await until(() => settled);
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.advance(1_000);
        do await turn();
        while (isBusy());
      }
    },
  };
}

/** One turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A pino line with its newline. */
export function line(fields: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({ level: 30, time: 1_763_672_400_000, service: 'shop', ...fields })}\n`;
}

/** The numbers in `n` of the lines. */
export function numbers(lines: readonly string[]): number[] {
  return lines.map((each) => (JSON.parse(each) as { n: number }).n);
}

/** 0, 1, … count − 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
