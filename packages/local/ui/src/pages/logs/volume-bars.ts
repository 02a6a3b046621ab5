import type { LogSeries } from '../../api/loki.ts';
import { LEVELS, type Level, levelOf } from './line-fields.ts';

interface VolumeBar {
  /** Of its beginning [s since 1970]. */
  readonly start: number;
  readonly total: number;
  /** From the bottom up, those that are not empty. */
  readonly parts: readonly { readonly level: Level; readonly count: number }[];
}

export interface Volume {
  readonly bars: readonly VolumeBar[];
  /** Of the highest bar. */
  readonly max: number;
  readonly total: number;
  /** Those that there are, the worst first. */
  readonly levels: readonly VolumeLevel[];
}

const LABELS = ['level', 'detected_level'] as const;

export interface VolumeLevel {
  readonly level: Level;
  readonly count: number;
  /** What the labels call it: `warning`, `WARN`, `40`. */
  readonly named: Readonly<Record<(typeof LABELS)[number], readonly string[]>>;
}

/** The query that counts the lines of another by level. Lines that a parser did not understand are lines as well. */
export function volumeQuery(query: string, stepSeconds: number): string {
  // A comment at the end of it would take what comes behind along.
  const whole = query.includes('#') ? `${query}\n` : query;
  const cleaned = /\|\s*(?:json|logfmt|unpack|regexp|pattern|unwrap|decolorize)\b/.test(query)
    ? `${whole} | drop __error__, __error_details__`
    : whole;
  return `sum by (level, detected_level) (count_over_time(${cleaned} [${stepSeconds}s]))`;
}

/**
 * Counts of every level as bars upon one another.
 *
 * @param series a point at T counts what came within the step that ends there
 */
export function volumeBars(series: readonly LogSeries[], stepSeconds: number): Volume {
  const counts = new Map<number, Map<Level, number>>();
  const totals = new Map<Level, number>();
  const named = new Map<Level, Record<(typeof LABELS)[number], string[]>>();
  for (const { labels, times, values } of series) {
    const level = levelOf(labels['level'] ?? labels['detected_level']);
    const names = named.get(level) ?? { level: [], detected_level: [] };
    named.set(level, names);
    for (const label of LABELS) {
      const value = labels[label] ?? '';
      if (value !== '' && !names[label].includes(value)) names[label].push(value);
    }
    for (const [index, time] of times.entries()) {
      const value = values[index] ?? 0;
      if (!Number.isFinite(value) || value <= 0) continue;
      const start = time - stepSeconds;
      const bar = counts.get(start) ?? new Map<Level, number>();
      counts.set(start, bar);
      bar.set(level, (bar.get(level) ?? 0) + value);
      totals.set(level, (totals.get(level) ?? 0) + value);
    }
  }
  const bars = [...counts]
    .map(([start, byLevel]): VolumeBar => {
      // The worst stands at the bottom, where its height can be compared from bar to bar.
      const parts = LEVELS.flatMap((level) => {
        const count = byLevel.get(level);
        return count === undefined ? [] : [{ level, count }];
      });
      return { start, total: parts.reduce((sum, { count }) => sum + count, 0), parts };
    })
    .toSorted((one, other) => one.start - other.start);
  return {
    bars,
    max: bars.reduce((max, { total }) => Math.max(max, total), 0),
    total: bars.reduce((sum, { total }) => sum + total, 0),
    levels: LEVELS.flatMap((level) => {
      const count = totals.get(level);
      return count === undefined
        ? []
        : [{ level, count, named: named.get(level) ?? { level: [], detected_level: [] } }];
    }),
  };
}
