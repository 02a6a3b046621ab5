import { computed, signal } from '@preact/signals';
import { location, setParams } from './location.ts';
import { parseTime } from './parse-time.ts';

export interface TimeRange {
  /** Since 1970 [ms]. */
  readonly startMs: number;
  readonly endMs: number;
}

const DEFAULT_FROM = 'now-15m';
const DEFAULT_MS = 900_000;

/** What the address says, or the default: `{ from: 'now-15m', to: 'now' }`. */
export const rangeText = computed(() => ({
  from: location.value.params.get('from') ?? DEFAULT_FROM,
  to: location.value.params.get('to') ?? 'now',
}));

/** How often everything is asked again [ms]; 0 for never. `refresh=5s` in the address; live unless the end is fixed. */
export const refreshMs = computed(() => {
  const text = location.value.params.get('refresh');
  if (text === 'off') return 0;
  const found = /^(\d+)([sm])$/.exec(text ?? '');
  if (found !== null) return Number(found[1]) * (found[2] === 'm' ? 60_000 : 1000);
  return rangeText.value.to === 'now' ? 5000 : 0;
});

/** Counts up whenever everything is to be asked again: by the clock, or because somebody pressed the key. */
export const refreshed = signal(0);

/** The range as moments. It stands still between two refreshes, so that all parts of a page show the same minutes. */
export const timeRange = computed<TimeRange>(() => {
  void refreshed.value;
  const nowMs = Date.now();
  const { from, to } = rangeText.value;
  const wantedEndMs = parseTime(to, nowMs, 'end') ?? nowMs;
  const startMs = parseTime(from, nowMs) ?? wantedEndMs - DEFAULT_MS;
  // Nothing is known of what is still to come, and numbers are those at the end. All of it to come is shown as it is.
  const endMs = startMs < nowMs ? Math.min(wantedEndMs, nowMs) : wantedEndMs;
  return startMs < endMs ? { startMs, endMs } : { startMs: endMs - DEFAULT_MS, endMs };
});

/** Whether all of the range is still to come, so that nothing can be there. */
export const isToCome = computed(() => timeRange.value.startMs >= Date.now());

/**
 * The range by a share of its length earlier or later. Near to now it follows now again, as it did before it was moved.
 *
 * @param byRatio negative for earlier
 */
export function movedRange(
  { startMs, endMs }: TimeRange,
  byRatio: number,
  nowMs: number,
): { readonly from: string | number; readonly to: string | number } {
  const lengthMs = endMs - startMs;
  const movedMs = byRatio * lengthMs;
  if (byRatio > 0 && endMs + movedMs >= nowMs - lengthMs / 10) {
    const seconds = Math.max(1, Math.round(lengthMs / 1000));
    return { from: seconds % 60 === 0 ? `now-${minutesText(seconds / 60)}` : `now-${seconds}s`, to: 'now' };
  }
  return { from: startMs + movedMs, to: endMs + movedMs };
}

function minutesText(minutes: number): string {
  if (minutes % 1440 === 0 && minutes > 1440) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** Looks at other minutes; with numbers, at fixed ones. */
export function setTimeRange(from: string | number, to: string | number): void {
  setParams({ from: momentText(from), to: momentText(to) }, { replace: false });
}

function momentText(moment: string | number): string {
  return typeof moment === 'number' ? String(Math.round(moment)) : moment;
}

/** Asks everything again by the clock while somebody looks. */
export function keepFresh(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    if (refreshMs.value === 0) return;
    timer = setTimeout(() => {
      if (!document.hidden) refreshed.value++;
      plan();
    }, refreshMs.value);
  };
  refreshMs.subscribe(plan);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && refreshMs.value > 0) refreshed.value++;
  });
}
