import { describe, expect, it } from 'vitest';
import { createPromqlEngine } from '../../engine.ts';
import { createHistogram } from '../../histogram/index.ts';
import { createMemorySeries, type MemorySeries } from '../../memory-series.ts';
import type { AlertingRule, RecordingRule, Rule } from '../rule-file/rule.ts';
import { createRuleGroup, type RuleGroupEvaluator, type RuleGroupOptions } from './create-rule-group.ts';
import { evaluateWith } from './evaluate-with-engine.ts';

const minuteMs = 60_000;

const recording: RecordingRule = { kind: 'recording', record: 'y', expression: 'x', labels: {} };
const alerting: AlertingRule = {
  kind: 'alerting',
  alert: 'Slow',
  expression: 'slow',
  forMs: 30 * minuteMs,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
};
const labels = { route: '/cart' };

function group(rules: readonly Rule[], options: Partial<RuleGroupOptions> = {}): RuleGroupEvaluator {
  return createRuleGroup({
    group: { name: 'g', intervalMs: undefined, queryOffsetMs: 0, limit: 0, rules },
    evaluate: async () => [{ labels, value: 1 }],
    ...options,
  });
}

/** Two evaluations, after which what was before a restart has been read; what then is known of the alert. */
async function restored(
  rule: AlertingRule,
  restoreFrom: NonNullable<RuleGroupOptions['restoreFrom']>,
  startMs: number,
  rules: readonly Rule[] = [rule],
) {
  const evaluator = group(rules, { restoreFrom });
  await evaluator.evaluate(startMs);
  await evaluator.evaluate(startMs + minuteMs);
  return evaluator.rules().at(-1)?.alerts[0];
}

/** `ALERTS_FOR_STATE` with when the alert began, at a time [ms]. */
function stateAt(timeMs: number, activeAtMs: number): MemorySeries {
  const series = createMemorySeries();
  series.append({ ...labels, __name__: 'ALERTS_FOR_STATE', alertname: 'Slow' }, timeMs, activeAtMs / 1000);
  return series;
}

describe('createRuleGroup', () => {
  it('says of rules that have not been evaluated that nothing is known', () => {
    expect(group([recording, alerting]).rules()).toMatchObject([
      { health: 'unknown', state: undefined, alerts: [], lastEvaluationMs: undefined },
      { health: 'unknown', state: 'unknown', alerts: [], lastEvaluationMs: undefined },
    ]);
  });

  it('tells what was thrown, whatever it is', async () => {
    const thrower = (what: unknown): RuleGroupEvaluator =>
      group([recording], {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what a foreign source may do
        evaluate: () => Promise.reject(what),
      });
    expect((await thrower('no disk').evaluate(0)).errors).toEqual([{ rule: 'y', message: 'no disk' }]);
    expect((await thrower(new Error('no net')).evaluate(0)).errors).toEqual([
      { rule: 'y', message: 'no net' },
    ]);
  });

  it('fails where labels of a rule make two series one', async () => {
    const evaluator = group([{ ...recording, labels: { route: 'all' } }], {
      evaluate: async () => [
        { labels: { route: '/' }, value: 1 },
        { labels: { route: '/cart' }, value: 1 },
      ],
    });
    expect((await evaluator.evaluate(0)).errors).toEqual([
      { rule: 'y', message: 'vector contains metrics with the same labelset after applying rule labels' },
    ]);
  });

  it('gives an alert about a histogram the value 0', async () => {
    const evaluator = group([{ ...alerting, annotations: { text: '{{ $value }}' } }], {
      evaluate: async () => [{ labels, value: createHistogram({ count: 1, sum: 2 }) }],
    });
    await evaluator.evaluate(0);
    expect(evaluator.rules()[0]?.alerts).toMatchObject([
      { value: 0, annotations: { text: '{count:1, sum:2}' } },
    ]);
  });
});

describe('createRuleGroup after a restart', () => {
  const nowMs = 100 * minuteMs;
  const thenMs = nowMs + minuteMs;

  it.each([
    ['goes on firing when it fired', 50 * minuteMs, 10 * minuteMs, 10 * minuteMs],
    ['waits ten minutes at least when less was left', 50 * minuteMs, 22 * minuteMs, thenMs - 20 * minuteMs],
    ['waits what was left, the outage not counted', 50 * minuteMs, 49 * minuteMs, thenMs - minuteMs],
  ])('%s', async (_, seenMs, activeAtMs, expected) => {
    expect(await restored(alerting, stateAt(seenMs, activeAtMs), nowMs)).toMatchObject({
      activeAtMs: expected,
    });
  });

  it.each([
    [
      'of a series that has ended',
      () => {
        const series = stateAt(50 * minuteMs, 0);
        series.appendStale({ ...labels, __name__: 'ALERTS_FOR_STATE', alertname: 'Slow' }, 51 * minuteMs);
        return series;
      },
    ],
    [
      'of other labels',
      () => {
        const series = createMemorySeries();
        series.append({ __name__: 'ALERTS_FOR_STATE', alertname: 'Slow', route: '/' }, 50 * minuteMs, 0);
        return series;
      },
    ],
    [
      'from a source that fails',
      () => ({
        select() {
          throw new Error('no disk');
        },
      }),
    ],
  ])('takes nothing over %s', async (_, source) => {
    expect(await restored(alerting, source(), nowMs)).toMatchObject({ activeAtMs: nowMs });
  });

  it('asks nothing for an alert that waits less than ten minutes', async () => {
    const rule = { ...alerting, forMs: 5 * minuteMs };
    expect(await restored(rule, stateAt(50 * minuteMs, 0), nowMs)).toMatchObject({ activeAtMs: nowMs });
  });

  it('leaves the recording rules of the group alone', async () => {
    const alert = await restored(alerting, stateAt(50 * minuteMs, 10 * minuteMs), nowMs, [
      recording,
      alerting,
    ]);
    expect(alert).toMatchObject({ activeAtMs: 10 * minuteMs });
  });
});

describe('createRuleGroup after a reload', () => {
  it('makes an alert that fires wait again when its rule waits longer now', async () => {
    const before = group([{ ...alerting, forMs: 0 }]);
    await before.evaluate(0);
    expect(before.rules()[0]).toMatchObject({ state: 'firing' });
    const after = group([alerting]);
    after.takeOver(before);
    await after.evaluate(minuteMs);
    expect(after.rules()[0]).toMatchObject({
      state: 'pending',
      alerts: [{ activeAtMs: 0, firedAtMs: undefined }],
    });
  });

  it('knows the rules that were there and begins with the others', async () => {
    const before = group([recording, alerting]);
    await before.evaluate(0);
    const after = group([{ ...alerting, alert: 'Other' }, alerting]);
    after.takeOver(before);
    await after.evaluate(minuteMs);
    expect(after.rules()).toMatchObject([
      { alerts: [{ activeAtMs: minuteMs }] },
      { alerts: [{ activeAtMs: 0 }] },
    ]);
  });

  it('says that a series has ended which a recording rule had before and has no more', async () => {
    const before = group([recording]);
    await before.evaluate(0);
    const saved: unknown[] = [];
    const after = group([recording], {
      evaluate: async () => [],
      save(samples) {
        saved.push(...samples);
        return undefined;
      },
    });
    after.takeOver(before);
    await after.evaluate(minuteMs);
    expect(saved).toEqual([{ labels: { ...labels, __name__: 'y' }, timeMs: minuteMs, value: 'stale' }]);
  });

  it('still reads what was before a restart when that was not done before', async () => {
    const restoreFrom = stateAt(50 * minuteMs, 10 * minuteMs);
    const before = group([alerting], { restoreFrom });
    await before.evaluate(99 * minuteMs);
    const after = group([alerting], { restoreFrom });
    after.takeOver(before);
    await after.evaluate(100 * minuteMs);
    await after.evaluate(101 * minuteMs);
    expect(after.rules()[0]).toMatchObject({ alerts: [{ activeAtMs: 10 * minuteMs }] });
  });

  it('begins anew after a group of somebody else', async () => {
    const foreign: RuleGroupEvaluator = { ...group([alerting]) };
    const after = group([alerting]);
    after.takeOver(foreign);
    await after.evaluate(minuteMs);
    expect(after.rules()[0]).toMatchObject({ alerts: [{ activeAtMs: minuteMs }] });
  });
});

describe('evaluateWith', () => {
  const source = createMemorySeries();
  source.append({ __name__: 'x', job: 'api' }, 0, 5);
  source.append({ __name__: 'h' }, 0, createHistogram({ count: 1, sum: 2 }));
  const evaluate = evaluateWith(createPromqlEngine({ source }));

  it('gives a vector, and a scalar as a series without labels', async () => {
    expect(await evaluate('x', 0)).toEqual([{ labels: { __name__: 'x', job: 'api' }, value: 5 }]);
    expect(await evaluate('1 + 1', 0)).toEqual([{ labels: {}, value: 2 }]);
    expect(await evaluate('h', 0)).toMatchObject([{ value: { count: 1, sum: 2 } }]);
  });

  it.each(['"text"', 'x[5m]'])('fails for %s, which is neither', async (expression) => {
    await expect(evaluate(expression, 0)).rejects.toThrow('rule result is not a vector or scalar');
  });

  it('ends a query that nobody waits for any more', async () => {
    const ended = evaluateWith(createPromqlEngine({ source }), AbortSignal.abort());
    await expect(ended('x', 0)).rejects.toMatchObject({ class: 'canceled' });
  });
});
