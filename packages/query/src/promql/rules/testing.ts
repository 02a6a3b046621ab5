export { testRules } from './rule-tests/test-rules.ts';
export type { TestRulesOptions } from './rule-tests/test-rules.ts';
