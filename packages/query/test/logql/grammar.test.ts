import { parser } from '@grafana/lezer-logql';
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../src/query-error.ts';
import { parseLogql } from '../../src/logql/index.ts';
import { createRandom } from './log-data.ts';
import { logCases } from './log-cases.ts';
import { metricCases } from './metric-cases.ts';
import { generateLogQuery, generateMetricQuery } from './query-generator.ts';

/** Whether Grafana's grammar, the one of its editor, takes a query. */
function fitsGrammar(query: string): boolean {
  let fits = true;
  parser.parse(query).iterate({
    enter(node) {
      fits &&= !node.type.isError;
    },
  });
  return fits;
}

function parses(query: string): boolean {
  try {
    parseLogql(query);
    return true;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}

/** What Loki takes and the grammar does not. */
const unknownToGrammar: readonly (readonly [what: string, query: string])[] = [
  ['an offset behind stages with unwrap', 'sum_over_time({a="b"} | json | unwrap c [5m] offset 1m)'],
  ['label filters with nothing between them', '{a="b"} | c="d" e!="f"'],
  ['functions in capitals', 'RATE({a="b"}[5m])'],
  ['names with letters of other scripts', '{größe="b"}'],
];

describe('parseLogql', () => {
  it('takes every query that the grammar of the editor takes', () => {
    const random = createRandom(5);
    const queries = [
      ...logCases,
      ...metricCases,
      ...Array.from({ length: 500 }, () => generateLogQuery(random)),
      ...Array.from({ length: 500 }, () => generateMetricQuery(random)),
    ];
    expect(queries.filter((query) => fitsGrammar(query) && !parses(query))).toEqual([]);
  });

  it.each(unknownToGrammar)('takes %s, as Loki does, though the grammar does not', (_what, query) => {
    expect([fitsGrammar(query), parses(query)]).toEqual([false, true]);
  });
});
