import type { Facts } from './facts.ts';
import type { Finding, Rule } from './finding.ts';

/**
 * Asks every rule about the facts.
 *
 * @returns faults before notes, each in the order of the rules
 */
export function judge(facts: Facts, rules: readonly Rule[]): readonly Finding[] {
  const found: Finding[] = [];
  for (const { code, check, unless = [] } of rules) {
    const isExplained = found.some(
      ({ code: other, part, severity }) =>
        unless.includes(other) || (severity === 'fault' && unless.includes(part)),
    );
    if (isExplained) continue;
    for (const { part, severity = 'fault', seen, fix } of check(facts)) {
      found.push({ code, part, severity, seen: withoutCredentials(seen), fix: withoutCredentials(fix) });
    }
  }
  return [
    ...found.filter(({ severity }) => severity === 'fault'),
    ...found.filter(({ severity }) => severity === 'note'),
  ];
}

/** Of addresses as servers tell them, such as those of data sources: a report is handed on. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^\s/@"']+@/g, '://');
}
