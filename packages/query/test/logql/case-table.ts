import type { Ask } from './answers.ts';
import { errorCases } from './error-cases.ts';
import { logCases } from './log-cases.ts';
import { metricCases } from './metric-cases.ts';

/** Every query with the ways it is asked, by the key that its expected answer has. */
export const caseTable: readonly (readonly [key: string, query: string, ask: Ask])[] = [
  ...logCases.map((query) => [`lines ${query}`, query, 'lines'] as const),
  ...logCases.slice(0, 10).map((query) => [`lines-forward ${query}`, query, 'lines-forward'] as const),
  ...metricCases.flatMap((query) => [
    [`instant ${query}`, query, 'instant'] as const,
    [`range ${query}`, query, 'range'] as const,
  ]),
  ...errorCases.map((query) => [`range ${query}`, query, 'range'] as const),
];

/** Seed and size of the data that the expected answers are about. */
export const expectedData = { seed: 3, perStream: 7 } as const;
