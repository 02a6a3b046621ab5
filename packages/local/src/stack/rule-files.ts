import { readFile } from 'node:fs/promises';
import type { SeriesSource } from '@sightline/query/promql';
import {
  type EvaluateExpression,
  type RuleFile,
  type RuleGroup,
  type SaveSamples,
  createRuleGroup,
  formatProblem,
} from '@sightline/query/promql/rules';
import { SightlineError } from '@sightline/errors';
import type { RuleFileGroups } from '../alerting/rule-runner.ts';

/**
 * Reads files of rules.
 *
 * @throws {SightlineError} `SIGHTLINE_LOCAL_RULES` with everything that is wrong in any of them
 */
export async function readRuleFiles(
  paths: readonly string[],
  read: (path: string, text: string) => RuleFile,
): Promise<readonly RuleFile[]> {
  const texts = await Promise.allSettled(paths.map((path) => readFile(path, 'utf8')));
  const missing = texts.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  const files = texts.flatMap((each, at) =>
    each.status === 'fulfilled' ? [read(paths[at]!, each.value)] : [],
  );
  const problems = [...missing, ...files.flatMap((file) => file.problems.map(formatProblem))];
  if (problems.length > 0) {
    throw new SightlineError('SIGHTLINE_LOCAL_RULES', {
      problem: problems.join('\n'),
      expected: 'rule files as promtool check rules accepts them',
      fix: 'correct each place that is named',
    });
  }
  return files;
}

export interface RuleGroupsOptions {
  readonly evaluate: EvaluateExpression;
  readonly save?: SaveSamples;
  readonly restoreFrom?: SeriesSource;
  readonly externalUrl: string;
  readonly defaultIntervalMs: number;
  /** Longest interval of any group [ms], whatever its file says. */
  readonly maxIntervalMs: number | undefined;
}

/** Makes the groups of files, ready to be evaluated. */
export function openRuleGroups(
  files: readonly RuleFile[],
  options: RuleGroupsOptions,
): readonly RuleFileGroups[] {
  return files.map(({ path, groups }) => ({
    file: path,
    groups: groups.map((group) => createRuleGroup({ ...options, group: faster(group, options) })),
  }));
}

function faster(group: RuleGroup, { defaultIntervalMs, maxIntervalMs }: RuleGroupsOptions): RuleGroup {
  if (maxIntervalMs === undefined) return group;
  return { ...group, intervalMs: Math.min(group.intervalMs ?? defaultIntervalMs, maxIntervalMs) };
}
