import { formatDuration } from './duration-text.ts';
import type { Static } from './static.ts';

/** A value as Tempo writes it into labels: a duration as `1.5s`, a float always with a point or an exponent. */
export function encode(value: Static): string {
  switch (value.type) {
    case 'nil':
      return 'nil';
    case 'duration':
      return formatDuration(value.value);
    case 'float':
      return pointed(formatFloat(value.value));
    case 'float[]':
      return `[${value.value.map(formatFloat).join(', ')}]`;
    case 'int[]':
    case 'boolean[]':
      return `[${value.value.join(', ')}]`;
    case 'string[]':
      return `[${value.value.map((element) => `\`${element}\``).join(', ')}]`;
    default:
      return String(value.value);
  }
}

/** A value as it stands in a query. */
export function print(value: Static): string {
  return value.type === 'string' ? `\`${value.value}\`` : encode(value);
}

const pointed = (text: string): string => (/[e.]/.test(text) ? text : `${text}.0`);

/** A float as Go prints it with `%g`: an exponent below 1e-4 and from 1e21 on, of two digits at least. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
}
