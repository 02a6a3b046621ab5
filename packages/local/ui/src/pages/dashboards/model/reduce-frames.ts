import { type Field, type Frame, fieldName } from './frame.ts';
import { type JsonRecord, asTexts } from './json.ts';
import { calculationOf, reduceValues } from './reduce.ts';

/** A row a series with its calculations; or, by `reduceFields`, each column as one value. */
export function reduceFrames(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const given = asTexts(options['reducers']);
  const reducers = given.length === 0 ? ['lastNotNull'] : given;
  if (options['mode'] === 'reduceFields') {
    return frames.map((frame) => ({
      ...frame,
      fields: frame.fields
        .filter(({ type }) => type !== 'time')
        .flatMap((field) =>
          reducers.map((reducer) => ({ ...field, values: [reduceValues(reducer, field.values)] })),
        ),
    }));
  }
  const series = frames.flatMap(({ fields }) =>
    fields
      .filter(({ type }) => type === 'number')
      .map((field) => ({ field, name: fieldName(field, frames) })),
  );
  const labelNames =
    options['labelsToFields'] === true
      ? [...new Set(series.flatMap(({ field }) => Object.keys(field.labels ?? {})))]
      : [];
  return [
    {
      refId: `reduce-${frames.map(({ refId }) => refId).join('-')}`,
      fields: [
        {
          name: 'Field',
          type: 'string',
          values: series.map(({ field, name }) => (labelNames.length > 0 ? field.name : name)),
        },
        ...labelNames.map((name): Field => ({
          name,
          type: 'string',
          values: series.map(({ field }) => field.labels?.[name] ?? null),
        })),
        ...reducers.map((reducer): Field => ({
          name: calculationOf(reducer)?.name ?? reducer,
          type: 'number',
          values: series.map(({ field }) => reduceValues(reducer, field.values)),
        })),
      ],
    },
  ];
}
