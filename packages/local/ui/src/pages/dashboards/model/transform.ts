import type { Transformation } from './dashboard.ts';
import { type Field, type Frame, fieldName, rowCount } from './frame.ts';
import { joinFrames } from './join-frames.ts';
import { type JsonRecord, asList, asNumber, asRecord, asText, asTexts, valueText } from './json.ts';
import { mergeFrames } from './merge-frames.ts';
import { compareValues, reorderRows } from './order-rows.ts';
import { reduceFrames } from './reduce-frames.ts';
import { calculateField, filterByValue, groupRows } from './row-transformations.ts';
import { parseRegex } from './variables.ts';

type Transform = (frames: readonly Frame[], options: JsonRecord) => readonly Frame[];

const transforms: Readonly<Record<string, Transform>> = {
  merge: (frames) => mergeFrames(frames),
  organize: (frames, options) => frames.map((frame) => organize(frame, options, frames)),
  filterFieldsByName: filterFields,
  filterByRefId: (frames, options) => {
    const pattern = parseRegex(asText(options['include']));
    return pattern === undefined ? frames : frames.filter(({ refId }) => pattern.test(refId));
  },
  filterFrames: (frames) => frames,
  sortBy: sortRows,
  limit: (frames, options) => {
    const most = asNumber(options['limitField']) ?? 10;
    return frames.map((frame) => ({
      ...frame,
      fields: frame.fields.map((field) => ({ ...field, values: field.values.slice(0, most) })),
    }));
  },
  labelsToFields,
  joinByField: joinFrames,
  seriesToColumns: joinFrames,
  reduce: reduceFrames,
  seriesToRows,
  renameByRegex: (frames, options) => {
    const pattern = parseRegex(asText(options['regex']));
    if (pattern === undefined) return frames;
    const to = asText(options['renamePattern']);
    return eachField(frames, (field) => {
      const name = fieldName(field, frames);
      return pattern.test(name) ? { ...field, displayName: name.replace(pattern, to) } : field;
    });
  },
  groupBy: groupRows,
  filterByValue,
  calculateField,
  concatenate: (frames) =>
    frames.length < 2
      ? frames
      : [{ refId: frames[0]?.refId ?? '', fields: frames.flatMap(({ fields }) => fields) }],
  convertFieldType: (frames, options) => {
    const wanted = asList(options['conversions']).map(asRecord);
    return eachField(frames, (field) => {
      const to = wanted.find((each) => asText(each['targetField']) === fieldName(field, frames));
      return to === undefined ? field : convert(field, asText(to['destinationType']));
    });
  },
};

/**
 * Changes what the queries gave, one transformation after the other.
 *
 * @throws {Error} with the name of one that is not known
 */
export function transformFrames(
  frames: readonly Frame[],
  transformations: readonly Transformation[],
): readonly Frame[] {
  let result = frames;
  for (const { id, options } of transformations) {
    const transform = transforms[id];
    if (transform === undefined) throw new Error(`the transformation "${id}" is not known here`);
    if (result.length > 0) result = transform(result, options);
  }
  return result;
}

function eachField(frames: readonly Frame[], change: (field: Field) => Field): readonly Frame[] {
  return frames.map((frame) => ({ ...frame, fields: frame.fields.map(change) }));
}

function organize(frame: Frame, options: JsonRecord, all: readonly Frame[]): Frame {
  const excluded = asRecord(options['excludeByName']);
  const included = asRecord(options['includeByName']);
  const places = asRecord(options['indexByName']);
  const names = asRecord(options['renameByName']);
  const onlyIncluded = Object.values(included).some((each) => each === true);
  const named = frame.fields.map((field) => ({ field, name: fieldName(field, all) }));
  const kept = named.filter(
    ({ name }) => excluded[name] !== true && (!onlyIncluded || included[name] === true),
  );
  const placeOf = (name: string): number => asNumber(places[name]) ?? Infinity;
  return {
    ...frame,
    fields: kept
      .toSorted((one, other) => {
        const [a, b] = [placeOf(one.name), placeOf(other.name)];
        return a === b ? 0 : a - b;
      })
      .map(({ field, name }) => {
        const to = asText(names[name]);
        return to === '' ? field : renamed(field, to);
      }),
  };
}

function renamed(field: Field, displayName: string): Field {
  return { ...field, displayName };
}

function matches({ names, pattern }: JsonRecord, name: string): boolean {
  if (asTexts(names).includes(name)) return true;
  return pattern !== undefined && (parseRegex(asText(pattern))?.test(name) ?? false);
}

function filterFields(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const include = asRecord(options['include']);
  const exclude = asRecord(options['exclude']);
  const hasInclude = Object.keys(include).length > 0;
  return frames
    .map((frame) => ({
      ...frame,
      fields: frame.fields.filter((field) => {
        const name = fieldName(field, frames);
        return (!hasInclude || matches(include, name)) && !matches(exclude, name);
      }),
    }))
    .filter(({ fields }) => fields.length > 0);
}

function sortRows(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const sorts = asList(options['sort']).map(asRecord);
  return frames.map((frame) => {
    const keys = sorts.flatMap((sort) => {
      const field = frame.fields.find((each) => fieldName(each, frames) === asText(sort['field']));
      return field === undefined ? [] : [{ field, down: sort['desc'] === true }];
    });
    if (keys.length === 0) return frame;
    const order = Array.from({ length: rowCount(frame) }, (_, index) => index).toSorted((one, other) => {
      for (const { field, down } of keys) {
        const compared = compareValues(field.values[one], field.values[other], down);
        if (compared !== 0) return compared;
      }
      return one - other;
    });
    return reorderRows(frame, order);
  });
}

/** Labels become columns of the same value in every row, or a table of names and values. */
function labelsToFields(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const kept = asTexts(options['keepLabels']);
  const valueLabel = asText(options['valueLabel']);
  if (options['mode'] === 'rows') {
    return frames.flatMap((frame) =>
      frame.fields
        .filter(({ labels }) => labels !== undefined)
        .map((field) => {
          const pairs = Object.entries(field.labels ?? {});
          return {
            refId: frame.refId,
            name: fieldName(field, frames),
            fields: [
              { name: 'label', type: 'string' as const, values: pairs.map(([name]) => name) },
              { name: 'value', type: 'string' as const, values: pairs.map(([, value]) => value) },
            ],
          };
        }),
    );
  }
  return frames.map((frame) => {
    const rows = rowCount(frame);
    const columns = new Map<string, string>();
    const fields = frame.fields.map((field) => {
      const { labels, nameFromSource: _, ...rest } = field;
      for (const [name, value] of Object.entries(labels ?? {})) {
        if (name !== valueLabel && (kept.length === 0 || kept.includes(name))) columns.set(name, value);
      }
      const own = labels?.[valueLabel];
      return labels === undefined ? field : { ...rest, ...(own !== undefined && { displayName: own }) };
    });
    return {
      ...frame,
      fields: [
        ...fields,
        ...[...columns].map(([name, value]) => ({
          name,
          type: 'string' as const,
          values: Array.from({ length: rows }, () => value),
        })),
      ],
    };
  });
}

/** One row a point of every series, the newest first. */
function seriesToRows(frames: readonly Frame[]): readonly Frame[] {
  const rows = frames.flatMap((frame) => {
    const times = frame.fields.find(({ type }) => type === 'time');
    return frame.fields
      .filter((field) => field !== times && field.type === 'number')
      .flatMap((field) =>
        field.values.map((value, index) => ({
          time: times?.values[index],
          name: fieldName(field, frames),
          value,
        })),
      );
  });
  const sorted = rows.toSorted((one, other) => Number(other.time) - Number(one.time));
  return [
    {
      refId: frames[0]?.refId ?? '',
      fields: [
        { name: 'Time', type: 'time', values: sorted.map(({ time }) => time) },
        { name: 'Metric', type: 'string', values: sorted.map(({ name }) => name) },
        { name: 'Value', type: 'number', values: sorted.map(({ value }) => value) },
      ],
    },
  ];
}

function convert(field: Field, to: string): Field {
  if (to === 'number')
    return { ...field, type: 'number', values: field.values.map((each) => asNumber(each) ?? null) };
  if (to === 'string')
    return {
      ...field,
      type: 'string',
      values: field.values.map((each) => (each === null ? null : valueText(each))),
    };
  if (to === 'time') {
    const values = field.values.map((each) =>
      typeof each === 'number' ? each : Date.parse(valueText(each)),
    );
    return { ...field, type: 'time', values };
  }
  return field;
}
