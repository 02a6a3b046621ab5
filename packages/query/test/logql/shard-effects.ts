import type { Answer } from './answers.ts';

/**
 * Whether two answers are the same, save what comes of Loki's splitting a query into shards, which it does or not by its
 * settings: of several errors any may be the first, and labels without a value are gone where a stage drops labels.
 */
export function sameButForShards(query: string, own: Answer, real: Answer): boolean {
  const first = JSON.stringify(comparable(query, own));
  if (first === JSON.stringify(comparable(query, real))) return true;
  return isPipelineError(own) && isPipelineError(real);
}

function isPipelineError(answer: Answer): boolean {
  return 'error' in answer && answer.error.startsWith('pipeline error');
}

function comparable(query: string, answer: Answer): Answer {
  if ('error' in answer || answer.type === 'streams' || !/\| *(?:keep|drop|label_format)/.test(query))
    return answer;
  const series = answer.series
    .map(([labels, values]) => [withoutEmpty(labels), values] as const)
    .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  return { ...answer, series };
}

function withoutEmpty(labels: string): string {
  if (labels === '') return labels;
  const pairs = JSON.parse(labels) as readonly (readonly [string, string])[];
  return JSON.stringify(pairs.filter(([, value]) => value !== ''));
}
