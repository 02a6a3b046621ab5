import type { SeriesSnapshot } from './family.ts';

/** The one label of the series that takes what came after the bound; the name is OpenTelemetry's. */
export const OVERFLOW_LABEL = 'otel_metric_overflow';

const OVERFLOW_TEXT = `${OVERFLOW_LABEL}="true"`;

/**
 * The labels of a series between the braces: `method="GET",route="/a"`. A label without a value is left out.
 *
 * @param values as `labelValue` gives them
 */
export function labelText(
  names: readonly string[],
  { labelValues, overflow }: Pick<SeriesSnapshot, 'labelValues' | 'overflow'>,
): string {
  if (overflow) return OVERFLOW_TEXT;
  let text = '';
  for (let at = 0; at < labelValues.length; at++) {
    const value = labelValues[at];
    const name = names[at];
    if (value && name !== undefined) text += `${text && ','}${name}="${escaped(value)}"`;
  }
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Both formats have these three escapes in a label's value, and no other. */
export function escaped(value: string): string {
  return /["\\\n]/.test(value)
    ? value.replaceAll(/["\\\n]/g, (character) => ESCAPES[character] ?? character)
    : value;
}
