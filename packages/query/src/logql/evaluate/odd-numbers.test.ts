import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from '../engine.ts';
import { createMemoryLogs } from '../memory-logs.ts';

const secondNs = 1_000_000_000n;

/** The answer at one time, of lines with these values, a stream for each list. */
async function answer(
  query: string,
  ...streams: readonly (readonly string[])[]
): Promise<readonly unknown[]> {
  const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
  for (const [at, values] of streams.entries()) {
    logs.push(
      { app: 'x', s: String(at) },
      values.map((value, place) => ({ timeNs: BigInt(place + 1) * secondNs, line: `v=${value}` })),
    );
  }
  const result = await createLogqlEngine({ source: logs }).instant(query, { timeNs: 60n * secondNs });
  if (result.type !== 'vector') throw new Error(`a ${result.type}`);
  return result.vector.map(({ value }) => value);
}

const over = (operation: string, parameter = ''): string =>
  `${operation}_over_time(${parameter}{app="x"} | logfmt | unwrap v [1m]) by (s)`;

describe('range aggregations of odd numbers', () => {
  it.each([
    ['avg', ['Inf', '1', 'Inf'], Infinity],
    ['avg', ['-Inf', '1'], -Infinity],
    ['avg', ['Inf', '-Inf'], Number.NaN],
    ['avg', ['1', 'Inf', 'NaN'], Number.NaN],
    ['max', ['NaN', '1', '-3'], 1],
    ['min', ['NaN', '1', '-Inf'], -Infinity],
    ['max', ['NaN', 'NaN'], Number.NaN],
    ['first', ['NaN', '1'], Number.NaN],
    ['last', ['1', '-0'], -0],
  ])('%s_over_time of %j is %s', async (operation, values, expected) => {
    expect(await answer(over(operation), values)).toEqual([expected]);
  });

  it.each([
    ['0.5', ['NaN', '1', '2'], 1],
    ['0', ['2', 'NaN', '1'], Number.NaN],
    ['1', ['NaN', 'NaN', '7'], 7],
    ['2', ['1', '2'], Infinity],
  ])('the quantile %s of %j is %s', async (share, values, expected) => {
    expect(await answer(over('quantile', `${share}, `), values)).toEqual([expected]);
  });

  it.each([
    [['5', '5', '5'], 0],
    // It begins below 0, so nothing tells when it was 0.
    [['-10', '0', '10'], (20 * (2 + 1 + 0.5)) / 2 / 60],
    [['7'], 0],
  ])('rate_counter of %j is %d', async (values, expected) => {
    const [rate] = await answer('rate_counter({app="x"} | logfmt | unwrap v [1m])', values);
    expect(rate).toBeCloseTo(expected, 10);
  });

  it('increases from where a counter cannot have been below 0', async () => {
    const [rate] = await answer('rate_counter({app="x"} | logfmt | unwrap v [1m])', ['1', '21', '41']);
    // It was 0 a twentieth of a second before the first line; at the end half the time between two lines is added.
    expect(rate).toBeCloseTo((40 * (2 + 0.05 + 0.5)) / 2 / 60, 10);
  });
});

describe('vector aggregations of odd numbers', () => {
  const each = over('max');

  it.each([
    ['avg', [['Inf'], ['1']], [Infinity]],
    ['avg', [['Inf'], ['-Inf']], [Number.NaN]],
    ['max', [['NaN'], ['1']], [1]],
    ['min', [['NaN'], ['1']], [1]],
    ['sort', [['2'], ['NaN'], ['1']], [1, 2, Number.NaN]],
    ['sort', [['NaN'], ['2'], ['NaN']], [2, Number.NaN, Number.NaN]],
    ['sort_desc', [['1'], ['NaN'], ['2']], [2, 1, Number.NaN]],
    ['sort_desc', [['NaN'], ['1'], ['NaN']], [1, Number.NaN, Number.NaN]],
    ['avg', [['Inf'], ['1'], ['Inf'], ['2']], [Infinity]],
  ])('%s of %j is %j', async (operation, streams, expected) => {
    expect(await answer(`${operation}(${each})`, ...streams)).toEqual(expected);
  });

  it.each([
    ['topk', '1', [2]],
    ['bottomk', '1', [1]],
    ['approx_topk', '2', [1, 2]],
  ])('%s(%s, …) leaves NaN out where there are numbers', async (operation, count, expected) => {
    expect(await answer(`${operation}(${count}, ${each})`, ['NaN'], ['1'], ['2'])).toEqual(expected);
  });
});
