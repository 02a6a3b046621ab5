import { selector } from '../promql.ts';
import type { Slo } from './define-slo.ts';

/** The names of the series of an SLO. */
export const recorded = {
  events: 'slo:sli_events:rate5m',
  errors: 'slo:sli_errors:rate5m',
  health: 'slo:service_health:bool',
  pageKnown: (windowSeconds: number) => `slo:page_known:bool${windowName(windowSeconds)}`,
  eventsStep: 'slo:sli_events:increase5m',
  errorsStep: 'slo:sli_errors:increase5m',
  routeErrorsStep: 'slo:sli_errors_by_route:increase5m',
  objective: 'slo:objective:ratio',
  remaining: 'slo:error_budget_remaining:ratio',
  spentByRoute: 'slo:error_budget_spent_by_route:ratio',
  ratio: (windowSeconds: number) => `slo:sli_error:ratio_rate${windowName(windowSeconds)}`,
  eventsIn: (windowSeconds: number) => `slo:sli_events:increase${windowName(windowSeconds)}`,
  errorsIn: (windowSeconds: number) => `slo:sli_errors:increase${windowName(windowSeconds)}`,
  evidence: (windowSeconds: number) => `slo:sli_errors:evidence${windowName(windowSeconds)}`,
} as const;

/** `5m`, `1h`, `3d`: not scaled, so that a name is the same at every scale. */
export function windowName(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}

/** The series of one SLO. */
export function of(slo: Slo, name: string): string {
  return selector(name, { slo: `=${slo.name}` });
}
