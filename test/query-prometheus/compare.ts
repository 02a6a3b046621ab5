import { type PromqlEngine, promqlValueToJson, type JsonPromqlValue } from '@sightline/query/promql';
import { QueryError } from '@sightline/query';
import type { TestQuery } from './generate.ts';

/** An answer as the API of Prometheus gives it. */
export type Answer =
  | {
      readonly status: 'success';
      readonly data: JsonPromqlValue;
      readonly warnings?: readonly string[];
      readonly infos?: readonly string[];
    }
  | { readonly status: 'error'; readonly errorType: string; readonly error: string };

export async function askPrometheus(
  url: string,
  { query, startMs, endMs, stepMs }: TestQuery,
): Promise<Answer> {
  const times =
    stepMs === 0
      ? { time: seconds(startMs) }
      : { start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
  const response = await fetch(`${url}/api/v1/${stepMs === 0 ? 'query' : 'query_range'}`, {
    method: 'POST',
    body: new URLSearchParams({ query, ...times }),
  });
  return (await response.json()) as Answer;
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

/** The same of our engine; its classes of errors are those of the API but for one name. */
export async function askEngine(
  engine: PromqlEngine,
  { query, startMs, endMs, stepMs }: TestQuery,
): Promise<Answer> {
  try {
    const value =
      stepMs === 0
        ? await engine.instant(query, { timeMs: startMs })
        : await engine.range(query, { startMs, endMs, stepMs });
    return { status: 'success', data: promqlValueToJson(value), ...value.annotations };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { status: 'error', errorType: error.class, error: error.message };
  }
}

const toleranceRatio = 1e-12;

function sameNumber(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= toleranceRatio * Math.max(Math.abs(a), Math.abs(b));
}

/** The first difference of two answers; undefined without one. */
export function difference(theirs: Answer, ours: Answer): string | undefined {
  if (theirs.status === 'error' || ours.status === 'error') {
    const [a, b] = [theirs, ours].map((answer) => (answer.status === 'error' ? answer.errorType : 'success'));
    if (a === b) return undefined;
    const texts = [theirs, ours].map((answer) => (answer.status === 'error' ? answer.error : 'a result'));
    return `${texts[0]} is not ${texts[1]}`;
  }
  const [a, b] = [flat(theirs.data), flat(ours.data)];
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined) return `${key} is missing, ${value}`;
    if (!sameText(value, other)) return `${key}: ${value} is not ${other}`;
    b.delete(key);
  }
  const [extra] = b;
  return extra === undefined ? undefined : `${extra[0]} is too much, ${extra[1]}`;
}

/** Texts with the same words and nearly the same numbers. */
function sameText(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [left, right].map((text) => text.split(/[\s,"[\]{}:]+/));
  return a?.length === b?.length && (a ?? []).every((word, at) => sameNumber(word, b?.[at] ?? ''));
}

/** A series in an answer, whatever the type of the result. */
interface JsonSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: JsonSample;
  readonly histogram?: JsonSample;
  readonly values?: readonly JsonSample[];
  readonly histograms?: readonly JsonSample[];
}

type JsonSample = readonly [seconds: number, value: unknown];

/** Each sample by its series and its time. */
function flat(data: JsonPromqlValue): Map<string, string> {
  const samples = new Map<string, string>();
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    samples.set(data.resultType, data.result[1]);
    return samples;
  }
  for (const {
    metric,
    value,
    histogram,
    values = [],
    histograms = [],
  } of data.result as readonly JsonSeries[]) {
    const name = JSON.stringify(
      Object.entries(metric).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    );
    for (const sample of [value, histogram, ...values, ...histograms]) {
      if (sample !== undefined) samples.set(`${name} @${sample[0]}`, textOf(sample[1]));
    }
  }
  return samples;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
