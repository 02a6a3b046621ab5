import { type Frame, fieldName, withValues } from './frame.ts';
import { type JsonRecord, asText } from './json.ts';
import { compareValues } from './order-rows.ts';

/** One table by a column that all have, usually the time: `outer` keeps every value of it, `inner` those that all have. */
export function joinFrames(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const wanted = asText(options['byField']);
  const isInner = options['mode'] === 'inner';
  const joinable = frames.flatMap((frame) => {
    const by = frame.fields.find((field) =>
      wanted === '' ? field.type === 'time' : fieldName(field, frames) === wanted || field.name === wanted,
    );
    return by === undefined ? [] : [{ frame, by }];
  });
  const [first] = joinable;
  if (first === undefined) return frames;
  const keys = [...new Set(joinable.flatMap(({ by }) => by.values))].filter(
    (key) => !isInner || joinable.every(({ by }) => by.values.includes(key)),
  );
  const sorted = first.by.type === 'string' ? keys : keys.toSorted((one, other) => compareValues(one, other));
  const columns = joinable.flatMap(({ frame, by }) => {
    const rowOf = new Map(by.values.map((value, index) => [value, index]));
    return frame.fields
      .filter((field) => field !== by)
      .map((field) =>
        withValues(
          field,
          sorted.map((key) => {
            const row = rowOf.get(key);
            return row === undefined ? null : (field.values[row] ?? null);
          }),
        ),
      );
  });
  return [
    {
      refId: `joinByField-${joinable.map(({ frame }) => frame.refId).join('-')}`,
      fields: [{ ...first.by, values: sorted }, ...columns],
    },
  ];
}
