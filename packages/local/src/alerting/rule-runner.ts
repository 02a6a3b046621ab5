import {
  type GroupEvaluation,
  type RuleGroupEvaluator,
  evaluationSlotMs,
} from '@sightline/query/promql/rules';
import type { PostedAlert } from './create-alertmanager.ts';

/** The groups of one file. */
export interface RuleFileGroups {
  readonly file: string;
  readonly groups: readonly RuleGroupEvaluator[];
}

export interface RuleRunnerOptions {
  readonly files: readonly RuleFileGroups[];
  /** Takes what Alertmanager has to hear of. */
  readonly post: (alerts: readonly PostedAlert[]) => void;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  /** Where a reader finds the expression of an alert. */
  readonly generatorUrl: (expression: string) => string;
  /** Told after each evaluation of a group. */
  readonly onEvaluated: (group: RuleGroupEvaluator, evaluation: GroupEvaluation) => void;
  readonly onProblem: (message: string) => void;
  readonly setTimer?: typeof setTimeout;
}

export interface RuleRunner {
  start(): void;
  /** Evaluates every group once, now. */
  round(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly group: RuleGroupEvaluator;
  /** The time of its evaluation at or before now, since 1970 [ms]. */
  readonly slotMs: () => number;
  /** When it was evaluated last, since 1970 [ms]. */
  lastMs: number;
  underWay: Promise<void>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Evaluates each group of rules at its interval, at the very times at which a Prometheus with the same files does, and
 * hands on the alerts that it has to tell of.
 */
export function createRuleRunner(options: RuleRunnerOptions): RuleRunner {
  const { files, post, now, generatorUrl, onEvaluated, onProblem, setTimer = setTimeout } = options;
  const entries = files.flatMap(({ file, groups }) =>
    groups.map((group): Entry => {
      const slot = { file, group: group.group.name, intervalMs: group.intervalMs };
      return {
        group,
        slotMs: () => evaluationSlotMs(slot, now()),
        lastMs: -Infinity,
        underWay: Promise.resolve(),
        timer: undefined,
      };
    }),
  );
  let isClosed = false;

  async function evaluate(entry: Entry, timeMs: number): Promise<void> {
    // That was by hand, since.
    if (timeMs <= entry.lastMs) return;
    entry.lastMs = timeMs;
    const { group } = entry;
    const evaluation = await group.evaluate(timeMs);
    post(
      evaluation.notifications.map(({ expression, alert, validUntilMs }) => ({
        labels: alert.labels,
        annotations: alert.annotations,
        startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
        endsAtMs: alert.resolvedAtMs ?? validUntilMs,
        generatorUrl: generatorUrl(expression),
      })),
    );
    onEvaluated(group, evaluation);
  }

  /** One evaluation of a group at a time. */
  function run(entry: Entry, timeOf: () => number): Promise<void> {
    entry.underWay = entry.underWay
      .then(() => evaluate(entry, timeOf()))
      .catch((error: unknown) => onProblem(`rules ${entry.group.group.name}: ${String(error)}`));
    return entry.underWay;
  }

  /** One that takes longer than the interval is waited for, and the times that it has missed are left out. */
  function schedule(entry: Entry): void {
    if (isClosed) return;
    const nextMs = entry.slotMs() + entry.group.intervalMs;
    entry.timer = setTimer(
      () => {
        // A timer may fire a little early.
        void run(entry, () => Math.max(nextMs, entry.slotMs())).then(() => schedule(entry));
      },
      Math.max(0, nextMs - now()),
    );
    entry.timer.unref();
  }

  return {
    start() {
      for (const entry of entries) {
        // After a restart alerts are there at once, and not in an interval.
        void run(entry, now);
        schedule(entry);
      }
    },
    async round() {
      await Promise.all(entries.map((entry) => run(entry, () => Math.max(now(), entry.lastMs + 1))));
    },
    async close() {
      isClosed = true;
      for (const { timer } of entries) clearTimeout(timer);
      await Promise.all(entries.map(({ underWay }) => underWay));
    },
  };
}
