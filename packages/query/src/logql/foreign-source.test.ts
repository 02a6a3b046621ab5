import { describe, expect, it } from 'vitest';
import { logqlResultToJson } from './api-json.ts';
import { createLogqlEngine } from './engine.ts';
import { createLogLists } from './lists/log-lists.ts';
import type { LogEntry, LogIndex, LogSource, LogStream } from './log-source.ts';

const secondNs = 1_000_000_000n;
const range = { startNs: 0n, endNs: 10_000n * secondNs, stepNs: 100n * secondNs };

const entryAt = (second: number, line: string, metadata: LogEntry['metadata'] = {}): LogEntry => ({
  timeNs: BigInt(second) * secondNs,
  line,
  metadata,
});

function sourceOf(...streams: readonly LogStream[]): LogIndex {
  return { select: () => streams, series: () => streams.map(({ labels }) => labels) };
}

async function* later(...batches: readonly (readonly LogEntry[])[]): AsyncIterable<readonly LogEntry[]> {
  for (const batch of batches) {
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    await Promise.resolve();
    yield batch;
  }
}

const engineOf = (source: LogSource, limits: object = {}) => createLogqlEngine({ source, limits });

async function linesOf(source: LogSource, query: string): Promise<readonly string[]> {
  const result = await engineOf(source).range(query, { ...range, direction: 'forward' });
  return result.type === 'streams'
    ? result.streams.flatMap(({ entries }) => entries.map(({ line }) => line))
    : [];
}

describe('createLogqlEngine over a source of another kind', () => {
  it.each([
    ['an error', new Error('the disk is gone')],
    ['a text', 'the disk is gone'],
  ])('ends with an error of its own when the source throws %s', async (_, thrown) => {
    const source: LogSource = {
      select() {
        throw thrown;
      },
    };
    await expect(engineOf(source).range('{app="x"}', range)).rejects.toMatchObject({
      name: 'QueryError',
      class: 'execution',
      message: 'the disk is gone',
    });
  });

  it.each([
    ['at once', (): Iterable<readonly LogEntry[]> => [[], [entryAt(1, 'a')], [], [], [entryAt(2, 'b')], []]],
    ['later', () => later([], [entryAt(1, 'a')], [], [], [entryAt(2, 'b')], [])],
  ])('passes over batches without lines that come %s', async (_, batches) => {
    expect(await linesOf(sourceOf({ labels: { app: 'x' }, batches: batches() }), '{app="x"}')).toEqual([
      'a',
      'b',
    ]);
  });

  it('takes a label without a value for none', async () => {
    const source = (): LogSource => sourceOf({ labels: { app: 'x', n: '' }, batches: [[entryAt(1, 'a')]] });
    expect(await linesOf(source(), '{app="x"} | n > 0')).toEqual([]);
    expect(await linesOf(source(), '{app="x"} | n=""')).toEqual(['a']);
  });

  it('reads metadata with the name of an error as the error that it tells of', async () => {
    const failed = entryAt(1, 'a', { __error__: 'Broken', __error_details__: 'since noon' });
    const source = (): LogSource => sourceOf({ labels: { app: 'x' }, batches: [[failed, entryAt(2, 'b')]] });
    expect(await linesOf(source(), '{app="x"} | __error__="Broken"')).toEqual(['a']);
    expect(await engineOf(source()).range('{app="x"} | __error__!=""', range)).toMatchObject({
      streams: [{ labels: { app: 'x', __error__: 'Broken', __error_details__: 'since noon' } }],
    });
    expect(await linesOf(source(), '{app="x"} | __error__=""')).toEqual(['b']);
    await expect(
      engineOf(source()).instant('rate({app="x"}[1h])', { timeNs: 5n * secondNs }),
    ).rejects.toThrow("pipeline error: 'Broken'");
  });

  it.each([
    ['sum by (app) (count_over_time({app="x"}[1h]))', { app: 'x' }],
    ['sum without (app) (count_over_time({app="x"}[1h]))', { zone: 'eu' }],
    ['count_over_time({app="x"}[1h])', { app: 'x', zone: 'eu' }],
  ])('groups lines that have nothing but the labels of their stream: %s', async (query, labels) => {
    const source = sourceOf({
      labels: { app: 'x', zone: 'eu' },
      batches: [[entryAt(1, 'a'), entryAt(2, 'b')]],
    });
    expect(await engineOf(source).instant(query, { timeNs: 5n * secondNs })).toEqual({
      type: 'vector',
      vector: [{ labels, timeMs: 5000, value: 2 }],
    });
  });

  it('counts on when thousands of lines have left the window', async () => {
    const entries = Array.from({ length: 5000 }, (_, at) => entryAt(at, `v=${at}`));
    const source = (): LogSource => sourceOf({ labels: { app: 'x' }, batches: [entries] });
    const ask = { startNs: 100n * secondNs, endNs: 4900n * secondNs, stepNs: 50n * secondNs };
    const counts = await engineOf(source()).range('count_over_time({app="x"}[100s])', ask);
    const newest = await engineOf(source()).range(
      'max_over_time({app="x"} | logfmt | unwrap v [100s]) by (app)',
      ask,
    );
    const valuesOf = (result: typeof counts): readonly number[] =>
      result.type === 'matrix' ? [...(result.matrix[0]?.values ?? [])] : [];
    expect(new Set(valuesOf(counts))).toEqual(new Set([100]));
    expect(valuesOf(newest)).toEqual(Array.from({ length: 97 }, (_, step) => 100 + step * 50));
  });

  it('ends a query whose steps have more series together than one of them may have', async () => {
    const entries = Array.from({ length: 10 }, (_, at) => entryAt(at * 100, `n=${at}`));
    const source = sourceOf({ labels: { app: 'x' }, batches: [entries] });
    const query = 'sum by (n) (count_over_time({app="x"} | logfmt [100s]))';
    await expect(engineOf(source, { maxSeries: 3 }).range(query, range)).rejects.toMatchObject({
      class: 'limit',
    });
  });

  it('writes a line for the API with its time and its text alone where labels are not told apart', async () => {
    const source = sourceOf({ labels: { app: 'x' }, batches: [[entryAt(1, 'a', { id: '7' })]] });
    expect(logqlResultToJson(await engineOf(source).range('{app="x"}', range))).toEqual({
      resultType: 'streams',
      result: [{ stream: { app: 'x', id: '7' }, values: [['1000000000', 'a']] }],
    });
  });
});

describe('createLogLists over a source of another kind', () => {
  it('waits for lines that come later', async () => {
    const source = sourceOf(
      { labels: { app: 'x' }, batches: later([entryAt(1, 'abc')], [entryAt(2, 'de')]) },
      { labels: { other: 'y' }, batches: [[entryAt(3, 'f')]] },
    );
    expect(await createLogLists(source).stats('{}', range)).toEqual({ streams: 2, entries: 3, bytes: 6 });
    expect(createLogLists(source).labelValues('app', range)).toEqual(['x']);
  });
});
