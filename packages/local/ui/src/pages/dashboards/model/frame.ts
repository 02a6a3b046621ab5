import type { Labels } from '../../../api/prometheus.ts';

type FieldType = 'time' | 'number' | 'string' | 'other';

/** One column: what a data source gave, before units and colours. Times are in ms since 1970. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly values: readonly unknown[];
  readonly labels?: Labels;
  /** What the query calls it: the legend. */
  readonly nameFromSource?: string;
  /** What a transformation calls it. */
  readonly displayName?: string;
  /** A unit that comes with the data. */
  readonly unit?: string;
  /** Links that come with the data: a trace id leads to its trace. */
  readonly kind?: 'trace-id';
}

/** A table; a series is one with a column of times and a column of numbers. */
export interface Frame {
  readonly refId: string;
  readonly name?: string;
  readonly fields: readonly Field[];
}

export function rowCount({ fields }: Frame): number {
  return fields.reduce((most, { values }) => Math.max(most, values.length), 0);
}

const VALUE = /^Value(?: #[A-Z0-9]+)?$/;

/**
 * What a column is called: by a transformation, by the legend, else after what tells it from the others: its name, the one
 * value of its label, or all its labels.
 */
export function fieldName(field: Field, frames: readonly Frame[] = []): string {
  if (field.displayName !== undefined && field.displayName !== '') return field.displayName;
  if (field.nameFromSource !== undefined && field.nameFromSource !== '') return field.nameFromSource;
  const labels = Object.entries(field.labels ?? {}).filter(([name]) => name !== '__name__');
  if (field.type === 'time' || labels.length === 0) return field.labels?.['__name__'] ?? field.name;
  const parts: string[] = [];
  const names = new Set(
    frames.flatMap(({ fields }) => fields.filter(({ type }) => type !== 'time').map(({ name }) => name)),
  );
  if (!VALUE.test(field.name) || names.size > 1) parts.push(field.name);
  const [only] = labels;
  const sameLabel = frames.every(({ fields }) =>
    fields.every(
      (each) => Object.keys(each.labels ?? {}).filter((label) => label !== '__name__').length <= 1,
    ),
  );
  if (labels.length === 1 && only !== undefined && sameLabel) parts.push(only[1]);
  else parts.push(`{${labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`);
  return parts.join(' ');
}

/** The same column with other values. */
export function withValues(field: Field, values: readonly unknown[]): Field {
  return { ...field, values };
}

/** Numbers of a column, null where there is none. */
export function numbersOf(field: Field): readonly (number | null)[] {
  return field.values.map((value) => (typeof value === 'number' ? value : null));
}
