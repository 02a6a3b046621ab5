import { type JsonRecord, asList, asNumber, asRecord, asText, valueText } from './json.ts';
import { parseRegex } from './variables.ts';

/** What a value is shown as. */
export interface Mapped {
  readonly text?: string;
  readonly colour?: string;
  /** Its place where mappings are listed. */
  readonly index: number;
}

function resultOf(json: unknown): Mapped {
  const raw = asRecord(json);
  const text = asText(raw['text']);
  const colour = asText(raw['color']);
  return {
    ...(text !== '' && { text }),
    ...(colour !== '' && { colour }),
    index: asNumber(raw['index']) ?? 0,
  };
}

function matchesSpecial(match: string, value: unknown): boolean {
  const isNull = value === null || value === undefined;
  const isNan = typeof value === 'number' && Number.isNaN(value);
  switch (match) {
    case 'null':
      return isNull;
    case 'nan':
      return isNan;
    case 'null+nan':
      return isNull || isNan;
    case 'true':
    case 'false':
      return valueText(value) === match;
    case 'empty':
      return value === '';
    default:
      return false;
  }
}

function mapBy(mapping: JsonRecord, value: unknown): Mapped | undefined {
  const options = asRecord(mapping['options']);
  switch (mapping['type']) {
    case 'value': {
      if (value === null || value === undefined) return undefined;
      const found = options[valueText(value)];
      return found === undefined ? undefined : resultOf(found);
    }
    case 'range': {
      const number = asNumber(value);
      if (number === undefined) return undefined;
      const isWithin =
        number >= (asNumber(options['from']) ?? -Infinity) && number <= (asNumber(options['to']) ?? Infinity);
      return isWithin ? resultOf(options['result']) : undefined;
    }
    case 'regex': {
      if (value === null || value === undefined) return undefined;
      const pattern = parseRegex(asText(options['pattern']));
      const text = valueText(value);
      if (pattern === undefined || !pattern.test(text)) return undefined;
      const result = resultOf(options['result']);
      return result.text === undefined ? result : { ...result, text: text.replace(pattern, result.text) };
    }
    case 'special':
      return matchesSpecial(asText(options['match']), value) ? resultOf(options['result']) : undefined;
    default:
      return undefined;
  }
}

/** What the first fitting of Grafana's value mappings makes of a value. */
export function mapValue(mappings: unknown, value: unknown): Mapped | undefined {
  for (const mapping of asList(mappings)) {
    const found = mapBy(asRecord(mapping), value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All that values can be shown as, with their colours: what a legend of states lists. */
export function mappedTexts(mappings: unknown): readonly Mapped[] {
  return asList(mappings)
    .flatMap((each) => {
      const { type, options } = asRecord(each);
      return type === 'value'
        ? Object.values(asRecord(options)).map(resultOf)
        : [resultOf(asRecord(options)['result'])];
    })
    .filter(({ text }) => text !== undefined)
    .toSorted((one, other) => one.index - other.index);
}
