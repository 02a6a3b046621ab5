import { describe, expect, it } from 'vitest';
import { formatLogql, parseLogql } from '../../src/logql/index.ts';
import { QueryError } from '../../src/query-error.ts';
import { errorCases } from './error-cases.ts';
import { logCases } from './log-cases.ts';
import { metricCases } from './metric-cases.ts';

function parsed(query: string): ReturnType<typeof parseLogql> | undefined {
  try {
    return parseLogql(query);
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

/** A query without where its parts stand in the text. */
function meaning(query: unknown): string {
  return JSON.stringify(query, (key, value: unknown) =>
    key === 'position' || key === 'at' ? undefined : value,
  );
}

const queries = [...logCases, ...metricCases, ...errorCases].filter((query) => parsed(query) !== undefined);
/** So long that each part stands on a line of its own. */
const padding = `padding!="${'x'.repeat(100)}", `;

/** What means another thing, or does not parse, once it is written anew. */
function changed(all: readonly string[]): readonly string[] {
  return all.filter((query) => {
    const first = parseLogql(query);
    const again = parsed(formatLogql(first));
    return again === undefined || meaning(again) !== meaning(first);
  });
}

describe('formatLogql', () => {
  // As Loki writes them, which looks for several texts in the same way.
  const alternatives = ['{app=~".+"} != "error" or "slow"', '{app="broken"} !~ "a" or "e"'];

  it('writes every query that is written down so that it means the same', () => {
    expect(changed(queries)).toEqual(alternatives);
    expect(formatLogql(parseLogql('{app="x"} != "a" or "b"'))).toBe('{app="x"} != "a" != "b"');
  });

  it('puts each filter of lines on a line of its own when they are too long together', () => {
    const [one, other] = ['a'.repeat(60), 'b'.repeat(60)];
    expect(formatLogql(parseLogql(`{app="x"} |= "${one}" !~ "${other}" | json`))).toBe(
      ['{app="x"}', `  |= "${one}"`, `  !~ "${other}"`, '  | json'].join('\n'),
    );
  });

  it('writes an offset down to nanoseconds', () => {
    expect(formatLogql(parseLogql('rate({app="x"}[1m] offset 7ns)'))).toBe('rate({app="x"}[1m] offset 7ns)');
  });

  it('does so on many lines as well, but for what Loki itself leaves out there', () => {
    const long = queries.map((query) => query.replaceAll(/(?<!\{)\{(?=\w+ *[=!])/g, `{${padding}`));
    expect(changed(long).map((query) => query.replaceAll(padding, ''))).toEqual([
      ...alternatives,
      // An empty grouping.
      'min_over_time({app="shop"} | json | unwrap latency [2m]) by ()',
      'stddev_over_time({app="shop"} | json | unwrap status [3m]) by ()',
      // The parentheses of an operation within another.
      '2 * (1 + sum(count_over_time({app="shop"}[1m])))',
      '(sum by (kind) (count_over_time({app=~".+"}[5m])) - 5) ^ 0.5',
      '1 ^ (sum(count_over_time({app=~".+"}[5m])) / 0)',
    ]);
  });
});
