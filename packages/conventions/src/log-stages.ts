import type { LogFieldName } from './log-fields.ts';

/**
 * Which lines are of errors, in LogQL: a matcher of the label `level` with its operator, and a stage. A stream of lines that came
 * to Loki by OTLP has no such label: there Loki finds out the level of each line itself.
 */
export const errorLines = {
  matcher: '=~error|fatal|',
  stage: 'level =~ "error|fatal" or detected_level =~ "error|fatal"',
} as const;

/** Fields that OpenTelemetry has names of its own for, as Loki spells them. */
const namesByOtlp: Readonly<Partial<Record<LogFieldName, string>>> = {
  'err.type': 'exception_type',
  'err.message': 'exception_message',
  'err.stack': 'exception_stacktrace',
};

/**
 * Stages of LogQL that take fields out of lines, as labels: of a line that is JSON, and of one that came by OTLP, which is words
 * alone and has its fields beside it, as structured metadata. What the words are to a JSON parser is no error then, and what
 * neither has is empty in both.
 *
 * @param fields the field for each label
 * @returns stages to be put behind a selector and a bar
 * @example logFieldStages({ fingerprint: 'err.fingerprint' })
 * // 'json fingerprint="err.fingerprint" | label_format fingerprint=`{{ or .fingerprint .err_fingerprint }}` | drop …'
 */
export function logFieldStages(fields: Readonly<Record<string, LogFieldName>>): string {
  const all = Object.entries(fields);
  const parsed = all.map(([label, field]) => `${label}="${field}"`);
  const either = all.map(([label, field]) => {
    // A dot in a field is a step into an object, and an underscore in Loki.
    const beside = namesByOtlp[field] ?? field.replaceAll('.', '_');
    return `${label}=\`{{ ${beside === label ? `.${label}` : `or .${label} .${beside}`} }}\``;
  });
  return `json ${parsed.join(', ')} | label_format ${either.join(', ')} | drop __error__, __error_details__`;
}
