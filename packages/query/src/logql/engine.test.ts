import { describe, expect, it } from 'vitest';
import { QueryError } from '../query-error.ts';
import { logqlResultToJson } from './api-json.ts';
import { createLogqlEngine } from './engine.ts';
import type { LogEntry, LogSource } from './log-source.ts';
import { createMemoryLogs } from './memory-logs.ts';
import type { LogqlResult } from './result.ts';

const secondNs = 1_000_000_000n;

function logsOf(
  count: number,
  line: (at: number) => string,
  labels: Record<string, string> = { app: 'a' },
): ReturnType<typeof createMemoryLogs> {
  const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
  logs.push(
    labels,
    Array.from({ length: count }, (_value, at) => ({ timeNs: BigInt(at) * secondNs, line: line(at) })),
  );
  return logs;
}

function linesOf(result: LogqlResult): readonly string[] {
  return result.type === 'streams'
    ? result.streams.flatMap(({ entries }) => entries.map(({ line }) => line))
    : [];
}

async function errorOf(promise: Promise<unknown>): Promise<QueryError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof QueryError) return error;
  throw new Error('no QueryError', { cause: error });
}

const all = { startNs: 0n, endNs: 1000n * secondNs };

describe('createLogqlEngine', () => {
  it('gives the newest lines first, up to the limit', async () => {
    const engine = createLogqlEngine({ source: logsOf(10, String) });
    expect(linesOf(await engine.range('{app="a"}', { ...all, limit: 3 }))).toEqual(['9', '8', '7']);
    expect(linesOf(await engine.range('{app="a"}', { ...all, limit: 3, direction: 'forward' }))).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  it.each([
    'sum by (constructor) (count_over_time({app="a"}[10s]))',
    'sum by (app) (label_replace(rate({app="a"}[10s]), "made", "$1", "constructor", "(.+)"))',
    'sum by (app) (rate({app="a"}[10s])) * on (app) group_left (constructor) sum by (app) (rate({app="a"}[10s]))',
  ])('takes no label from what every object has: %s', async (query) => {
    const result = await createLogqlEngine({ source: logsOf(10, String) }).instant(query, {
      timeNs: 9n * secondNs,
    });
    const [series] = result.type === 'vector' ? result.vector : [];
    expect(series).toBeDefined();
    expect(Object.keys(series?.labels ?? {}).filter((name) => name !== 'app')).toEqual([]);
  });

  it('leaves out lines that are too near to the one before', async () => {
    const engine = createLogqlEngine({ source: logsOf(10, String) });
    const range = { ...all, direction: 'forward', intervalNs: 4n * secondNs } as const;
    expect(linesOf(await engine.range('{app="a"}', range))).toEqual(['0', '4', '8']);
  });

  it('takes a pattern of addresses that is none in a filter that is part of another, and nothing passes it', async () => {
    const engine = createLogqlEngine({ source: logsOf(2, (at) => `ip=10.0.0.${at}`) });
    const lines = async (filter: string) =>
      linesOf(await engine.range(`{app="a"} | logfmt | ${filter}`, all));
    expect(await lines('ip=ip("10.0.0.1") or ip!=ip("none")')).toEqual(['ip=10.0.0.1']);
    expect(await lines('ip!=ip("none"), app="a"')).toEqual([]);
    expect((await errorOf(lines('ip=ip("none")'))).message).toContain('ip: invalid pattern: "none"');
  });

  it.each(['0B', '0b', '0b1', '0b2', '0B1'])('refuses %s with the words of Loki', async (number) => {
    const engine = createLogqlEngine({ source: logsOf(1, String) });
    const error = await errorOf(engine.range(`{app="a"} | n >= ${number}`, all));
    expect(error.message).toBe('parse error at line 1, col 18: decimal literal has no digits');
  });

  it('finds nothing in what a template found to be nothing', async () => {
    const engine = createLogqlEngine({ source: logsOf(1, String) });
    const query = '{app="a"} | line_format `{{ range (fromJson "{").tags }}x{{ else }}none{{ end }}`';
    expect(linesOf(await engine.range(query, all))).toEqual(['none']);
  });

  it('merges streams by time', async () => {
    const logs = logsOf(3, (at) => `a${at}`);
    logs.push({ app: 'b' }, [{ timeNs: secondNs + 1n, line: 'b' }]);
    const engine = createLogqlEngine({ source: logs });
    const result = await engine.range('{app=~".+"} | keep x', { ...all, direction: 'forward' });
    expect(linesOf(result)).toEqual(['a0', 'a1', 'b', 'a2']);
  });

  it('tells metadata and parsed labels apart when asked', async () => {
    const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
    logs.push({ app: 'a' }, [{ timeNs: 1n, line: 'level=info', metadata: { trace_id: 't' } }]);
    const engine = createLogqlEngine({ source: logs });
    const result = await engine.range('{app="a"} | logfmt', { ...all, categorizeLabels: true });
    expect(logqlResultToJson(result)).toEqual({
      resultType: 'streams',
      result: [
        {
          stream: { app: 'a' },
          values: [['1', 'level=info', { structuredMetadata: { trace_id: 't' }, parsed: { level: 'info' } }]],
        },
      ],
    });
  });

  it('answers in the form of the API', async () => {
    const engine = createLogqlEngine({ source: logsOf(4, String) });
    expect(
      logqlResultToJson(await engine.instant('count_over_time({app="a"}[1h])', { timeNs: 10n * secondNs })),
    ).toEqual({
      resultType: 'vector',
      result: [{ metric: { app: 'a' }, value: [10, '4'] }],
    });
    const range = await engine.range('sum(count_over_time({app="a"}[1s]))', {
      startNs: 0n,
      endNs: 2n * secondNs,
      stepNs: secondNs,
    });
    expect(logqlResultToJson(range)).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '1'],
            [1, '1'],
            [2, '1'],
          ],
        },
      ],
    });
  });

  it('reads each line once, however many steps there are', async () => {
    let read = 0;
    const source: LogSource = {
      *select(selection) {
        const entries: LogEntry[] = Array.from({ length: 1000 }, (_value, at) => ({
          timeNs: BigInt(at) * secondNs,
          line: 'x',
          metadata: {},
        }));
        yield {
          labels: { app: 'a' },
          batches: [
            entries.filter(({ timeNs }) => timeNs >= selection.fromNs && timeNs < selection.toNs),
          ].map((batch) => {
            read += batch.length;
            return batch;
          }),
        };
      },
    };
    const engine = createLogqlEngine({ source });
    const result = await engine.range('rate({app="a"}[5m])', {
      startNs: 300n * secondNs,
      endNs: 999n * secondNs,
      stepNs: secondNs,
    });
    expect(result.type === 'matrix' && result.matrix[0]?.values.every((value) => value === 1)).toBe(true);
    expect(read).toBe(1000);
  });

  it('reads a source whose batches come later', async () => {
    async function* batches(): AsyncIterable<readonly LogEntry[]> {
      for (let at = 0; at < 5; at += 1) {
        // oxlint-disable-next-line no-await-in-loop -- as a source does
        await Promise.resolve();
        yield at === 2 ? [] : [{ timeNs: BigInt(at) * secondNs, line: `${at}`, metadata: {} }];
      }
    }
    const source: LogSource = {
      async *select() {
        yield { labels: { app: 'a' }, batches: batches() };
        yield { labels: { app: 'b' }, batches: [[{ timeNs: 1n, line: 'b', metadata: {} }]] };
      },
    };
    const engine = createLogqlEngine({ source });
    const result = await engine.range('{app=~".+"} | keep x', { ...all, direction: 'forward' });
    expect(linesOf(result)).toEqual(['0', 'b', '1', '3', '4']);
  });

  it('works through as many operators as a query may have', async () => {
    const engine = createLogqlEngine({ source: logsOf(3, () => '{"a":"x"}') });
    const filters = Array.from({ length: 5000 }, (_value, at) => (at === 4999 ? 'a="x"' : `a="${at}"`)).join(
      ' or ',
    );
    expect(linesOf(await engine.range(`{app="a"} | json | ${filters}`, all))).toHaveLength(3);
    const sum = Array.from({ length: 1001 }, () => 'vector(1)').join(' + ');
    expect(await engine.instant(sum, { timeNs: 0n })).toMatchObject({ vector: [{ value: 1001 }] });
  });

  it('tells of an error of the source as one of the query', async () => {
    const source: LogSource = {
      select() {
        throw new Error('the disk is gone');
      },
    };
    const error = await errorOf(createLogqlEngine({ source }).range('{app="a"}', all));
    expect(error).toMatchObject({ class: 'execution', message: 'the disk is gone' });
  });

  it('refuses an instant query of lines', async () => {
    const engine = createLogqlEngine({ source: createMemoryLogs() });
    expect((await errorOf(engine.instant('{app="a"}', { timeNs: 1n }))).message).toMatch(
      /^log queries are not supported as an instant/,
    );
  });

  it.each([
    ['maxBytes', { maxBytes: 100 }, 'sum(rate({app="a"} |= "n" [1h]))'],
    ['maxSamples', { maxSamples: 10 }, 'sum_over_time({app="a"} | logfmt | unwrap n [1h])'],
    ['maxSeries', { maxSeries: 5 }, 'count_over_time({app="a"} | logfmt [1h])'],
  ])('ends a query that would take more than %s', async (_name, limits, query) => {
    const engine = createLogqlEngine({ source: logsOf(100, (at) => `n=${at}`), limits });
    expect((await errorOf(engine.instant(query, { timeNs: 100n * secondNs }))).class).toBe('limit');
  });

  it('refuses more steps than allowed', async () => {
    const engine = createLogqlEngine({ source: createMemoryLogs() });
    const error = await errorOf(
      engine.range('vector(1)', { startNs: 0n, endNs: 20_000n * secondNs, stepNs: secondNs }),
    );
    expect(error).toMatchObject({
      class: 'bad_data',
      message: expect.stringMatching(/^exceeded maximum resolution of 11,000 points/) as string,
    });
  });

  it('ends a query that is over its time', async () => {
    const engine = createLogqlEngine({
      source: logsOf(50_000, (at) => `{"a":{"b":${at}}}`),
      limits: { timeoutMs: 5 },
    });
    const query = `{app="a"} ${'| json | drop a_b '.repeat(50)} |= "nothing like this"`;
    expect((await errorOf(engine.range(query, { startNs: 0n, endNs: 100_000n * secondNs }))).class).toBe(
      'timeout',
    );
  });

  it('ends a query that nobody waits for, and tells the source', async () => {
    const controller = new AbortController();
    let told: AbortSignal | undefined;
    const source: LogSource = {
      *select(_selection, signal) {
        told = signal;
        controller.abort();
        yield {
          labels: { app: 'a' },
          batches: [Array.from({ length: 5000 }, () => ({ timeNs: 1n, line: 'x', metadata: {} }))],
        };
      },
    };
    const engine = createLogqlEngine({ source });
    expect(
      (await errorOf(engine.range('{app="a"} |= "y"', { ...all, signal: controller.signal }))).class,
    ).toBe('canceled');
    expect(told?.aborted).toBe(true);
  });

  it.each([
    ['JSON nested 20,000 deep', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000), '| json'],
    ['brackets that never close', '{"a":[' + '['.repeat(100_000), '| json'],
    ['escaped quotes without end', `{"a":"${'\\"'.repeat(60_000)}`, '| json a="a"'],
    ['a regular expression that others backtrack on', 'a'.repeat(50_000), '| regexp "(?P<x>(a+)+b)"'],
    [
      'a pattern with many places',
      'x '.repeat(20_000),
      `| pattern "${Array.from({ length: 50 }, (_v, at) => `<a${at}>x`).join('')}"`,
    ],
    [
      'a template that goes round',
      'x',
      '| line_format "{{ define \\"t\\" }}{{ template \\"t\\" }}{{ end }}{{ template \\"t\\" }}"',
    ],
    ['a template that grows', 'x', '| line_format "{{ repeat 999999 \\"aaaaaaaaaa\\" }}"'],
  ])(
    'ends in a moment on %s',
    async (_what, line, stages) => {
      const engine = createLogqlEngine({ source: logsOf(3, () => line), limits: { timeoutMs: 50_000 } });
      const result = await engine.range(`{app="a"} ${stages}`, all);
      expect(linesOf(result)).toHaveLength(3);
    },
    60_000,
  );
});
