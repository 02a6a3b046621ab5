import { QueryError } from '../../src/query-error.ts';
import { createLogqlEngine, createMemoryLogs } from '../../src/logql/index.ts';
import type { LogqlEngine, LogqlResult, MemoryLogs } from '../../src/logql/index.ts';
import { dataEndNs, dataStartNs } from './log-data.ts';
import type { DataStream } from './log-data.ts';

/** What a query came to, in a form that Loki's answers have too. */
export type Answer =
  | { readonly error: string }
  | {
      readonly type: 'streams';
      readonly streams: readonly (readonly [
        labels: string,
        lines: readonly (readonly [ns: string, line: string])[],
      ])[];
    }
  | {
      readonly type: 'vector' | 'matrix' | 'scalar';
      readonly series: readonly (readonly [
        labels: string,
        values: readonly (readonly [ms: number, value: string])[],
      ])[];
    };

/** How a query is asked. */
export type Ask = 'lines' | 'lines-forward' | 'instant' | 'range';

export const askedTimes = {
  startNs: dataStartNs,
  endNs: dataEndNs,
  stepNs: 60_000_000_000n,
  instantNs: dataEndNs,
} as const;

export function memoryOf(data: readonly DataStream[]): MemoryLogs {
  const logs = createMemoryLogs();
  for (const { labels, entries } of data) logs.push(labels, entries);
  return logs;
}

export function engineOf(data: readonly DataStream[]): LogqlEngine {
  return createLogqlEngine({ source: memoryOf(data) });
}

/** Asks our own engine. */
export async function ownAnswer(engine: LogqlEngine, query: string, ask: Ask): Promise<Answer> {
  const { startNs, endNs, stepNs, instantNs } = askedTimes;
  try {
    if (ask === 'instant') return fromResult(await engine.instant(query, { timeNs: instantNs }));
    const direction = ask === 'lines-forward' ? 'forward' : 'backward';
    return fromResult(await engine.range(query, { startNs, endNs, stepNs, limit: 5000, direction }));
  } catch (error) {
    if (error instanceof QueryError) return { error: comparableError(error.message) };
    throw error;
  }
}

function fromResult(result: LogqlResult): Answer {
  switch (result.type) {
    case 'streams': {
      const streams = result.streams.map(({ labels, entries }): [string, [string, string][]] => [
        labelsText(labels),
        entries.map(({ timeNs, line }) => [String(timeNs), line]),
      ]);
      return { type: 'streams', streams: sorted(streams) };
    }
    case 'vector': {
      const series = result.vector.map(({ labels, timeMs, value }): [string, [number, string][]] => [
        labelsText(labels),
        [[timeMs, numberText(value)]],
      ]);
      return { type: 'vector', series: sorted(series) };
    }
    case 'matrix': {
      const series = result.matrix.map(({ labels, timesMs, values }): [string, [number, string][]] => [
        labelsText(labels),
        Array.from(timesMs, (timeMs, at): [number, string] => [timeMs, numberText(values[at] ?? Number.NaN)]),
      ]);
      return { type: 'matrix', series: sorted(series) };
    }
    default: {
      return { type: 'scalar', series: [['', [[0, numberText(result.value)]]]] };
    }
  }
}

export function labelsText(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function sorted<Row extends readonly [string, unknown]>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

/** Numbers with 12 digits: sums differ in the last ones with the order of the samples. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  return String(Number(value.toPrecision(12)));
}

/** Which of the lines with an error is met first is chance. */
export function comparableError(message: string): string {
  return message.replace(/ for series: [\s\S]*/, '').trimEnd();
}
