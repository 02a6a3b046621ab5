import { setTimeout as delay } from 'node:timers/promises';
import { askedTimes, comparableError, labelsText, numberText } from './answers.ts';
import type { Answer, Ask } from './answers.ts';
import type { DataStream } from './log-data.ts';

interface LokiAnswer {
  readonly data: {
    readonly resultType: 'streams' | 'vector' | 'matrix' | 'scalar';
    readonly result: readonly unknown[];
  };
}

type Labels = Readonly<Record<string, string>>;
type Pair = readonly [number, string];

/** A Loki, and the tenant whose lines are asked for. */
export interface LokiTarget {
  readonly url: string;
  readonly tenant: string;
}

/** Pushes data to a Loki, and has it write them to its store: what is that old it does not look for in memory. */
export async function pushToLoki({ url, tenant }: LokiTarget, data: readonly DataStream[]): Promise<void> {
  const streams = data.map(({ labels, entries }) => ({
    stream: labels,
    values: entries.map(({ timeNs, line, metadata = {} }) => [String(timeNs), line, metadata]),
  }));
  const response = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-scope-orgid': tenant },
    body: JSON.stringify({ streams }),
  });
  if (!response.ok) throw new Error(`push: ${response.status} ${await response.text()}`);
  await fetch(`${url}/flush`, { method: 'POST' });
}

/** Waits until all lines are in the store. */
export async function waitForLines(target: LokiTarget, count: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    const answer = await lokiAnswer(target, '{service_name=~".+"}', 'lines');
    const lines =
      'streams' in answer ? answer.streams.reduce((sum, [, entries]) => sum + entries.length, 0) : 0;
    if (lines >= count) return;
    // oxlint-disable-next-line no-await-in-loop -- it writes once a while
    await delay(100);
  }
  throw new Error(`Loki does not have all ${count} lines`);
}

/** Asks for a page of the API. */
export async function lokiGet(
  { url, tenant }: LokiTarget,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> {
  const query = new URLSearchParams(parameters).toString();
  return fetch(`${url}/loki/api/v1/${path}?${query}`, { headers: { 'x-scope-orgid': tenant } });
}

/** Asks a Loki as `ownAnswer` asks our engine. */
export async function lokiAnswer(target: LokiTarget, query: string, ask: Ask): Promise<Answer> {
  const { startNs, endNs, stepNs, instantNs } = askedTimes;
  const parameters: Record<string, string> =
    ask === 'instant'
      ? { query, time: String(instantNs) }
      : {
          query,
          start: String(startNs),
          end: String(endNs),
          step: `${stepNs / 1_000_000_000n}`,
          limit: '5000',
          direction: ask === 'lines-forward' ? 'forward' : 'backward',
        };
  const path = ask === 'instant' ? 'query' : 'query_range';
  const response = await lokiGet(target, path, parameters);
  const text = await response.text();
  if (!response.ok) return { error: comparableError(text) };
  return fromLoki((JSON.parse(text) as LokiAnswer).data);
}

function fromLoki({ resultType, result }: LokiAnswer['data']): Answer {
  switch (resultType) {
    case 'streams': {
      const streams = (
        result as readonly { stream: Labels; values: readonly (readonly [string, string])[] }[]
      ).map(({ stream, values }): [string, (readonly [string, string])[]] => [
        labelsText(stream),
        values.map(([ns, line]) => [ns, line]),
      ]);
      return { type: 'streams', streams: byLabels(streams) };
    }
    case 'scalar': {
      // Its time is in a unit of its own.
      const [, value] = result as unknown as Pair;
      return { type: 'scalar', series: [['', [[0, numberText(lokiNumber(value))]]]] };
    }
    default: {
      const series = (result as readonly { metric: Labels; value?: Pair; values?: readonly Pair[] }[]).map(
        ({ metric, value, values = value === undefined ? [] : [value] }): [string, [number, string][]] => [
          labelsText(metric),
          values.map(([time, text]) => [Math.round(time * 1000), numberText(lokiNumber(text))]),
        ],
      );
      return { type: resultType, series: byLabels(series) };
    }
  }
}

function lokiNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function byLabels<Row extends readonly [string, unknown]>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
