import type { AlertOptions } from './options.ts';
import { resolveAlertOptions } from './resolve-options.ts';
import { type RuleGroup, createRuleContext } from './rule.ts';
import { availabilityRules } from './rules/availability.ts';
import { compatibilityRules } from './rules/compatibility.ts';
import { dependencyRules } from './rules/dependencies.ts';
import { deployRules } from './rules/deploys.ts';
import { latencyRules } from './rules/latency.ts';
import { resilienceRules } from './rules/resilience.ts';
import { runtimeRules } from './rules/runtime.ts';
import { serviceRates } from './rules/service-rates.ts';
import { stackRules } from './rules/stack.ts';
import { telemetryRules } from './rules/telemetry.ts';

/** By the name of their file, in the order in which documents show them. */
const areas = {
  'service-rates': serviceRates,
  availability: availabilityRules,
  latency: latencyRules,
  dependencies: dependencyRules,
  resilience: resilienceRules,
  runtime: runtimeRules,
  deploys: deployRules,
  telemetry: telemetryRules,
  stack: stackRules,
  compatibility: compatibilityRules,
} as const;

/** An area of rules; its file is named after it. */
export type RuleArea = keyof typeof areas;

/**
 * Every rule for Prometheus, an area each.
 *
 * @param options thresholds, links, scale; see the schema
 * @returns one group an area; what `ruleFile` and `prometheusRule` make files of
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong
 */
export function alertRules(options?: AlertOptions): Readonly<Record<RuleArea, RuleGroup>> {
  const context = createRuleContext(resolveAlertOptions(options));
  return Object.fromEntries(
    Object.entries(areas).map(([area, rules]) => [area, rules(context)]),
  ) as unknown as Record<RuleArea, RuleGroup>;
}
