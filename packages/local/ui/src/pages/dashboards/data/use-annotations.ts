import { useMemo } from 'preact/hooks';
import type { GraphMark } from '../../../parts/chart/graph-series.ts';
import { timeRange, rangeText } from '../../../state/time-range.ts';
import { useQuery } from '../../../state/use-query.ts';
import type { Annotation } from '../model/dashboard.ts';
import { interpolateQuery } from '../model/fill-query.ts';
import type { Scope } from '../model/interpolate.ts';
import { asText } from '../model/json.ts';
import { askAnnotation } from './ask-annotation.ts';

const NONE: readonly GraphMark[] = [];

/** What happened in the time of the page, by the annotations of the dashboard that are switched on. */
export function useAnnotations(
  annotations: readonly Annotation[],
  scope: Scope | undefined,
): { readonly marks: readonly GraphMark[]; readonly error: Error | undefined } {
  const asked = annotations.flatMap((annotation) => {
    const expr = scope === undefined ? '' : interpolateQuery(asText(annotation.raw['expr']), scope, 'regex');
    return annotation.enabled && expr !== '' ? [{ annotation, expr }] : [];
  });
  const { from, to } = rangeText.value;
  const key = asked.length === 0 ? undefined : JSON.stringify([asked.map(({ expr }) => expr), from, to]);
  const { data, error } = useQuery(key, async (signal) => {
    const { startMs, endMs } = timeRange.peek();
    const found = await Promise.all(asked.map((each) => askAnnotation(each, { startMs, endMs }, signal)));
    return found.flat();
  });
  const text = JSON.stringify(data ?? NONE);
  // The same again draws nothing anew.
  const marks = useMemo(() => JSON.parse(text) as readonly GraphMark[], [text]);
  return { marks, error };
}
