import { queryLogs } from '../../../api/loki.ts';
import { queryRange } from '../../../api/prometheus.ts';
import type { GraphMark } from '../../../parts/chart/graph-series.ts';
import { annotationMarks } from '../model/annotation-marks.ts';
import { namedColour } from '../model/colours.ts';
import type { Annotation } from '../model/dashboard.ts';
import { intervalMs } from '../model/interval.ts';
import { asText } from '../model/json.ts';
import { legendName } from '../model/legend-name.ts';
import { queryPool } from './query-pool.ts';

const MAX_LINES = 100;

/** What an annotation of a dashboard marks in a range. */
export async function askAnnotation(
  { annotation, expr }: { readonly annotation: Annotation; readonly expr: string },
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  signal: AbortSignal,
): Promise<readonly GraphMark[]> {
  const colour = namedColour(annotation.colour) ?? 'var(--info)';
  const { raw, name, source } = annotation;
  if (source === 'loki') {
    const lines = await queryPool.ask(
      JSON.stringify(['annotation', expr, startMs, endMs]),
      (own) => queryLogs({ query: expr, startMs, endMs, limit: MAX_LINES }, own),
      signal,
    );
    return lines.map(({ timeNs, line, labels }) => {
      const atMs = Number(BigInt(timeNs) / 1_000_000n);
      const title = legendName(asText(raw['titleFormat']), labels) ?? name;
      return { startMs: atMs, endMs: atMs, title: `${title}: ${line.slice(0, 120)}`, colour };
    });
  }
  if (source !== 'prometheus') return [];
  // As wide as it is said, and no finer than a few hundred points.
  const stepMs = Math.max(
    intervalMs(asText(raw['step'])) ?? 60_000,
    Math.ceil((endMs - startMs) / 500 / 1000) * 1000,
  );
  const range = { startMs: Math.floor(startMs / stepMs) * stepMs, endMs: Math.ceil(endMs / stepMs) * stepMs };
  const series = await queryPool.ask(
    JSON.stringify(['range', expr, range, stepMs]),
    (own) => queryRange({ query: expr, ...range, stepSeconds: stepMs / 1000 }, own),
    signal,
  );
  return annotationMarks(series, {
    stepMs,
    colour,
    textOf: (labels) =>
      [legendName(asText(raw['titleFormat']), labels) ?? name, legendName(asText(raw['textFormat']), labels)]
        .filter((each) => each !== undefined && each !== '')
        .join(' · '),
  });
}
