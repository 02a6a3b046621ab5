import type { Mutant } from './mutants.ts';

const redact = 'packages/redact/src';
const health = 'packages/health/src';

/** Mutants that change nothing that is ever seen, and why. */
export const equivalents: readonly {
  readonly file: string;
  readonly operator: string;
  /** The text of the line, or part of it. */
  readonly on: string;
  readonly mutated: string;
  readonly why: string;
}[] = [
  {
    file: `${redact}/url.ts`,
    operator: 'text',
    on: "if (!text.includes('%')) return text;",
    mutated: "''",
    why: 'a quick way out: what holds no % decodes to itself',
  },
  {
    file: `${redact}/scanner.ts`,
    operator: 'number',
    on: 'let seen = 0;',
    mutated: '1',
    why: 'of what was seen only the highest bit is asked for',
  },
  {
    file: `${redact}/scanner.ts`,
    operator: 'condition',
    on: 'seen |= code < 128',
    mutated: 'false',
    why: 'the slow way of quoting gives the same',
  },
  {
    file: `${redact}/scanner.ts`,
    operator: 'statement',
    on: 'isShared = true;',
    mutated: ';',
    why: 'without the shared answers each scan has its own: the same, with a little more memory',
  },
  {
    file: `${redact}/key-facts.ts`,
    operator: 'comparison',
    on: 'if (remembered.size >= MAX_REMEMBERED_KEYS) remembered.clear();',
    mutated: '<',
    why: 'what is remembered saves time; it changes no answer',
  },
  {
    file: `${redact}/json.ts`,
    operator: 'condition',
    on: 'if (facts.isContextual) return undefined;',
    mutated: 'true',
    why: 'the general way of writing gives the same',
  },
  {
    file: `${redact}/value-lists.ts`,
    operator: 'condition',
    on: 'const flag = index === 0 ? undefined',
    mutated: 'false',
    why: 'nothing is in front of the first item of a list',
  },
  {
    file: `${health}/engine/check-unit.ts`,
    operator: 'number',
    on: 'scheduleNext((intervalMs ?? 0)',
    mutated: '1',
    why: 'without an interval nothing is scheduled',
  },
  {
    file: `${health}/engine/registry.ts`,
    operator: 'number',
    on: 'expected: units.size === 0',
    mutated: '1',
    why: 'the wording of what was expected, for people',
  },
  {
    file: `${redact}/rules/assigned-value.ts`,
    operator: 'number',
    on: "text.lastIndexOf('\\n', from - 1) + 1",
    mutated: '0',
    why: 'no line of a YAML list stands between the indents of its name and of its items',
  },
  {
    file: 'packages/bootstrap/src/otlp/metrics-push.ts',
    operator: 'condition',
    on: "'attribute' in label ? [[name, label.attribute] as const]",
    mutated: 'true',
    why: 'a label without an attribute is looked up in vain either way, and keeps its name',
  },
];

/** Why a mutant cannot be noticed; undefined when it can. */
export function whyEquivalent(
  { file, operator, mutated, start }: Mutant,
  source: string,
): string | undefined {
  return equivalents.find(
    (each) =>
      each.file === file &&
      each.operator === operator &&
      each.mutated === mutated &&
      lineAround(source, start).includes(each.on),
  )?.why;
}

function lineAround(source: string, at: number): string {
  const end = source.indexOf('\n', at);
  return source.slice(source.lastIndexOf('\n', at - 1) + 1, end === -1 ? undefined : end);
}
