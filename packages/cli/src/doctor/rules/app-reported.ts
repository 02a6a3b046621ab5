import { defineRule, type Rule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

/** A rule about what the service reports of itself, in its words. */
export function reportedRule(rule: {
  readonly code: string;
  readonly when: string;
  /** The code that the service reports it under. */
  readonly reportedAs: string;
  readonly severity?: 'fault' | 'note';
}): Rule {
  const { code, when, reportedAs, severity = 'fault' } = rule;
  return defineRule({
    code,
    when,
    check: ({ app }) =>
      reportedFindings(app, reportedAs).map(({ problem, fix }) => ({
        part: 'app',
        severity,
        seen: problem,
        fix,
      })),
  });
}
