import type { Answer } from './answers.ts';

/**
 * Whether two answers are the same, save what comes of Loki's splitting a query into shards, which it does or not by its
 * settings: of several errors any may be the first, and labels without a value are gone where a stage drops labels. The
 * place in an error of a template is not compared.
 */
export function isSameAnswer(query: string, own: Answer, real: Answer): boolean {
  const first = withoutPlaces(JSON.stringify(comparable(query, own)));
  if (first === withoutPlaces(JSON.stringify(comparable(query, real)))) return true;
  return isExecutionError(own) && isExecutionError(real);
}

/** Of an error of a template, the part of an action that it names may be another one. */
function withoutPlaces(text: string): string {
  return text.replaceAll(/template: \w+:\d+:\d+: executing [^<]*at <.*?>: /g, 'template: ');
}

function isExecutionError(answer: Answer): boolean {
  return 'error' in answer && !answer.error.startsWith('parse error');
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
