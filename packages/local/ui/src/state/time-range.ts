import { computed, signal } from '@preact/signals';
import { location, setParams } from './location.ts';
import { parseTime } from './parse-time.ts';

export interface TimeRange {
  /** Since 1970 [ms]. */
  readonly startMs: number;
  readonly endMs: number;
}

const DEFAULT_FROM = 'now-15m';

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
  const endMs = parseTime(to, nowMs) ?? nowMs;
  const startMs = parseTime(from, nowMs) ?? endMs - 900_000;
  return startMs < endMs ? { startMs, endMs } : { startMs: endMs - 900_000, endMs };
});

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
