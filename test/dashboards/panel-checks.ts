import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testRules } from '@sightline/query/promql/rules/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPrograms, outcomeOf, programOf, promtools } from '../alerts/promtool.ts';
import type { TestFile, UnitTest } from '../alerts/rule-files.ts';
import type { Found } from '../servers/debian.ts';

/** A file of tests of promtool, but for its names. */
export type PanelChecks = Omit<TestFile, 'name' | 'tests' | 'rule_files'> & {
  readonly rule_files?: readonly string[];
  readonly tests: readonly Omit<UnitTest, 'name'>[];
};

/** Declares the tests in which each promtool and the embedded stack find what panels ask, as it is expected. */
export function itShows(what: string, file: PanelChecks): void {
  let folder: string;
  let path: string;
  let programs: readonly Found[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-panels-'));
    path = join(folder, 'tests.yml');
    // JSON is YAML.
    await writeFile(path, JSON.stringify(file, undefined, 2));
    programs = await findPrograms(promtools);
  }, 300_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.for(promtools.map(({ name }, index) => [name, index] as const))(
    `show ${what}, says %s`,
    { timeout: 120_000 },
    async ([, index], { skip }) => {
      const promtool = programOf(programs[index], skip);
      const { ok, output } = await outcomeOf(promtool, ['test', 'rules', path]);
      expect(ok ? '' : output).toBe('');
    },
  );

  it(`show ${what}, from the embedded stack as well`, async () => {
    const report = await testRules(path);
    expect(report.checks).toBe(file.tests.flatMap((test) => test.promql_expr_test).length);
  }, 60_000);
}
