/** Units of UCUM in the words of Prometheus; source: the OpenTelemetry specification, Prometheus compatibility. */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days', h: 'hours', min: 'minutes', s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds',
  By: 'bytes', KiBy: 'kibibytes', MiBy: 'mebibytes', GiBy: 'gibibytes', TiBy: 'tibibytes',
  KBy: 'kilobytes', MBy: 'megabytes', GBy: 'gigabytes', TBy: 'terabytes',
  m: 'meters', V: 'volts', A: 'amperes', J: 'joules', W: 'watts', g: 'grams',
  Cel: 'celsius', Hz: 'hertz', '%': 'percent',
}; // prettier-ignore

const PER: Readonly<Record<string, string>> = {
  s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week', mo: 'month', y: 'year',
}; // prettier-ignore

/**
 * What a unit adds to the name of a metric, without the underscore before it: `s` is `seconds`, `By/s` is
 * `bytes_per_second`, what is in braces is left out, and `1` is `ratio` for a gauge and nothing for any other.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
 *
 * @param unit in UCUM; one that is not known stays, with what no name can hold taken out
 */
export function unitWords(unit: string, type: string): string {
  const bare = unit.replaceAll(/\{[^{}]*\}/g, '').trim();
  if (bare === '1') return type === 'gauge' ? 'ratio' : '';
  const [main = '', ...rest] = bare.split('/').map((part) => part.trim());
  const per = rest.filter((part) => part !== '').map((part) => `per_${word(part, PER)}`);
  const words = [main === '1' ? '' : word(main, UNITS), ...per].filter((part) => part !== '');
  return words.join('_');
}

function word(unit: string, words: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(words, unit)) return words[unit]!;
  return unit.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}
