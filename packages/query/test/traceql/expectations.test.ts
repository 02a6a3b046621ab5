/* oxlint-disable no-await-in-loop -- one question after the other */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ourGenerated, ours, summary } from './answers.ts';
import { generated, questions } from './queries.ts';
import { requestOrder } from './request-order.ts';
import { sample, sampleBaseSeconds, sampleSpans } from './sample.ts';

/** What a real Tempo answered; `test/query-tempo.test.ts` asks one again, and renews the file when it is told to. */
const expected = JSON.parse(readFileSync(new URL('expectations.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;

describe('TraceQL, as Tempo 3.1 answered it', () => {
  const spans = requestOrder(sampleSpans({ ...sample, baseSeconds: sampleBaseSeconds }));
  const answer = ours(spans, sampleBaseSeconds);

  it('answers every question that is written down the same', { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const [kind, query] of questions) {
      const own = summary(await answer(kind, query));
      const theirs = expected[`${kind}: ${query}`];
      if (own !== theirs) wrong.push(`${kind}: ${query}\n  ${theirs}\n  ${own}`);
    }
    expect(wrong).toEqual([]);
  });

  it('makes the same span metrics and service graph of spans', () => {
    expect(summary(ourGenerated(spans))).toBe(expected[generated]);
  });
});
