import { readFile } from 'node:fs/promises';
import { SightlineError } from '@sightline/errors';
import { rulesOnDisk } from './rule-files-on-disk.ts';
import { type RuleTestReport, formatTestReport } from './report.ts';
import { type RunRuleTestsOptions, runRuleTests } from './run-rule-tests.ts';

export interface TestRulesOptions {
  /** Options of the engine, such as `compatibility: 2` for rules that run on Prometheus 2. */
  readonly engine?: RunRuleTestsOptions['engine'];
}

/**
 * Runs a file of tests for `promtool test rules`, with the files of rules that it names, and without promtool.
 *
 * @param path of the file of tests; the paths in it are relative to it
 * @returns what was run, when all of it is as expected
 * @throws {SightlineError} `SIGHTLINE_RULE_TESTS` with every difference, one a line
 * @example
 * it('alerts', () => testRules('alerts/tests/latency.yml'));
 */
export async function testRules(path: string, options: TestRulesOptions = {}): Promise<RuleTestReport> {
  const report = await runRuleTests({
    path,
    content: await readFile(path, 'utf8'),
    readRules: rulesOnDisk(path),
    ...(options.engine && { engine: options.engine }),
  });
  if (report.passed) return report;
  throw new SightlineError('SIGHTLINE_RULE_TESTS', {
    problem: `${report.failures.length} checks of ${path} failed\n${formatTestReport(report)}\n`,
    expected: 'every check as its file says',
    fix: 'change the rule, or what the test expects of it',
  });
}
