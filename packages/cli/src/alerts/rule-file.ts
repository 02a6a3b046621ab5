import { nearest } from '@sightline/errors';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import type { Finding } from './finding.ts';

const duration = z
  .string()
  .regex(
    /^(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$|^0$/,
    'a duration such as 5m or 1h30m',
  );
const label = z.record(z.string().regex(/^[a-zA-Z_]\w*$/, 'a label: letters, digits and _'), z.string());
const expr = z.union([z.string(), z.number().transform(String)]);

/** A rule as Prometheus and the ruler of Loki read it. */
const ruleSchema = z
  .strictObject({
    alert: z.string().min(1).optional(),
    record: z.string().min(1).optional(),
    expr,
    for: duration.optional(),
    keep_firing_for: duration.optional(),
    labels: label.optional(),
    annotations: label.optional(),
  })
  .superRefine((rule, context) => {
    const issue = (message: string): void => context.addIssue({ code: 'custom', message });
    if (rule.alert === undefined && rule.record === undefined) issue('has neither alert nor record');
    if (rule.alert !== undefined && rule.record !== undefined)
      issue('has both alert and record; one rule is one of them');
    if (rule.record === undefined) return;
    if (!/^[a-zA-Z_:][\w:]*$/.test(rule.record)) issue('record is no name of a metric');
    const odd = (['for', 'keep_firing_for', 'annotations'] as const).filter((key) => rule[key] !== undefined);
    if (odd.length > 0) issue(`records, so ${odd.join(', ')} has no place in it`);
  });

const groupSchema = z.strictObject({
  name: z.string().min(1),
  interval: duration.optional(),
  query_offset: duration.optional(),
  limit: z.int().min(0).optional(),
  labels: label.optional(),
  // What the rulers of Loki and Mimir take more.
  source_tenants: z.array(z.string()).optional(),
  remote_write: z.array(z.unknown()).optional(),
  partial_response_strategy: z.string().optional(),
  rules: z.array(ruleSchema),
});
const fileSchema = z.strictObject({ namespace: z.string().optional(), groups: z.array(groupSchema) });

export type FileRule = z.output<typeof ruleSchema>;
type FileGroup = z.output<typeof groupSchema>;

/** A file of rules that was read. */
export interface RuleFile {
  readonly name: string;
  /** Whether it is a PrometheusRule of the Prometheus Operator, which promtool does not read. */
  readonly kubernetes: boolean;
  readonly groups: readonly FileGroup[];
  /** Structure and syntax of YAML; the groups are empty where there are some. */
  readonly findings: readonly Finding[];
  /** The line of something in the groups, such as `[0, 'rules', 3, 'expr']`. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Whether a text has rules in it at all: of a folder, only such files are read. */
export function holdsRules(text: string): boolean {
  return /^groups:/m.test(text) || /^kind: *PrometheusRule *$/m.test(text);
}

/** Reads a file of rules and says everything that is wrong with its form. */
export function parseRuleFile(name: string, text: string): RuleFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const error = (line: number, message: string): Finding => ({
    file: name,
    line,
    severity: 'error',
    message,
  });
  const yamlErrors = document.errors.map(({ pos, message }) =>
    error(lineAt(pos[0]), message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')),
  );
  let value: unknown;
  try {
    if (yamlErrors.length === 0) value = document.toJS();
  } catch (problem) {
    // Aliases that grow without end, or that lead nowhere.
    yamlErrors.push(error(1, (problem as Error).message));
  }
  const spec = (value as { kind?: unknown; spec?: unknown } | null | undefined) ?? {};
  const kubernetes = spec.kind === 'PrometheusRule';
  const before: readonly PropertyKey[] = kubernetes ? ['spec'] : [];

  /** That of the nearest thing that is there. */
  function lineOfPath(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
      const start = node?.range?.[0];
      if (start !== undefined) return lineAt(start);
    }
    return 1;
  }

  const file = {
    name,
    kubernetes,
    lineOf: (path: readonly PropertyKey[]) => lineOfPath([...before, 'groups', ...path]),
  };
  if (yamlErrors.length > 0) return { ...file, groups: [], findings: yamlErrors };
  const result = fileSchema.safeParse(kubernetes ? spec.spec : value);
  if (result.success) return { ...file, groups: result.data.groups, findings: [] };
  return {
    ...file,
    groups: [],
    findings: result.error.issues.map((issue) =>
      error(
        lineOfPath([...before, ...issue.path]),
        `${placeText(value, before, issue.path)}${issueText(issue)}`,
      ),
    ),
  };
}

const keysOf = {
  file: Object.keys(fileSchema.shape),
  group: Object.keys(groupSchema.shape),
  rule: Object.keys(ruleSchema.shape),
};

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf[issue.path.length === 0 ? 'file' : issue.path.includes('rules') ? 'rule' : 'group'];
    return issue.keys
      .map((key) => {
        const meant = nearest(key, known);
        return `${key} is no key of it${meant === undefined ? '' : `; did you mean ${meant}?`}`;
      })
      .join('; ');
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

/** `group "sightline-latency", rule "LatencyHigh", for: `, by the names that are there. */
function placeText(value: unknown, before: readonly PropertyKey[], path: readonly PropertyKey[]): string {
  const at = (keys: readonly PropertyKey[]): Record<string, unknown> =>
    keys.reduce<unknown>(
      (holder, key) => (holder as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    ) as never;
  const parts: string[] = [];
  const [, group, , rule] = path;
  if (typeof group === 'number') {
    parts.push(`group ${nameOr(at([...before, 'groups', group])?.['name'], group)}`);
    if (typeof rule === 'number') {
      const found = at([...before, 'groups', group, 'rules', rule]);
      parts.push(`rule ${nameOr(found?.['alert'] ?? found?.['record'], rule)}`);
    }
  }
  const rest = path.slice(typeof rule === 'number' ? 4 : typeof group === 'number' ? 2 : 0);
  if (rest.length > 0) parts.push(rest.map(String).join('.'));
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

function nameOr(name: unknown, index: number): string {
  return typeof name === 'string' ? `"${name}"` : String(index + 1);
}
