import { type DashboardName, type TraceHint, dashboardUrl, runbookUrl, traceUrl } from './links.ts';
import type { ResolvedAlertOptions } from './options.ts';
import { durationText } from './promql.ts';

/** How soon a person must look: at once, in the working day, whenever. `none` is for what must always fire. */
export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** An alert as a rule file of this package describes it. */
interface AlertDefinition {
  /** PascalCase; the name of its runbook follows from it. */
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long it must hold before it fires [s]; 0 is at once. */
  readonly forSeconds: number;
  /** What happened, in a line, with the numbers in it. */
  readonly summary: string;
  /** What it means to a user, with what was compared. */
  readonly description: string;
  /** The labels that the result of the expression has, as far as links need them. */
  readonly resultLabels: readonly string[];
  readonly dashboard: DashboardName;
  /** The label that holds the service; in Loki it is another one. */
  readonly serviceLabel?: 'job' | 'service_name';
  /** Which traces show it, where some do. */
  readonly traces?: TraceHint;
  /** More labels than severity and service; of these names, the expression has none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rule as Prometheus and the ruler of Loki read it. */
export type Rule =
  | { readonly record: string; readonly expr: string; readonly labels?: Readonly<Record<string, string>> }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

/** What a file of rules is built with. */
export interface RuleContext {
  readonly options: ResolvedAlertOptions;
  /** A duration in seconds, scaled, as PromQL writes it. */
  duration(seconds: number): string;
  alert(definition: AlertDefinition): Rule;
  group(name: string, rules: readonly Rule[]): RuleGroup;
}

export function createRuleContext(options: ResolvedAlertOptions): RuleContext {
  const duration = (seconds: number): string => durationText(seconds * options.timeScaleRatio);
  return {
    options,
    duration,
    alert: (definition) => alertRule(options, definition, duration),
    group: (name, rules) => ({
      name: `sightline-${name}`,
      interval: duration(options.evaluationIntervalSeconds),
      rules,
    }),
  };
}

/** Labels and annotations that every alert has, from one place. */
function alertRule(
  options: ResolvedAlertOptions,
  { name, expr, severity, forSeconds, resultLabels, ...rest }: AlertDefinition,
  duration: (seconds: number) => string,
): Rule {
  const { serviceLabel = 'job' } = rest;
  const service = resultLabels.includes(serviceLabel) ? { service: `{{ $labels.${serviceLabel} }}` } : {};
  return {
    alert: name,
    expr,
    ...(forSeconds > 0 ? { for: duration(forSeconds) } : {}),
    labels: { severity, ...service, ...rest.labels },
    annotations: {
      summary: rest.summary,
      description: rest.description,
      runbook_url: runbookUrl(options, name),
      dashboard_url: dashboardUrl(options, rest.dashboard, resultLabels),
      ...(rest.traces === undefined ? {} : { trace_url: traceUrl(options, rest.traces, resultLabels) }),
    },
  };
}
