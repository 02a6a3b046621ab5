import { createHash } from 'node:crypto';
import { QueryError } from '../../src/query-error.ts';
import { type PromqlEngine, promqlValueToJson } from '../../src/promql/index.ts';
import { LENGTH_MS, START_MS } from './data.ts';

/** When a query of the corpus is asked [ms]: the last of the steps, for which it is asked at once too. */
export const endMs = START_MS + LENGTH_MS - 310_000;
const stepMs = 190_000;
const startMs = endMs - 5 * stepMs;

/** An answer, one line a sample, in an order of its own; an error is one line. */
export type Lines = readonly string[];

type JsonSample = readonly [seconds: number, value: unknown];

interface JsonSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: JsonSample;
  readonly histogram?: JsonSample;
  readonly values?: readonly JsonSample[];
  readonly histograms?: readonly JsonSample[];
}

async function answer(
  ask: () => ReturnType<PromqlEngine['range']> | ReturnType<PromqlEngine['instant']>,
): Promise<Lines> {
  try {
    const value = await ask();
    const data = promqlValueToJson(value);
    const { warnings, infos } = value.annotations;
    return [
      ...samplesOf(data),
      ...warnings.map((text) => `warning: ${text}`),
      ...infos.map((text) => `info: ${text}`),
    ];
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return [`error: ${error.class}: ${error.message}`];
  }
}

function samplesOf({ resultType, result }: ReturnType<typeof promqlValueToJson>): Lines {
  if (resultType === 'scalar' || resultType === 'string') return [line(resultType, result)];
  return (result as readonly JsonSeries[])
    .flatMap(({ metric, value, histogram, values = [], histograms = [] }) => {
      const name = JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      return [value, histogram, ...values, ...histograms].flatMap((sample) =>
        sample === undefined ? [] : [line(name, sample)],
      );
    })
    .toSorted();
}

function line(name: string, [seconds, value]: JsonSample): string {
  return `${name} @${seconds} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** The same at one time and at six of them. */
export async function corpusAnswers(
  engine: PromqlEngine,
  query: string,
): Promise<{ instant: Lines; range: Lines }> {
  return {
    instant: await answer(() => engine.instant(query, { timeMs: endMs })),
    range: await answer(() => engine.range(query, { startMs, endMs, stepMs })),
  };
}

/** The samples of a range query at its last step, as the instant query has them. */
export function atTheEnd(range: Lines): Lines {
  return range.filter((each) => each.includes(` @${endMs / 1000} `)).map(rounded);
}

/** A short form: an error as it is, else how many samples there are and a digest. */
export function summary(lines: Lines): string {
  const [first = ''] = lines;
  if (first.startsWith('error: ')) return first;
  const digest = createHash('sha256').update(lines.map(rounded).join('\n')).digest('hex').slice(0, 10);
  return `${lines.length} ${digest}`;
}

/**
 * A line with its numbers in ten digits. They are multiplied by what no sum of decimals ends after, so that none lies just
 * between two roundings.
 */
export function rounded(text: string): string {
  const [head = '', ...rest] = text.split(/(?= @)/);
  const values = rest
    .join('')
    .replaceAll(/(?<![\w.@])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g, (number) =>
      (Number(number) * Math.PI).toPrecision(10),
    );
  return head + values;
}
