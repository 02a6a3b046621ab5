import type { LoadReport } from '../load/tally.ts';
import type { Sample } from './exposition.ts';
import { countedRequests } from './figures.ts';

/** How what was sent and what was counted stand to each other. */
export interface Comparison {
  readonly sent: number;
  readonly counted: number;
  /** Every count that differs; none when all are equal. */
  readonly differences: readonly string[];
}

/**
 * Holds what the load generator sent against what the storefront counted: by method, route and status, exactly.
 *
 * A request that the visitor left is counted with the status that the service still gave it, or without one. So
 * whatever a route counts beyond its answers must be as much as was left, and no more. One that was left before it came
 * to its route, while the door was still counting, is counted without one.
 */
export function compareCounts(report: LoadReport, samples: readonly Sample[]): Comparison {
  /** Counted minus sent, by status, for each method and route. */
  const surplus = new Map<string, Map<string, number>>();
  const add = (key: string, status: string, count: number): void => {
    const statuses = surplus.get(key) ?? new Map<string, number>();
    surplus.set(key, statuses.set(status, (statuses.get(status) ?? 0) + count));
  };
  let counted = 0;
  for (const { method, route, status, count } of countedRequests(samples)) {
    counted += count;
    add(keyOf(method, route), status ?? 'aborted', count);
  }
  for (const { method, route, status, count } of report.tallies) {
    add(keyOf(method, route), String(status), -count);
  }
  for (const { method, route, status, count } of report.tallies) {
    if (status !== 'aborted' || route === undefined) continue;
    const without = surplus.get(keyOf(method, undefined))?.get('aborted') ?? 0;
    const own = surplus.get(keyOf(method, route))?.values() ?? [];
    const lacking = -Array.from(own).reduce((sum, each) => sum + each, 0);
    const moved = Math.max(0, Math.min(count, without, lacking));
    add(keyOf(method, route), 'aborted', moved);
    add(keyOf(method, undefined), 'aborted', -moved);
  }
  const differences: string[] = [];
  for (const [key, statuses] of surplus) {
    let total = 0;
    for (const [status, count] of statuses) {
      total += count;
      if (count < 0 && status !== 'aborted')
        differences.push(`${key} ${status}: ${-count} more sent than counted`);
    }
    if (total > 0) differences.push(`${key}: ${total} more counted than sent`);
    if (total < 0) differences.push(`${key}: ${-total} more sent than counted`);
  }
  return { sent: report.sent, counted, differences };
}

function keyOf(method: string, route: string | undefined): string {
  return `${method} ${route ?? '(no route)'}`;
}
