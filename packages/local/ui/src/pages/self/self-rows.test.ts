import { describe, expect, it } from 'vitest';
import type { Self } from '../../api/stack.ts';
import { scrapeAdvice } from './scrape-advice.ts';
import { countsOf, sampleWays, selfRows } from './self-rows.ts';

const none = { stored: 0, duplicates: 0, outOfOrder: 0, tooOld: 0, tooNew: 0, refused: 0 };
const self: Self = {
  version: '1',
  startedAtMs: 0,
  received: {
    spans: { stored: 9, rejected: 2, tooOld: 1 },
    spanNumbers: { refused: 5, dropped: 0 },
    logLines: { stored: 2, tooOld: 1, tooNew: 1, refused: 1, cut: 1 },
    samples: {
      otlp: { ...none, stored: 7, refused: 3 },
      scrape: { ...none, stored: 1, refused: 1, outOfOrder: 4 },
    },
  },
  kept: {
    series: { series: 3, samples: 8, bytes: 100 },
    exemplars: 0,
    logs: { streams: 1, lines: 5, bytes: 50 },
    traces: { traces: 2, spans: 9, bytes: 70 },
  },
  evicted: { samples: 0, lines: 0, spans: 1 },
  residentBytes: 1,
};

describe('selfRows', () => {
  it('sums what came and tells each loss with where it came from', () => {
    const [spans, lines, samples] = selfRows(self);
    expect(spans).toMatchObject({ received: 12, kept: '9 in 2 traces' });
    expect(spans?.lost.map(({ count }) => count)).toEqual([2, 1, 5, 1]);
    expect(lines).toMatchObject({ received: 5 });
    expect(lines?.lost.map(({ why }) => why)).toEqual([
      'refused: they are older than what is kept',
      'refused: their time lies in the future',
      'refused: their streams were one too many',
      'cut: they were longer than 262,144 characters',
    ]);
    expect(samples?.lost.map(({ count, why }) => [count, why])).toEqual([
      [4, 'refused, from OTLP, scrapes: their series were one too many'],
      [4, 'out of order, from scrapes'],
    ]);
  });
});

describe('countsOf', () => {
  it('has a count for every row and every way', () => {
    expect(countsOf(self)).toEqual({
      spans: 12,
      logLines: 5,
      samples: 8,
      'samples otlp': 7,
      'samples scrape': 1,
    });
  });
});

describe('scrapeAdvice', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:9464', 'Nothing listens'],
    ['context deadline exceeded', 'too long'],
    ['server returned HTTP status 404 Not Found', 'no metrics page'],
    ['answered 500', 'failed on it'],
    ['line 3: expected a value', 'not the text format'],
    ['odd', 'curl'],
  ])('of %j says %j', (error, expected) => {
    expect(scrapeAdvice(error)).toContain(expected);
  });
});

describe('sampleWays', () => {
  it('are those by which any sample came, by their names', () => {
    const samples = { ...self.received.samples, rules: none, odd: { ...none, stored: 2 } };
    expect(sampleWays({ ...self, received: { ...self.received, samples } })).toEqual([
      { name: 'OTLP', key: 'samples otlp', stored: 7 },
      { name: 'scrapes', key: 'samples scrape', stored: 1 },
      { name: 'odd', key: 'samples odd', stored: 2 },
    ]);
  });
});

describe('scrapeAdvice of more errors', () => {
  it.each([
    ['getaddrinfo ENOTFOUND shop', 'not known here'],
    ['server returned HTTP status 401', 'credentials'],
  ])('of %j says %j', (error, expected) => expect(scrapeAdvice(error)).toContain(expected));
});
