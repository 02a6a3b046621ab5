import { type Field, type Frame, fieldName, rowCount, withValues } from './frame.ts';
import { type JsonRecord, asList, asNumber, asRecord, asText, asTexts, valueText } from './json.ts';
import { reorderRows } from './order-rows.ts';
import { calculationOf, reduceValues } from './reduce.ts';
import { parseRegex } from './variables.ts';

/** One row a group, with calculations over the other columns: `v (sum)`. */
export function groupRows(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const wanted = asRecord(options['fields']);
  const roleOf = (field: Field): JsonRecord => asRecord(wanted[fieldName(field, frames)]);
  return frames.map((frame) => {
    const keys = frame.fields.filter((field) => roleOf(field)['operation'] === 'groupby');
    if (keys.length === 0) return frame;
    const groups = Map.groupBy(
      Array.from({ length: rowCount(frame) }, (_, index) => index),
      (row) => JSON.stringify(keys.map(({ values }) => values[row] ?? null)),
    );
    const rows = [...groups.values()];
    return {
      ...frame,
      fields: [
        ...keys.map((field) =>
          withValues(
            field,
            rows.map(([row]) => field.values[row ?? 0]),
          ),
        ),
        ...frame.fields.flatMap((field) =>
          roleOf(field)['operation'] === 'aggregate'
            ? asTexts(roleOf(field)['aggregations']).map((id): Field => ({
                name: `${fieldName(field, frames)} (${id})`,
                type: /count/i.test(id) ? 'number' : field.type,
                values: rows.map((group) =>
                  reduceValues(
                    id,
                    group.map((row) => field.values[row]),
                  ),
                ),
              }))
            : [],
        ),
      ],
    };
  });
}

type Test = (value: unknown) => boolean;

function testOf(config: JsonRecord): Test {
  const options = asRecord(config['options']);
  const wanted = options['value'];
  const bound = asNumber(wanted) ?? Number.NaN;
  switch (asText(config['id'])) {
    case 'greater':
      return (value) => Number(value) > bound;
    case 'greaterOrEqual':
      return (value) => Number(value) >= bound;
    case 'lower':
      return (value) => Number(value) < bound;
    case 'lowerOrEqual':
      return (value) => Number(value) <= bound;
    case 'equal':
      return (value) => valueText(value) === asText(wanted);
    case 'notEqual':
      return (value) => valueText(value) !== asText(wanted);
    case 'isNull':
      return (value) => value === null || value === undefined;
    case 'isNotNull':
      return (value) => value !== null && value !== undefined;
    case 'range':
    case 'between':
      return (value) =>
        Number(value) > (asNumber(options['from']) ?? -Infinity) &&
        Number(value) < (asNumber(options['to']) ?? Infinity);
    case 'regex': {
      const pattern = parseRegex(asText(wanted));
      return (value) => pattern?.test(valueText(value)) ?? false;
    }
    case 'substring':
      return (value) => valueText(value).toLowerCase().includes(asText(wanted).toLowerCase());
    default:
      return () => true;
  }
}

/** Keeps, or leaves out, the rows whose values pass the tests. */
export function filterByValue(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const tests = asList(options['filters']).map((each) => ({
    name: asText(asRecord(each)['fieldName']),
    test: testOf(asRecord(asRecord(each)['config'])),
  }));
  const isAny = options['match'] === 'any';
  const isExclude = options['type'] === 'exclude';
  return frames.map((frame) => {
    const own = tests.flatMap(({ name, test }) => {
      const field = frame.fields.find((each) => fieldName(each, frames) === name);
      return field === undefined ? [] : [(row: number): boolean => test(field.values[row])];
    });
    if (own.length === 0) return frame;
    const rows = Array.from({ length: rowCount(frame) }, (_, index) => index).filter((row) => {
      const passed = isAny ? own.some((test) => test(row)) : own.every((test) => test(row));
      return passed !== isExclude;
    });
    return reorderRows(frame, rows);
  });
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '**': (left, right) => left ** right,
};

/** A further column out of others: two with an operator, or a calculation over each row. */
export function calculateField(frames: readonly Frame[], options: JsonRecord): readonly Frame[] {
  const alias = asText(options['alias']);
  return frames.map((frame) => {
    const made =
      options['mode'] === 'binary'
        ? binaryField(frame, asRecord(options['binary']), frames)
        : rowField(frame, asRecord(options['reduce']), frames);
    if (made === undefined) return frame;
    const field = alias === '' ? made : { ...made, name: alias, displayName: alias };
    const kept =
      options['replaceFields'] === true ? frame.fields.filter(({ type }) => type === 'time') : frame.fields;
    return { ...frame, fields: [...kept, field] };
  });
}

function binaryField(
  frame: Frame,
  { left, right, operator }: JsonRecord,
  frames: readonly Frame[],
): Field | undefined {
  const apply = OPERATORS[asText(operator, '+')];
  const side = (value: unknown): { readonly name: string; at(row: number): number } | undefined => {
    const record = asRecord(value);
    const text =
      typeof value === 'object'
        ? asText(asRecord(record['matcher'])['options'], asText(record['fixed']))
        : asText(value);
    const field = frame.fields.find((each) => fieldName(each, frames) === text);
    if (field !== undefined) return { name: text, at: (row) => Number(field.values[row] ?? Number.NaN) };
    const fixed = asNumber(text);
    return fixed === undefined ? undefined : { name: text, at: () => fixed };
  };
  const [one, other] = [side(left), side(right)];
  if (apply === undefined || one === undefined || other === undefined) return undefined;
  return {
    name: `${one.name} ${asText(operator, '+')} ${other.name}`,
    type: 'number',
    values: Array.from({ length: rowCount(frame) }, (_, row) => {
      const value = apply(one.at(row), other.at(row));
      return Number.isFinite(value) ? value : null;
    }),
  };
}

function rowField(frame: Frame, { reducer, include }: JsonRecord, frames: readonly Frame[]): Field {
  const id = asText(reducer, 'sum');
  const names = asTexts(include);
  const fields = frame.fields.filter(
    (field) => field.type === 'number' && (names.length === 0 || names.includes(fieldName(field, frames))),
  );
  return {
    name: calculationOf(id)?.name ?? id,
    type: 'number',
    values: Array.from({ length: rowCount(frame) }, (_, row) =>
      reduceValues(
        id,
        fields.map(({ values }) => values[row] ?? null),
      ),
    ),
  };
}
