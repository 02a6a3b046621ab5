import type { GroupEvaluation, RuleGroupEvaluator } from '@sightline/query/promql/rules';
import type { PostedAlert } from './create-alertmanager.ts';

export interface RuleRunnerOptions {
  readonly groups: readonly RuleGroupEvaluator[];
  /** Takes what Alertmanager has to hear of. */
  readonly post: (alerts: readonly PostedAlert[]) => void;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Where a reader finds the expression of an alert. */
  readonly generatorUrl: (expression: string) => string;
  /** Told after each evaluation of a group. */
  readonly onEvaluated: (group: RuleGroupEvaluator, evaluation: GroupEvaluation) => void;
  readonly onProblem: (message: string) => void;
}

export interface RuleRunner {
  start(): void;
  /** Evaluates every group once, now. */
  round(): Promise<void>;
  close(): Promise<void>;
}

/** Evaluates each group of rules at its interval, and hands on the alerts that it has to tell of. */
export function createRuleRunner(options: RuleRunnerOptions): RuleRunner {
  const { groups, post, now, generatorUrl, onEvaluated, onProblem } = options;
  const timers: NodeJS.Timeout[] = [];
  const underWay = new Map<RuleGroupEvaluator, Promise<void>>();

  async function evaluate(group: RuleGroupEvaluator): Promise<void> {
    const evaluation = await group.evaluate(now());
    const expressions = new Map(
      group.rules().map(({ rule }) => [rule.kind === 'alerting' ? rule.alert : '', rule.expression]),
    );
    post(
      evaluation.notifications.map(({ rule, alert, validUntilMs }) => ({
        labels: alert.labels,
        annotations: alert.annotations,
        startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
        endsAtMs: alert.resolvedAtMs ?? validUntilMs,
        generatorUrl: generatorUrl(expressions.get(rule) ?? ''),
      })),
    );
    onEvaluated(group, evaluation);
  }

  /** One evaluation of a group at a time: one that takes longer than the interval is waited for. */
  function run(group: RuleGroupEvaluator): Promise<void> {
    const next = (underWay.get(group) ?? Promise.resolve())
      .then(() => evaluate(group))
      .catch((error: unknown) => onProblem(`rules ${group.group.name}: ${String(error)}`));
    underWay.set(group, next);
    return next;
  }

  return {
    start() {
      for (const group of groups) {
        void run(group);
        const timer = setInterval(() => void run(group), group.intervalMs);
        timer.unref();
        timers.push(timer);
      }
    },
    async round() {
      await Promise.all(groups.map(run));
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay.values());
    },
  };
}
