import { relativeTimeText } from '../state/parse-time.ts';
import { movedRange, rangeText, refreshMs, refreshed, setTimeRange, timeRange } from '../state/time-range.ts';
import { setParams } from '../state/location.ts';

const RANGES = ['now-5m', 'now-15m', 'now-1h', 'now-3h', 'now-6h', 'now-24h', 'now-7d'] as const;
const REFRESHES = ['off', '1s', '5s', '15s', '1m'] as const;

function refreshText(ms: number): string {
  if (ms === 0) return 'off';
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`;
}

/** Which minutes, and how often anew. */
export function TimePicker() {
  const { from, to } = rangeText.value;
  const known = to === 'now' && RANGES.some((each) => each === from);
  const { startMs, endMs } = timeRange.value;
  const shift = (byRatio: number): void => {
    const moved = movedRange({ startMs, endMs }, byRatio, Date.now());
    setTimeRange(moved.from, moved.to);
  };
  return (
    <>
      {/* On paper nobody can look it up. */}
      <span class="print-only">{momentsText(startMs, endMs)}</span>
      <div class="row no-print" role="group" aria-label="Time range">
        <button class="plain" aria-label="Earlier" onClick={() => shift(-0.5)}>
          ‹
        </button>
        <select
          aria-label="Time range"
          value={known ? from : 'fixed'}
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== 'fixed') setTimeRange(currentTarget.value, 'now');
          }}
        >
          {!known && (
            <option value="fixed">{relativeTimeText(from, to) ?? momentsText(startMs, endMs)}</option>
          )}
          {RANGES.map((each) => (
            <option key={each} value={each}>
              {relativeTimeText(each, 'now')}
            </option>
          ))}
        </select>
        <button class="plain" aria-label="Later" onClick={() => shift(0.5)}>
          ›
        </button>
        <select
          aria-label="Refresh"
          value={refreshText(refreshMs.value)}
          onChange={({ currentTarget }) => setParams({ refresh: currentTarget.value })}
        >
          {[...new Set([...REFRESHES, refreshText(refreshMs.value)])].map((each) => (
            <option key={each} value={each}>
              {each === 'off' ? 'no refresh' : `every ${each}`}
            </option>
          ))}
        </select>
        <button aria-label="Refresh now" title="Refresh now (r)" onClick={() => refreshed.value++}>
          ↻
        </button>
      </div>
    </>
  );
}

function momentsText(startMs: number, endMs: number): string {
  // A range of days is known by its days.
  if (endMs - startMs > 7 * 86_400_000) {
    const date = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
    return `${date.format(startMs)} – ${date.format(endMs)}`;
  }
  const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
  const start = new Date(startMs);
  const end = new Date(endMs);
  const sameDay = start.toDateString() === end.toDateString();
  return `${day.format(start)} ${time.format(start)} – ${sameDay ? '' : `${day.format(end)} `}${time.format(end)}`;
}
