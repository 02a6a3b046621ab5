import type { Frame } from './frame.ts';
import { valueText } from './json.ts';

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value));

/** Numbers by size, all else by letters; what is not there comes last, whichever way. */
export function compareValues(one: unknown, other: unknown, down = false): number {
  if (isNothing(one) || isNothing(other)) return Number(isNothing(one)) - Number(isNothing(other));
  const direction = down ? -1 : 1;
  if (typeof one === 'number' && typeof other === 'number') return direction * (one - other);
  return direction * valueText(one).localeCompare(valueText(other), 'en', { numeric: true });
}

/** The same rows in another order, or some of them. */
export function reorderRows(frame: Frame, order: readonly number[]): Frame {
  return {
    ...frame,
    fields: frame.fields.map((field) => ({ ...field, values: order.map((index) => field.values[index]) })),
  };
}
