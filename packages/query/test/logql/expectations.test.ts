import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineOf, ownAnswer } from './answers.ts';
import { caseTable, expectedData } from './case-table.ts';
import { readAnswers, unpackAnswer } from './expectations.ts';
import { logData } from './log-data.ts';

/** What a real Loki answered; `test/query-loki.test.ts` asks one again, and renews the file when it is told to. */
const expected = readAnswers(readFileSync(new URL('expectations.jsonl', import.meta.url), 'utf8'));

const engine = engineOf(logData(expectedData.seed, expectedData.perStream));

describe('createLogqlEngine', () => {
  it('has an expected answer for each case', () => {
    expect(caseTable.filter(([key]) => expected.answers[key] === undefined)).toEqual([]);
  });

  it.each(caseTable)('answers as Loki did: %s', async (key, query, ask) => {
    const answer = expected.answers[key];
    if (answer === undefined) throw new Error(`no answer is expected for ${key}`);
    expect(await ownAnswer(engine, query, ask)).toEqual(unpackAnswer(expected, answer));
  });
});
