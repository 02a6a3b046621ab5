import { type RuleGroupEvaluator, createRuleGroup, evaluationSlotMs } from '@sightline/query/promql/rules';
import { describe, expect, it } from 'vitest';
import type { PostedAlert } from './create-alertmanager.ts';
import { type RuleRunner, createRuleRunner } from './rule-runner.ts';

const INTERVAL_MS = 10_000;
const FILE = '/etc/rules.yml';
const slot = { file: FILE, group: 'shop', intervalMs: INTERVAL_MS };

interface Clock {
  nowMs: number;
  /** What waits, and until when. */
  readonly waiting: { readonly atMs: number; readonly run: () => void }[];
}

interface Started {
  readonly clock: Clock;
  readonly runner: RuleRunner;
  /** When the group was evaluated. */
  readonly timesMs: number[];
  /** Lets the time pass to the next timer, and what it does end; later than it is due by so much. */
  tick(lateMs?: number): Promise<void>;
}

/** Lets an evaluation end, and what plans the next one. */
async function settle(): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one turn after the other
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** A runner of one group whose expression holds, which begins three seconds behind a time of the group. */
function start(): Started {
  const clock: Clock = { nowMs: evaluationSlotMs(slot, 1_795_000_000_000) + 3000, waiting: [] };
  const timesMs: number[] = [];
  const group: RuleGroupEvaluator = createRuleGroup({
    group: { name: 'shop', intervalMs: INTERVAL_MS, queryOffsetMs: 0, limit: 0, rules: [] },
    evaluate: () => Promise.resolve([]),
  });
  const runner = createRuleRunner({
    files: [{ file: FILE, groups: [group] }],
    post: () => undefined,
    now: () => clock.nowMs,
    generatorUrl: String,
    onEvaluated: (_, { timeMs }) => timesMs.push(timeMs),
    onProblem(message) {
      throw new Error(message);
    },
    setTimer: ((run: () => void, ms: number) => {
      clock.waiting.push({ atMs: clock.nowMs + ms, run });
      return { unref: () => undefined };
    }) as never,
  });
  return {
    clock,
    runner,
    timesMs,
    async tick(lateMs = 0) {
      const next = clock.waiting.shift();
      if (next === undefined) throw new Error('nothing waits');
      clock.nowMs = next.atMs + lateMs;
      next.run();
      await settle();
    },
  };
}

describe('createRuleRunner', () => {
  it('evaluates at once, then at the times at which Prometheus does, to the millisecond, though a timer is late', async () => {
    const { clock, runner, timesMs, tick } = start();
    const startMs = clock.nowMs;
    runner.start();
    await settle();
    await tick();
    await tick(700);
    await tick(5);
    const firstMs = evaluationSlotMs(slot, startMs) + INTERVAL_MS;
    expect(timesMs).toEqual([startMs, firstMs, firstMs + INTERVAL_MS, firstMs + 2 * INTERVAL_MS]);
    await runner.close();
  });

  it('tells of each alert with the expression of its own rule, also where several rules have one name', async () => {
    const rules = ['fast > 14.4', 'slow > 1'].map((expression) => ({
      kind: 'alerting' as const,
      alert: 'ErrorBudgetBurn',
      expression,
      forMs: 0,
      keepFiringForMs: 0,
      labels: {},
      annotations: {},
    }));
    const posted: PostedAlert[] = [];
    const runner = createRuleRunner({
      files: [
        {
          file: FILE,
          groups: [
            createRuleGroup({
              group: { name: 'slo', intervalMs: INTERVAL_MS, queryOffsetMs: 0, limit: 0, rules },
              evaluate: (query) => Promise.resolve([{ labels: { of: query }, value: 1 }]),
            }),
          ],
        },
      ],
      post: (alerts) => posted.push(...alerts),
      now: () => 1_795_000_000_000,
      generatorUrl: (expression) => `/graph?${expression}`,
      onEvaluated: () => undefined,
      onProblem(message) {
        throw new Error(message);
      },
    });
    await runner.round();
    expect(posted.map(({ labels, generatorUrl }) => `${labels['of']} ${generatorUrl}`)).toEqual([
      'fast > 14.4 /graph?fast > 14.4',
      'slow > 1 /graph?slow > 1',
    ]);
    await runner.close();
  });

  it('leaves out the times that it has missed', async () => {
    const { clock, runner, timesMs, tick } = start();
    const firstMs = evaluationSlotMs(slot, clock.nowMs) + INTERVAL_MS;
    runner.start();
    await settle();
    await tick();
    await tick(3 * INTERVAL_MS + 100);
    await tick();
    expect(timesMs.slice(1)).toEqual([firstMs, firstMs + 4 * INTERVAL_MS, firstMs + 5 * INTERVAL_MS]);
    await runner.close();
  });

  it('evaluates by hand whenever it is told, twice in the same millisecond too, and nothing once it is closed', async () => {
    const { clock, runner, timesMs } = start();
    await runner.round();
    await runner.round();
    expect(timesMs).toEqual([clock.nowMs, clock.nowMs + 1]);
    runner.start();
    await runner.close();
    expect(clock.waiting).toHaveLength(1);
    clock.waiting[0]?.run();
    await runner.close();
    expect(clock.waiting).toHaveLength(1);
  });
});
