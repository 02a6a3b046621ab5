import { type Mutant, mutantText } from './mutants.ts';

/** Changes that no test can notice, because they change nothing that is ever seen, and why. */
const equivalents: readonly { readonly rule: RegExp; readonly mutated: RegExp; readonly why: string }[] = [
  {
    rule: /^http_request/,
    mutated: / \/ on \(http_request_method/,
    why: 'the other side is a `group`, which is 1: times 1 and by 1 are the same',
  },
  {
    rule: /^job_version:/,
    mutated: / \/ on \(deployment_environment_name, instance, job, team\) group_left/,
    why: 'the other side is `sightline_build_info`, which is 1',
  },
  {
    // In the minute in which a service goes down, the SLO that is evaluated first does not see it in the other's series:
    // a test of its page over an hour looks at that minute.
    rule: /^ErrorBudgetBurn (?!availability 1h: = → != at 789$)/,
    mutated: /slo:service_health:bool\{slo!=/,
    why: 'what a service says of its health is the same for every SLO of it',
  },
  {
    rule: /^slo:sli_/,
    mutated: /slo:page_known:bool\w+\{slo!=/,
    why: 'what is known of pages is the same for every SLO',
  },
  {
    rule: /^ErrorBudgetBurn/,
    mutated: /> -1 and on \(/,
    why: 'the ratio is over the burn rate already, so it is over 0',
  },
  {
    rule: /^Watchdog:/,
    mutated: /^vector\([02]\)$/,
    why: 'an alert fires for whatever its expression results in',
  },
];

/** Why a change of a rule cannot be noticed; undefined when it can. */
export function whyEquivalent(mutant: Mutant): string | undefined {
  return equivalents.find(
    ({ rule, mutated }) => rule.test(mutantText(mutant)) && mutated.test(mutant.mutated.expr),
  )?.why;
}
