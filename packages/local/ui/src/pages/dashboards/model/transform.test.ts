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
});
