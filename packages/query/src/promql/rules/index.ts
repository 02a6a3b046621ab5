export { expandAlertTemplate, templateProblem } from './alert-template/expand.ts';
export type { AlertTemplateData } from './alert-template/expand.ts';
export type { TemplateSample } from './alert-template/functions.ts';
export { formatProblem, readRuleFile } from './rule-file/read-rule-file.ts';
export type { RuleFile } from './rule-file/read-rule-file.ts';
export type { AlertingRule, FileProblem, RecordingRule, Rule, RuleGroup } from './rule-file/rule.ts';
export type { AlertInstance } from './rule-group/alert-instance.ts';
export { createRuleGroup } from './rule-group/create-rule-group.ts';
export type {
  AlertNotification,
  GroupEvaluation,
  RuleError,
  RuleGroupEvaluator,
  RuleGroupOptions,
  RuleStatus,
} from './rule-group/create-rule-group.ts';
export { evaluationSlotMs } from './rule-group/evaluation-slot.ts';
export { evaluateWith } from './rule-group/evaluate-with-engine.ts';
export type { EvaluateExpression, RuleSample, SavedSample, SaveSamples } from './rule-group/rule-io.ts';
export { formatTestReport } from './rule-tests/report.ts';
export type { RuleTestFailure, RuleTestReport } from './rule-tests/report.ts';
export { runRuleTests } from './rule-tests/run-rule-tests.ts';
export type { RuleFileText, RunRuleTestsOptions } from './rule-tests/run-rule-tests.ts';
export { readSeriesLine, readSeriesValues } from './series-notation.ts';
export type { NotationSeries, NotationValue } from './series-notation.ts';
