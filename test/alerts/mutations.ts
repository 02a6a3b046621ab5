import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isCheckOf } from '@sightline/alerts';
import type { Mutant } from './mutants.ts';
import { type FileRule, type TestFile, readGroups } from './rule-files.ts';

/** A file of rules as a file of tests names it, below the folder of alerts. */
function ruleFilesOf({ rule_files: paths }: TestFile): readonly string[] {
  return paths.map((path) => path.replace('../', ''));
}

/** The files of tests that run a rule. */
export function filesOf({ rule }: Mutant, files: readonly TestFile[]): readonly TestFile[] {
  const has = (path: string): boolean =>
    readGroups(path).some((group) => group.rules.some((each) => isDeepStrictEqual(each, rule)));
  return files.filter((file) => ruleFilesOf(file).some(has));
}

/** A file with those of its tests only that are about a rule; undefined when none is. */
export function aboutRule(rule: FileRule, file: TestFile): TestFile | undefined {
  const tests = file.tests.filter(({ promql_expr_test: checks }) =>
    checks.some((check) => isCheckOf(rule, check)),
  );
  return tests.length > 0 ? { ...file, tests } : undefined;
}

/**
 * Whether some of the tests fail with one rule changed, as files that `promtool test rules` takes.
 *
 * @param files they are tried in this order, until one fails
 * @param passes whether a file of tests passes, by its path
 */
export async function isNoticedByFiles(
  { rule, mutated }: Mutant,
  files: readonly TestFile[],
  passes: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-mutants-'));
  try {
    for (const file of files) {
      const rules = ruleFilesOf(file).map((path, index) => {
        const groups = readGroups(path).map((group) =>
          Object.assign({}, group, {
            rules: group.rules.map((each) => (isDeepStrictEqual(each, rule) ? mutated : each)),
          }),
        );
        return { path: join(folder, `rules-${index}.yml`), content: JSON.stringify({ groups }) };
      });
      // JSON is YAML.
      // oxlint-disable-next-line no-await-in-loop -- the next file only when this one noticed nothing
      await Promise.all(rules.map(({ path, content }) => writeFile(path, content)));
      const { name, ...content } = file;
      const path = join(folder, name);
      // oxlint-disable-next-line no-await-in-loop -- see above
      await writeFile(path, JSON.stringify({ ...content, rule_files: rules.map((each) => each.path) }));
      // oxlint-disable-next-line no-await-in-loop -- see above
      if (!(await passes(path))) return true;
    }
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
