import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestStorage } from '../rule-tests/test-storage.ts';
import type { AlertingRule, RecordingRule, RuleGroup } from '../rule-file/rule.ts';
import { type RuleGroupOptions, createRuleGroup } from './create-rule-group.ts';
import type { RuleSample, SavedSample } from './rule-io.ts';

const minuteMs = 60_000;

function alerting(parts: Partial<AlertingRule> = {}): AlertingRule {
  return {
    kind: 'alerting',
    alert: 'Slow',
    expression: 'slow',
    forMs: 0,
    keepFiringForMs: 0,
    labels: {},
    annotations: {},
    ...parts,
  };
}

function groupOf(rules: RuleGroup['rules'], parts: Partial<RuleGroup> = {}): RuleGroup {
  return { name: 'group', intervalMs: undefined, queryOffsetMs: 0, limit: 0, rules, ...parts };
}

/** A group whose expressions result in what `results` says for each minute. */
function run(
  group: RuleGroup,
  results: (expression: string, minute: number) => readonly RuleSample[],
  options: Partial<RuleGroupOptions> = {},
): {
  readonly evaluator: ReturnType<typeof createRuleGroup>;
  readonly saved: SavedSample[];
} {
  const saved: SavedSample[] = [];
  const evaluator = createRuleGroup({
    group,
    evaluate: async (expression, timeMs) => results(expression, timeMs / minuteMs),
    save(samples) {
      saved.push(...samples);
      return undefined;
    },
    ...options,
  });
  return { evaluator, saved };
}

const held: readonly RuleSample[] = [{ labels: { __name__: 'slow', route: '/cart' }, value: 3 }];

/** Its only alert after each minute: state, or `none`. */
async function states(rule: AlertingRule, holds: readonly boolean[]): Promise<readonly string[]> {
  const { evaluator } = run(groupOf([rule]), (_, minute) => (holds[minute] === true ? held : []));
  const seen: string[] = [];
  for (const minute of holds.keys()) {
    // oxlint-disable-next-line no-await-in-loop -- time goes on
    await evaluator.evaluate(minute * minuteMs);
    seen.push(evaluator.rules()[0]?.alerts[0]?.state ?? 'none');
  }
  return seen;
}

function minutes(pattern: string): readonly boolean[] {
  return Array.from(pattern, (sign) => sign === '#');
}

describe('createRuleGroup', () => {
  it.each([
    ['fires at once without for', {}, '.#.', ['none', 'firing', 'inactive']],
    [
      'is pending for the time of for',
      { forMs: 2 * minuteMs },
      '####',
      ['pending', 'pending', 'firing', 'firing'],
    ],
    [
      'begins anew after a gap',
      { forMs: 2 * minuteMs },
      '##.##',
      ['pending', 'pending', 'none', 'pending', 'pending'],
    ],
    [
      'fires on for keep_firing_for',
      { keepFiringForMs: 2 * minuteMs },
      '#...#.',
      ['firing', 'firing', 'firing', 'inactive', 'firing', 'firing'],
    ],
    [
      'fires on over a short gap, and counts the next one anew',
      { keepFiringForMs: 2 * minuteMs },
      '#..#...',
      ['firing', 'firing', 'firing', 'firing', 'firing', 'firing', 'inactive'],
    ],
  ])('%s', async (_, parts, pattern, expected) => {
    expect(await states(alerting(parts), minutes(pattern))).toEqual(expected);
  });

  it('keeps a resolved alert for 15 minutes', async () => {
    const seen = await states(alerting(), minutes(`#${'.'.repeat(18)}`));
    expect(seen.indexOf('none')).toBe(17);
    expect(seen[16]).toBe('inactive');
  });

  it('fills in labels and annotations, and drops the name of the metric', async () => {
    const rule = alerting({
      labels: { severity: 'page', where: '{{ $labels.route }}', none: '{{ $labels.nothing }}' },
      annotations: { text: 'over {{ $value }} in {{ $externalLabels.region }} {{ externalURL }}' },
    });
    const { evaluator } = run(groupOf([rule]), () => held, {
      externalLabels: { region: 'eu' },
      externalUrl: 'http://here',
    });
    await evaluator.evaluate(0);
    expect(evaluator.rules()[0]!.alerts[0]).toMatchObject({
      labels: { alertname: 'Slow', route: '/cart', severity: 'page', where: '/cart' },
      annotations: { text: 'over 3 in eu http://here' },
      value: 3,
    });
    expect(evaluator.rules()[0]!.alerts[0]!.labels).not.toHaveProperty('none');
  });

  it('saves ALERTS and ALERTS_FOR_STATE, and says when they have ended', async () => {
    const { evaluator, saved } = run(groupOf([alerting({ labels: { severity: 'page' } })]), (_, minute) =>
      minute === 1 ? held : [],
    );
    for (const minute of [0, 1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- time goes on
      await evaluator.evaluate(minute * minuteMs);
    }
    const labels = { alertname: 'Slow', route: '/cart', severity: 'page' };
    const alerts = { ...labels, __name__: 'ALERTS', alertstate: 'firing' };
    const forState = { ...labels, __name__: 'ALERTS_FOR_STATE' };
    expect(saved).toEqual([
      { labels: alerts, timeMs: 60_000, value: 1 },
      { labels: forState, timeMs: 60_000, value: 60 },
      { labels: alerts, timeMs: 120_000, value: 'stale' },
      { labels: forState, timeMs: 120_000, value: 'stale' },
    ]);
  });

  it('saves recorded series under their own name and labels, before the next rule', async () => {
    const recording: RecordingRule = {
      kind: 'recording',
      record: 'route:slow',
      expression: 'slow',
      labels: { team: 'shop', route: '' },
    };
    const order: string[] = [];
    const evaluator = createRuleGroup({
      group: groupOf([recording, alerting({ expression: 'route:slow' })], { queryOffsetMs: minuteMs }),
      async evaluate(expression, timeMs) {
        order.push(`evaluate ${expression} at ${timeMs}`);
        return held;
      },
      save(samples) {
        order.push(`save ${samples.map(({ labels }) => labels['__name__']).join(' ')}`);
        return undefined;
      },
    });
    await evaluator.evaluate(5 * minuteMs);
    expect(order).toEqual([
      'evaluate slow at 240000',
      'save route:slow',
      'evaluate route:slow at 240000',
      'save ALERTS ALERTS_FOR_STATE',
    ]);
  });

  it('goes on with the next rule when one fails, and tells why', async () => {
    const { evaluator } = run(
      groupOf([alerting({ alert: 'Broken', expression: 'broken' }), alerting()]),
      (expression) => {
        if (expression === 'broken') throw new Error('no such thing');
        return held;
      },
    );
    const { errors, notifications } = await evaluator.evaluate(0);
    expect(errors).toEqual([{ rule: 'Broken', message: 'no such thing' }]);
    expect(notifications).toHaveLength(1);
    expect(evaluator.rules().map(({ health }) => health)).toEqual(['err', 'ok']);
  });

  it('refuses two series that become one, and more than the limit', async () => {
    const two: readonly RuleSample[] = [
      { labels: { a: '1' }, value: 1 },
      { labels: { a: '2' }, value: 1 },
    ];
    const same = run(groupOf([alerting({ labels: { a: 'x' } })]), () => two);
    expect((await same.evaluator.evaluate(0)).errors[0]!.message).toBe(
      'vector contains metrics with the same labelset after applying alert labels',
    );
    const many = run(groupOf([alerting()], { limit: 1 }), () => two);
    expect((await many.evaluator.evaluate(0)).errors[0]!.message).toBe('exceeded limit of 1 with 2 alerts');
    expect(many.evaluator.rules()[0]!.alerts).toEqual([]);
    const record: RecordingRule = { kind: 'recording', record: 'r', expression: 'x', labels: {} };
    const series = run(groupOf([record], { limit: 1 }), () => two);
    expect((await series.evaluator.evaluate(0)).errors[0]!.message).toBe('exceeded limit of 1 with 2 series');
  });

  it('tells of an alert once a minute, and at once when it is resolved', async () => {
    const { evaluator } = run(groupOf([alerting()]), (_, minute) => (minute < 0.8 ? held : []));
    const told: string[] = [];
    for (let second = 0; second <= 120; second += 15) {
      // oxlint-disable-next-line no-await-in-loop -- time goes on
      const { notifications } = await evaluator.evaluate(second * 1000);
      told.push(
        ...notifications.map(({ alert, validUntilMs }) => `${second} ${alert.state} ${validUntilMs}`),
      );
    }
    expect(told).toEqual(['0 firing 240000', '60 inactive 300000']);
  });

  it.each([
    ['waits the rest of for after a restart', 20, 25, 60, 'pending', 32],
    ['waits for the grace period at least', 50, 55, 60, 'pending', 12],
    ['fires at once when it had fired', 70, 75, 60, 'firing', 2],
  ])('%s', async (_, pendingMinutes, _restart, forMinutes, first, firesAfter) => {
    const rule = alerting({ forMs: forMinutes * minuteMs });
    const startMs = 1_000_000 * minuteMs;
    const storage = createTestStorage();
    storage.save([
      {
        labels: { __name__: 'ALERTS_FOR_STATE', alertname: 'Slow', route: '/cart' },
        timeMs: startMs - 5 * minuteMs,
        value: (startMs - (pendingMinutes + 5) * minuteMs) / 1000,
      },
    ]);
    const { evaluator } = run(groupOf([rule]), () => held, { restoreFrom: storage });
    const seen: string[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      // oxlint-disable-next-line no-await-in-loop -- time goes on
      await evaluator.evaluate(startMs + minute * minuteMs);
      seen.push(evaluator.rules()[0]!.alerts[0]!.state);
    }
    expect(seen[2]).toBe(first);
    expect(seen.indexOf('firing')).toBe(firesAfter === 12 ? 11 : firesAfter === 32 ? 41 : firesAfter);
  });

  it('goes on with the alerts of the same rule after a reload, and ends what is gone', async () => {
    const first = run(groupOf([alerting(), alerting({ alert: 'Gone' })]), () => held);
    await first.evaluator.evaluate(0);
    const second = run(groupOf([alerting({ expression: 'other', forMs: minuteMs })]), () => held);
    second.evaluator.takeOver(first.evaluator);
    await second.evaluator.evaluate(minuteMs);
    expect(second.evaluator.rules()[0]!.alerts[0]).toMatchObject({ state: 'firing', activeAtMs: 0 });
    expect(
      second.saved.filter(({ value }) => value === 'stale').map(({ labels }) => labels['alertname']),
    ).toEqual(['Gone', 'Gone']);
  });

  it('fires exactly when the expression has held for the time of for, whatever came before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 4 }),
        async (holds, forMinutes) => {
          const seen = await states(alerting({ forMs: forMinutes * minuteMs }), holds);
          for (const [minute, state] of seen.entries()) {
            const window = holds.slice(Math.max(0, minute - forMinutes), minute + 1);
            const isFiring = window.length === forMinutes + 1 && window.every(Boolean);
            expect(state === 'firing').toBe(isFiring);
            expect(state === 'pending').toBe(!isFiring && holds[minute] === true);
          }
        },
      ),
    );
  });
});
