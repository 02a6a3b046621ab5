import { describe, expect, it } from 'vitest';
import { type Field, type Frame, fieldName } from './frame.ts';
import { transformFrames } from './transform.ts';

const field = (name: string, values: readonly unknown[], labels?: Record<string, string>): Field => ({
  name,
  type: name === 'Time' ? 'time' : typeof values[0] === 'string' ? 'string' : 'number',
  values,
  ...(labels !== undefined && { labels }),
});
const frame = (refId: string, ...fields: Field[]): Frame => ({ refId, fields });
const series = (labels: Record<string, string>, values: readonly number[]): Frame =>
  frame('A', field('Time', [1, 2]), field('Value', values, labels));

/** Each table as its columns by their names. */
function columns(frames: readonly Frame[]): readonly Record<string, readonly unknown[]>[] {
  return frames.map((each) =>
    Object.fromEntries(each.fields.map((own) => [fieldName(own, frames), own.values])),
  );
}
const run = (
  id: string,
  options: object,
  frames: readonly Frame[],
): readonly Record<string, readonly unknown[]>[] =>
  columns(transformFrames(frames, [{ id, options: options as Record<string, unknown> }]));

const A = frame('A', field('Time', [1, 1]), field('job', ['a', 'b']), field('Value #A', [10, 20]));
const B = frame('B', field('Time', [1, 1]), field('job', ['b', 'c']), field('Value #B', [5, null]));
const rows = frame('A', field('job', ['x', 'x', 'y']), field('v', [3, 4, 5]));

/* All results are those of transformDataFrame of @grafana/data 13.2.3. */
describe('transformFrames', () => {
  it('merges rows that agree in what they share', () => {
    expect(run('merge', {}, [A, B])).toEqual([
      { Time: [1, 1, 1], job: ['a', 'b', 'c'], 'Value #A': [10, 20, null], 'Value #B': [null, 5, null] },
    ]);
  });

  it('filters, orders, renames and sorts a table, with what is not there last', () => {
    const result = transformFrames(
      [A, B],
      [
        { id: 'merge', options: {} },
        { id: 'filterFieldsByName', options: { include: { names: ['job', 'Value #A', 'Value #B'] } } },
        {
          id: 'organize',
          options: {
            renameByName: { job: 'Service', 'Value #A': 'E' },
            indexByName: { 'Value #A': 0, job: 1 },
          },
        },
        { id: 'sortBy', options: { sort: [{ field: 'E', desc: true }] } },
      ],
    );
    expect(result[0]?.fields.map((each) => fieldName(each))).toEqual(['E', 'Service', 'Value #B']);
    expect(columns(result)).toEqual([
      { E: [20, 10, null], Service: ['b', 'a', 'c'], 'Value #B': [5, null, null] },
    ]);
  });

  it.each([
    [
      'labelsToFields',
      { mode: 'columns' },
      [series({ job: 'a' }, [1, 2])],
      [{ Time: [1, 2], Value: [1, 2], job: ['a', 'a'] }],
    ],
    ['labelsToFields', { mode: 'rows' }, [series({ job: 'a' }, [1, 2])], [{ label: ['job'], value: ['a'] }]],
    [
      'joinByField',
      { byField: 'Time', mode: 'outer' },
      [series({ job: 'a' }, [1, 2]), series({ job: 'b' }, [3, 4])],
      [{ Time: [1, 2], a: [1, 2], b: [3, 4] }],
    ],
    [
      'reduce',
      { reducers: ['max', 'lastNotNull'] },
      [series({ job: 'a' }, [1, 2]), series({ job: 'b' }, [3, 4])],
      [{ Field: ['a', 'b'], Max: [2, 4], 'Last *': [2, 4] }],
    ],
    [
      'reduce',
      { mode: 'reduceFields', reducers: ['max'] },
      [series({ job: 'a' }, [1, 2]), series({ job: 'b' }, [3, 4])],
      [{ a: [2] }, { b: [4] }],
    ],
    [
      'seriesToRows',
      {},
      [series({ job: 'a' }, [1, 2]), series({ job: 'b' }, [3, 4])],
      [{ Time: [2, 2, 1, 1], Metric: ['a', 'b', 'a', 'b'], Value: [2, 4, 1, 3] }],
    ],
    [
      'calculateField',
      { mode: 'binary', binary: { left: 'a', operator: '+', right: 'b' }, alias: 'sum' },
      [frame('A', field('a', [1, 2]), field('b', [3, 4]))],
      [{ a: [1, 2], b: [3, 4], sum: [4, 6] }],
    ],
    [
      'groupBy',
      {
        fields: {
          job: { operation: 'groupby' },
          v: { operation: 'aggregate', aggregations: ['sum', 'max'] },
        },
      },
      [rows],
      [{ job: ['x', 'y'], 'v (sum)': [7, 5], 'v (max)': [4, 5] }],
    ],
    [
      'filterByValue',
      {
        filters: [{ fieldName: 'v', config: { id: 'greater', options: { value: 3 } } }],
        type: 'include',
        match: 'all',
      },
      [rows],
      [{ job: ['x', 'y'], v: [4, 5] }],
    ],
    ['limit', { limitField: 1 }, [rows], [{ job: ['x'], v: [3] }]],
    [
      'renameByRegex',
      { regex: '(.*) #(.)', renamePattern: '$2-$1' },
      [A],
      [{ Time: [1, 1], job: ['a', 'b'], 'A-Value': [10, 20] }],
    ],
    ['filterByRefId', { include: 'B' }, [A, B], [{ Time: [1, 1], job: ['b', 'c'], 'Value #B': [5, null] }]],
  ])('does %s with %j', (id, options, frames, expected) => {
    expect(run(id, options, frames)).toEqual(expected);
  });

  it('names the one that it does not know', () => {
    expect(() => run('heatmapOfDreams', {}, [rows])).toThrow(/"heatmapOfDreams" is not known/);
  });

  it.each([
    ['filterByRefId', { include: 'B' }, [A, B], [B]],
    ['filterByRefId', { include: '(' }, [A, B], [A, B]],
    ['filterFrames', {}, [A], [A]],
    ['concatenate', {}, [A], [A]],
    ['renameByRegex', { regex: '(' }, [A], [A]],
    ['sortBy', { sort: [{ field: 'nothing' }] }, [A], [A]],
    ['joinByField', { byField: 'nothing' }, [A, B], [A, B]],
  ])('by %s of %j leaves what it does not speak of', (id, options, given, expected) => {
    expect(transformFrames(given, [{ id, options }])).toEqual(expected);
  });

  it('says which one it does not know', () => {
    const odd = [{ id: 'odd', options: {} }];
    expect(() => transformFrames([], odd)).toThrow('the transformation "odd" is not known here');
  });

  it('puts tables side by side, and cuts them after as many rows as it is told', () => {
    expect(run('concatenate', {}, [A, B])).toMatchObject([{ 'Value #A': [10, 20], 'Value #B': [5, null] }]);
    expect(run('limit', { limitField: 1 }, [A])).toMatchObject([{ job: ['a'] }]);
    expect(run('limit', {}, [A])).toMatchObject([{ job: ['a', 'b'] }]);
  });

  it.each([
    ['number', ['4', 'x', null], [4, null, null]],
    ['string', [4, null, true], ['4', null, 'true']],
    ['time', ['2026-11-26T00:00:00Z', 5], [1_795_651_200_000, 5]],
    ['odd', ['a'], ['a']],
  ])('converts a column into %s', (destinationType, values, expected) => {
    const options = { conversions: [{ targetField: 'v', destinationType }] };
    expect(run('convertFieldType', options, [frame('A', field('v', values))])).toEqual([{ v: expected }]);
    expect(run('convertFieldType', { conversions: [] }, [A])[0]).toHaveProperty('job');
  });

  it('takes columns by an expression, and all where nothing is named', () => {
    expect(run('filterFieldsByName', { include: { pattern: '^job$' } }, [A])).toEqual([{ job: ['a', 'b'] }]);
    expect(run('filterFieldsByName', { include: { pattern: '(' } }, [A])).toEqual([]);
    expect(run('filterFieldsByName', { exclude: { names: ['job', 'Time'] } }, [A])).toEqual([
      { 'Value #A': [10, 20] },
    ]);
  });

  it('takes the columns that are included alone, and leaves a name where none is given', () => {
    const options = { includeByName: { job: true }, renameByName: { job: '' } };
    expect(run('organize', options, [A])).toEqual([{ job: ['a', 'b'] }]);
  });

  it('sorts by a second column where the first is the same, and keeps the order else', () => {
    const sort = [{ field: 'job' }, { field: 'v', desc: true }];
    expect(run('sortBy', { sort }, [rows])).toEqual([{ job: ['x', 'x', 'y'], v: [4, 3, 5] }]);
    expect(run('sortBy', { sort: [{ field: 'job' }] }, [rows])).toEqual([
      { job: ['x', 'x', 'y'], v: [3, 4, 5] },
    ]);
  });

  it('makes labels into a table of names and values, or into the columns that are wanted', () => {
    const one = series({ job: 'a', zone: 'z' }, [1, 2]);
    expect(run('labelsToFields', { mode: 'rows' }, [one])).toEqual([
      { label: ['job', 'zone'], value: ['a', 'z'] },
    ]);
    expect(run('labelsToFields', { keepLabels: ['zone'], valueLabel: 'job' }, [one])).toMatchObject([
      { a: [1, 2], zone: ['z', 'z'] },
    ]);
  });

  it('makes a row of each point of each series, the newest first', () => {
    const bare = frame('B', field('Value', [7]));
    expect(run('seriesToRows', {}, [series({ job: 'a' }, [1, 2]), bare])).toMatchObject([
      { Metric: expect.arrayContaining(['Value']), Value: expect.arrayContaining([1, 2, 7]) },
    ]);
  });

  it('reduces to the last value by itself, each column alone where it is told so', () => {
    expect(run('reduce', {}, [series({ job: 'a' }, [1, 2])])).toMatchObject([{ 'Last *': [2] }]);
    expect(run('reduce', { mode: 'reduceFields', reducers: ['max'] }, [rows])).toEqual([
      { job: [null], v: [5] },
    ]);
    expect(
      run('reduce', { labelsToFields: true, reducers: ['odd'] }, [
        series({ job: 'a' }, [1]),
        frame('B', field('Value', [1])),
      ]),
    ).toEqual([{ Field: ['Value', 'Value'], job: ['a', null], odd: [null, null] }]);
  });

  it('joins by a column, of which inner keeps what all have', () => {
    const options = { byField: 'job', mode: 'inner' };
    expect(run('joinByField', options, [A, B])).toMatchObject([
      { job: ['b'], 'Value #A': [20], 'Value #B': [5] },
    ]);
    expect(
      run('joinByField', {}, [
        series({ job: 'a' }, [1, 2]),
        frame('B', field('Time', [2, 3]), field('w', [8])),
      ]),
    ).toMatchObject([{ Time: [1, 2, 3], w: [null, 8, null] }]);
  });
});
