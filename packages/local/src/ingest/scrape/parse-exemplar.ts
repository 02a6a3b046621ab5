import type { Labels } from '@sightline/query';
import { parseLabels } from './parse-series.ts';

export interface ParsedExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Since 1970 [ms], where one is given. */
  readonly timeMs: number | undefined;
}

/** `{trace_id="…"} 0.07 1790000000.123`; undefined when it is none: a page is not refused for an exemplar. */
export function parseExemplar(text: string): ParsedExemplar | undefined {
  const brace = text.lastIndexOf('}');
  const labels = parseLabels(text.slice(text.indexOf('{'), brace + 1));
  const [value, time] = text
    .slice(brace + 1)
    .trim()
    .split(/\s+/)
    .map(Number);
  if (labels === undefined || value === undefined || Number.isNaN(value)) return undefined;
  return {
    labels,
    value,
    timeMs: time === undefined || Number.isNaN(time) ? undefined : Math.trunc(time * 1000),
  };
}
