import type { Panel } from './dashboard.ts';
import { rawFormat } from './formats.ts';
import { type Scope, interpolate } from './interpolate.ts';
import { intervalMs } from './interval.ts';

interface Moments {
  readonly startMs: number;
  readonly endMs: number;
}

/** A panel may look at other minutes than its page: the last two hours, or the same a day ago. */
export function panelMoments(
  panel: Pick<Panel, 'timeFrom' | 'timeShift'>,
  scope: Scope,
  { startMs, endMs }: Moments,
): Moments {
  const msOf = (text: string): number | undefined =>
    intervalMs(interpolate(text, scope, rawFormat).replace(/^now-/, ''));
  const backMs = msOf(panel.timeShift) ?? 0;
  const lengthMs = msOf(panel.timeFrom) ?? endMs - startMs;
  return { startMs: endMs - lengthMs - backMs, endMs: endMs - backMs };
}
