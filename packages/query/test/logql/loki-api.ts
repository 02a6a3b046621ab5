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

/** Pushes data to a Loki. */
export async function pushToLoki(url: string, data: readonly DataStream[]): Promise<void> {
  const streams = data.map(({ labels, entries }) => ({
    stream: labels,
    values: entries.map(({ timeNs, line, metadata = {} }) => [String(timeNs), line, metadata]),
  }));
  const response = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams }),
  });
  if (!response.ok) throw new Error(`push: ${response.status} ${await response.text()}`);
}

/** Asks a Loki as `ownAnswer` asks our engine. */
export async function lokiAnswer(url: string, query: string, ask: Ask): Promise<Answer> {
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
  const response = await fetch(`${url}/loki/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
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
