import { setTimeRange, timeRange } from '../state/time-range.ts';

const WIDE_MS = 21_600_000;

/** Where nothing was found in few minutes: a way to those before, which may have something. */
export function WiderRange() {
  const { startMs, endMs } = timeRange.value;
  if (endMs - startMs >= WIDE_MS) return null;
  return (
    <p class="no-print">
      Did something come before?{' '}
      <button onClick={() => setTimeRange('now-6h', 'now')}>The last 6 hours</button>
    </p>
  );
}
