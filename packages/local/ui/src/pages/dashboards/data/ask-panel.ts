import type { Plan } from '../model/plan-target.ts';
import { askLoki } from './ask-loki.ts';
import { askPrometheus } from './ask-prometheus.ts';
import { askTempo } from './ask-tempo.ts';
import type { Answer, PanelData } from './panel-data.ts';

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Asks all queries of a panel.
 *
 * @throws {Error} when none of them was answered, with what the server said
 */
export async function askPanel(
  plans: readonly Plan[],
  moments: Moments,
  signal: AbortSignal,
): Promise<PanelData> {
  const tables = plans.filter((plan) => plan.source === 'prometheus' && plan.format === 'table').length;
  const outcomes = await Promise.allSettled(plans.map((plan) => askOne(plan, moments, tables === 1, signal)));
  signal.throwIfAborted();
  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const problems = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${plans[index]?.refId ?? ''}: ${messageOf(outcome.reason)}`] : [],
  );
  if (answers.length === 0 && problems.length > 0) throw new Error(problems.join('\n'));
  return {
    frames: answers.flatMap(({ frames = [] }) => frames),
    buckets: answers.flatMap(({ buckets = [] }) => buckets),
    lines: answers.flatMap(({ lines = [] }) => lines),
    exemplars: answers.flatMap(({ exemplars = [] }) => exemplars),
    calls: answers.find(({ calls }) => calls !== undefined)?.calls,
    problems,
    ...moments,
    stepMs: Math.max(0, ...plans.map((plan) => (plan.source === 'unknown' ? 0 : plan.stepMs))),
  };
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

async function askOne(
  plan: Plan,
  moments: Moments,
  isOnlyTable: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  if (plan.source === 'prometheus') return askPrometheus(plan, moments, isOnlyTable, signal);
  if (plan.source === 'loki') return askLoki(plan, moments, signal);
  if (plan.source === 'tempo') return askTempo(plan, moments, signal);
  throw new Error(plan.reason);
}
