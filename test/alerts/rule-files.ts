import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const alertsFolder = fileURLToPath(new URL('../../alerts', import.meta.url));

/** A rule as it stands in a file. */
export interface FileRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface FileGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly FileRule[];
}

/** One query of a test of promtool, with what it expects at one time. */
interface Check {
  readonly eval_time: string;
  readonly expr: string;
  readonly exp_samples?: readonly { readonly labels: string; readonly value: number }[];
}

/** One test of promtool, as far as the files here use them. */
export interface UnitTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series?: readonly { readonly series: string; readonly values: string }[];
  readonly promql_expr_test: readonly Check[];
}

export interface TestFile {
  /** Its name, such as `latency.yml`. */
  readonly name: string;
  readonly rule_files: readonly string[];
  readonly group_eval_order?: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly UnitTest[];
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(`${alertsFolder}/${folder}`)
    .filter((name) => name.endsWith('.yml'))
    .toSorted();
}

/** Every group of a file of rules, by its path below the folder of alerts. */
export function readGroups(path: string): readonly FileGroup[] {
  const { groups } = parse(readFileSync(`${alertsFolder}/${path}`, 'utf8')) as {
    groups: readonly FileGroup[];
  };
  return groups;
}

/** Every group for Prometheus. */
export function prometheusGroups(): readonly FileGroup[] {
  return namesIn('prometheus').flatMap((name) => readGroups(`prometheus/${name}`));
}

export function readTests(): readonly TestFile[] {
  return namesIn('tests').map((name) =>
    Object.assign(parse(readFileSync(`${alertsFolder}/tests/${name}`, 'utf8')) as Omit<TestFile, 'name'>, {
      name,
    }),
  );
}
