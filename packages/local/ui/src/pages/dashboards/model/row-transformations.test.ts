import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import { calculateField, filterByValue, groupRows } from './row-transformations.ts';

const table: Frame = {
  refId: 'A',
  fields: [
    { name: 'Time', type: 'time', values: [1, 2, 3] },
    { name: 'job', type: 'string', values: ['x', 'Y', null] },
    { name: 'v', type: 'number', values: [3, 4, null] },
    { name: 'w', type: 'number', values: [1, 0, 2] },
  ],
};
const named = ([frame]: readonly Frame[]): Record<string, readonly unknown[]> =>
  Object.fromEntries((frame?.fields ?? []).map(({ name, values }) => [name, values]));

describe('groupRows', () => {
  it('counts in numbers, takes a missing key for a group of its own, and leaves out what has no role', () => {
    const fields = {
      job: { operation: 'groupby' },
      v: { operation: 'aggregate', aggregations: ['sum', 'count'] },
    };
    expect(named(groupRows([table], { fields }))).toEqual({
      job: ['x', 'Y', null],
      'v (sum)': [3, 4, null],
      'v (count)': [1, 1, 0],
    });
    expect(groupRows([table], { fields: {} })).toEqual([table]);
  });
});

describe('filterByValue', () => {
  const rows = (id: string, options: object, fieldName = 'v', more: object = {}): readonly unknown[] =>
    named(filterByValue([table], { filters: [{ fieldName, config: { id, options } }], ...more }))['Time'] ??
    [];

  it.each([
    ['greater', { value: 3 }, 'v', [2]],
    ['greaterOrEqual', { value: '3' }, 'v', [1, 2]],
    ['lower', { value: 4 }, 'v', [1, 3]],
    ['lowerOrEqual', { value: 4 }, 'v', [1, 2, 3]],
    ['greater', { value: 'x' }, 'v', []],
    ['equal', { value: 3 }, 'v', [1]],
    ['notEqual', { value: 3 }, 'v', [2, 3]],
    ['isNull', {}, 'v', [3]],
    ['isNotNull', {}, 'v', [1, 2]],
    ['range', { from: 0, to: 2 }, 'w', [1]],
    ['between', {}, 'w', [1, 2, 3]],
    ['regex', { value: '^x' }, 'job', [1]],
    ['regex', { value: '(' }, 'job', []],
    ['substring', { value: 'y' }, 'job', [2]],
    ['odd', {}, 'v', [1, 2, 3]],
    ['greater', { value: 3 }, 'nothing', [1, 2, 3]],
  ])('by %s of %j in %s keeps the rows %j', (id, options, name, expected) => {
    expect(rows(id, options, name)).toEqual(expected);
  });

  it('leaves rows out, and takes any of several tests, where it is told to', () => {
    expect(rows('greater', { value: 3 }, 'v', { type: 'exclude' })).toEqual([1, 3]);
    const filters = [
      { fieldName: 'v', config: { id: 'equal', options: { value: 4 } } },
      { fieldName: 'w', config: { id: 'equal', options: { value: 2 } } },
    ];
    expect(named(filterByValue([table], { filters, match: 'any' }))['Time']).toEqual([2, 3]);
    expect(named(filterByValue([table], { filters }))['Time']).toEqual([]);
  });
});

describe('calculateField', () => {
  const binary = (left: unknown, operator: string, right: unknown, more: object = {}) =>
    named(calculateField([table], { mode: 'binary', binary: { left, operator, right }, ...more }));

  it.each([
    ['+', [4, 4, null]],
    ['-', [2, 4, null]],
    ['*', [3, 0, null]],
    ['/', [3, null, null]],
    ['%', [0, null, null]],
    ['**', [3, 1, null]],
  ])('puts v %s w into a column', (operator, expected) => {
    expect(binary('v', operator, 'w')[`v ${operator} w`]).toEqual(expected);
  });

  it('takes the sides as Grafana 11 writes them, or as numbers, and gives the column its name', () => {
    const left = { matcher: { id: 'byName', options: 'w' } };
    const right = { fixed: '10' };
    expect(binary(left, '*', right, { alias: 'tenfold' })['tenfold']).toEqual([10, 0, 20]);
  });

  it.each([
    ['v', '?', 'w'],
    ['nothing', '+', 'w'],
    ['v', '+', 'nothing'],
  ])('leaves a table alone for %s %s %s', (left, operator, right) => {
    expect(Object.keys(binary(left, operator, right))).toEqual(['Time', 'job', 'v', 'w']);
  });

  it('calculates over each row, of all columns or those named, and keeps the times alone', () => {
    const whole = (reduce: object, more: object = {}) =>
      named(calculateField([table], { mode: 'reduceRow', reduce, ...more }));
    expect(whole({ reducer: 'sum' })['Total']).toEqual([4, 4, 2]);
    expect(whole({ reducer: 'max', include: ['w'] })['Max']).toEqual([1, 0, 2]);
    expect(whole({ reducer: 'odd' })['odd']).toEqual([null, null, null]);
    expect(Object.keys(whole({}, { replaceFields: true }))).toEqual(['Time', 'Total']);
  });
});
