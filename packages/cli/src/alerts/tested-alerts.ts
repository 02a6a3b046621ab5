import { dirname, resolve } from 'node:path';
import { yamlValue } from '../yaml-value.ts';
import { parseRuleFile } from './rule-file.ts';

/** A file of tests for promtool, as far as it is looked at here. */
interface TestFile {
  readonly rule_files?: unknown;
  readonly tests?: unknown;
}

/** Whether a text is a file of tests: of a folder, only such files are run. */
export function holdsTests(text: string): boolean {
  return /^rule_files:/m.test(text) && /^tests:/m.test(text);
}

/** The files of rules that a file of tests names, in full; patterns are left out. */
export function ruleFilesOf(path: string, text: string): readonly string[] {
  const { rule_files: files } = (yamlValue(path, text) ?? {}) as TestFile;
  const named = Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [];
  return named.filter((file) => !/[*?[]/.test(file)).map((file) => resolve(dirname(path), file));
}

/** The alerts whose state a file of tests asks for: by `alertname`, or by a query of `ALERTS`. */
export function alertsAskedFor(path: string, text: string): ReadonlySet<string> {
  const asked = new Set<string>();
  visit(yamlValue(path, text));
  return asked;

  function visit(value: unknown): void {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'alertname' && typeof inner === 'string') asked.add(inner);
        else if (key === 'expr' && typeof inner === 'string') {
          for (const [, name] of inner.matchAll(/ALERTS(?:_FOR_STATE)?\{[^}]*\balertname="([^"]+)"/g)) {
            if (name !== undefined) asked.add(name);
          }
        } else visit(inner);
      }
    }
  }
}

/** The names of the alerts of a file of rules. */
export function alertNames(path: string, text: string): readonly string[] {
  const { groups } = parseRuleFile(path, text);
  return groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
}
