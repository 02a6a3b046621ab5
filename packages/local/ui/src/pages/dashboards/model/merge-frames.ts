import { type Field, type Frame, rowCount, withValues } from './frame.ts';

/**
 * One table of many: columns of the same name are one, and rows that agree in all columns that they share are one row,
 * as far as the one has nothing where the other has something.
 */
export function mergeFrames(frames: readonly Frame[]): readonly Frame[] {
  const filled = frames.filter((frame) => rowCount(frame) > 0);
  const [first] = filled;
  if (first === undefined || filled.length === 1) return filled;
  const columns = new Map<string, Field>();
  for (const { fields } of filled) {
    for (const field of fields) if (!columns.has(keyOf(field))) columns.set(keyOf(field), field);
  }
  const shared = [...columns.keys()].filter((key) =>
    filled.every(({ fields }) => fields.some((field) => keyOf(field) === key)),
  );
  const rows: Map<string, unknown>[] = [];
  const byShared = new Map<string, Map<string, unknown>[]>();
  for (const frame of filled) {
    for (let index = 0; index < rowCount(frame); index++) {
      const row = new Map(frame.fields.map((field) => [keyOf(field), field.values[index]]));
      const key = JSON.stringify(shared.map((name) => row.get(name) ?? null));
      const candidates = byShared.get(key) ?? [];
      const fitting = candidates.find((each) => fits(each, row));
      if (fitting === undefined) {
        rows.push(row);
        byShared.set(key, [...candidates, row]);
      } else {
        for (const [name, value] of row) if (value !== null && value !== undefined) fitting.set(name, value);
      }
    }
  }
  return [
    {
      refId: `merge-${filled.map(({ refId }) => refId).join('-')}`,
      fields: [...columns].map(([key, field]) =>
        withValues(
          field,
          rows.map((row) => row.get(key) ?? null),
        ),
      ),
    },
  ];
}

/** The name alone: what only some of the tables have for a label is a column of its own. */
function keyOf({ name, displayName }: Field): string {
  return displayName ?? name;
}

function fits(row: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  for (const [name, value] of other) {
    const own = row.get(name);
    if (own !== null && own !== undefined && value !== null && value !== undefined && own !== value)
      return false;
  }
  return true;
}
