import { type Language, syntaxError } from './expression.ts';
import type { Finding } from './finding.ts';
import type { FileRule, RuleFile } from './rule-file.ts';

/** What was found out about one file. */
export interface LintedFile {
  readonly language: Language;
  readonly rules: number;
  readonly findings: readonly Finding[];
}

/** What whoever gets an alert needs: how bad it is, what happened, what to do. */
const wanted = [
  { in: 'labels', key: 'severity', why: 'routes have nothing to tell it by' },
  { in: 'annotations', key: 'summary', why: 'the notification says nothing' },
  { in: 'annotations', key: 'runbook_url', why: 'nobody knows what to do' },
] as const;

/** A file is in the language that more of its expressions are in; one that is in both is PromQL. */
function languageOf(expressions: readonly string[]): Language {
  const only = (language: Language, other: Language): number =>
    expressions.filter(
      (text) => syntaxError(language, text) === undefined && syntaxError(other, text) !== undefined,
    ).length;
  return only('LogQL', 'PromQL') > only('PromQL', 'LogQL') ? 'LogQL' : 'PromQL';
}

/** Looks at the rules of a file one by one: expressions, names, what every alert should say. */
export function lintRules(file: RuleFile): LintedFile {
  const rules = file.groups.flatMap((group, groupIndex) =>
    group.rules.map((rule, ruleIndex) => ({
      rule,
      group: group.name,
      path: [groupIndex, 'rules', ruleIndex] as const,
    })),
  );
  const language = languageOf(rules.map(({ rule }) => rule.expr));
  const findings: Finding[] = [...file.findings];
  const add = (severity: Finding['severity'], path: readonly PropertyKey[], message: string): void => {
    findings.push({ file: file.name, line: file.lineOf(path), severity, message });
  };

  const groups = new Set<string>();
  for (const [index, { name }] of file.groups.entries()) {
    if (groups.has(name)) add('error', [index, 'name'], `group "${name}" is there twice`);
    groups.add(name);
  }
  const seen = new Set<string>();
  for (const { rule, path, group } of rules) {
    const name = `rule "${(rule.alert ?? rule.record)!}"`;
    const wrong = syntaxError(language, rule.expr);
    if (wrong !== undefined) add('error', [...path, 'expr'], `${name}: expr is no ${language}: ${wrong}`);
    const identity = JSON.stringify([group, rule.alert, rule.record, sorted(rule.labels)]);
    if (seen.has(identity)) add('error', path, `${name} is there twice, with the same labels`);
    seen.add(identity);
    for (const [key, text] of templates(rule)) {
      if (!isBalanced(text))
        add('error', [...path, ...key], `${name}: ${key.join('.')} opens a template and does not end it`);
    }
    if (rule.alert === undefined) continue;
    for (const { in: holder, key, why } of wanted) {
      if (!rule[holder]?.[key]) add('warning', path, `${name} has no ${key} among its ${holder}: ${why}`);
    }
  }
  return { language, rules: rules.length, findings };
}

function sorted(labels: FileRule['labels']): readonly (readonly [string, string])[] {
  return Object.entries(labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function templates({
  labels = {},
  annotations = {},
}: FileRule): readonly (readonly [path: readonly string[], text: string])[] {
  return Object.entries({ labels, annotations }).flatMap(([holder, texts]) =>
    Object.entries(texts).map(([key, text]) => [[holder, key], text] as const),
  );
}

function isBalanced(text: string): boolean {
  const left = text.replaceAll(/\{\{(?:"(?:\\.|[^"\\])*"|`[^`]*`|(?!\}\}|\{\{)[^])*\}\}/g, '');
  return !left.includes('{{');
}
