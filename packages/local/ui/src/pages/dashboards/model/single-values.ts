import type { ResolvedField } from './field-config.ts';
import { asList, asNumber, asRecord, asText, asTexts } from './json.ts';
import { calculationOf } from './reduce.ts';
import { parseRegex } from './variables.ts';

/** One number that a stat or gauge shows. */
export interface SingleValue {
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
  readonly text: string;
  readonly colour: string | undefined;
  readonly field: ResolvedField;
  /** The row it stands in, for its links. */
  readonly row: number;
  /** What it was before, for a small line: [ms since 1970] and values. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

const MAX_VALUES = 60;

/** The values of a panel, by its `reduceOptions`: a calculation a column, or every row. */
export function singleValues(fields: readonly ResolvedField[], options: unknown): readonly SingleValue[] {
  const raw = asRecord(options);
  const wanted = asText(raw['fields']);
  const pattern = /^\/.*\/$/.test(wanted) ? parseRegex(wanted) : undefined;
  const chosen = fields.filter(({ field, name, custom }) => {
    if (asRecord(custom['hideFrom'])['viz'] === true) return false;
    if (wanted === '') return field.type === 'number';
    return pattern === undefined ? name === wanted || field.name === wanted : pattern.test(name);
  });
  if (raw['values'] === true) return everyRow(fields, chosen, asNumber(raw['limit']) ?? 25);
  const [calc = 'lastNotNull'] = asTexts(raw['calcs']);
  return chosen.slice(0, MAX_VALUES).map((field, index) => {
    const value = calculationOf(calc)?.calculate(field.field.values) ?? null;
    const { text, colour } = field.show(value);
    const times = field.frame.fields.find(({ type }) => type === 'time')?.values ?? [];
    return {
      key: String(index),
      name: field.name,
      value,
      text,
      colour: colour ?? field.colour,
      field,
      row: Math.max(0, field.field.values.length - 1),
      times: asList(times).map(Number),
      values: field.field.values.map((each) => (typeof each === 'number' ? each : null)),
    };
  });
}

/** A value a row, named by the texts beside it. */
function everyRow(
  all: readonly ResolvedField[],
  chosen: readonly ResolvedField[],
  limit: number,
): readonly SingleValue[] {
  return chosen
    .flatMap((field, index) =>
      field.field.values.map((value, row) => {
        const texts = all.filter((each) => each.frame === field.frame && each.field.type === 'string');
        const { text, colour } = field.show(value);
        const named = texts.map((each) => each.show(each.field.values[row]).text).join(' ');
        return {
          key: `${index} ${row}`,
          name: named === '' ? field.name : named,
          value,
          text,
          colour: colour ?? field.colour,
          field,
          row,
          times: [],
          values: [],
        };
      }),
    )
    .slice(0, Math.min(limit, MAX_VALUES));
}

/** Where on the way from the least to the most a value is, 0–1. */
export function shareOf({ field, value }: SingleValue, all: readonly SingleValue[]): number {
  if (typeof value !== 'number') return 0;
  const numbers = all.flatMap((each) => (typeof each.value === 'number' ? [each.value] : []));
  const min = field.min ?? Math.min(0, ...numbers);
  const max = field.max ?? Math.max(...numbers, min);
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : value > min ? 1 : 0;
}

/** What a value changed by since the beginning, as a share of it; undefined where nothing can be said. */
export function changeRatio(values: readonly (number | null)[]): number | undefined {
  const first = values.find((value) => value !== null);
  const last = values.findLast((value) => value !== null);
  if (typeof first !== 'number' || typeof last !== 'number' || first === 0 || values.length < 2)
    return undefined;
  return (last - first) / Math.abs(first);
}
