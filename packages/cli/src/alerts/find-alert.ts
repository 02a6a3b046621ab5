import { alertFiles } from '@sightline/alerts';
import { nearest } from '@sightline/errors';
import { usageError } from '../usage-error.ts';
import { type FileRule, parseRuleFile } from './rule-file.ts';

type Labels = Readonly<Record<string, string>>;
export type AlertRule = FileRule & { readonly alert: string };

/** Every alert in some files of rules; without any, those that this version generates. */
export function alertsIn(
  files: readonly { readonly name: string; readonly text: string }[] | undefined,
): readonly AlertRule[] {
  const texts =
    files ??
    alertFiles()
      .filter(({ path }) => /^(?:prometheus|loki)\//.test(path))
      .map(({ path, content }) => ({ name: path, text: content }));
  return texts
    .flatMap(({ name, text }) => parseRuleFile(name, text).groups)
    .flatMap(({ rules }) => rules)
    .filter((rule): rule is AlertRule => rule.alert !== undefined);
}

/**
 * The alert of a name; where several have it, the first whose own labels do not contradict those that were given.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_USAGE` when there is none
 */
export function findAlert(alerts: readonly AlertRule[], name: string, given: Labels): AlertRule {
  const named = alerts.filter(({ alert }) => alert === name);
  const fits = ({ labels = {} }: AlertRule): boolean =>
    Object.entries(given).every(
      ([key, value]) => (labels[key]?.includes('{{') ? value : (labels[key] ?? value)) === value,
    );
  const found = named.find(fits);
  if (found) return found;
  if (named.length > 0) {
    throw usageError({
      problem: 'no alert of this name has the labels that were given',
      expected: named.map(({ labels }) => JSON.stringify(labels)).join(' or '),
      fix: 'give no label that a rule sets itself to something else',
    });
  }
  const names = [...new Set(alerts.map(({ alert }) => alert))];
  const meant = nearest(name, names);
  throw usageError({
    problem: 'there is no alert of this name',
    expected:
      names.length === 0 ? 'files of rules with alerts in them' : (meant ?? `one of ${names.join(', ')}`),
    fix: meant === undefined ? 'name one of these' : `did you mean ${meant}?`,
  });
}
