interface TimeAxisProps {
  /** [ms since 1970] */
  readonly startMs: number;
  readonly endMs: number;
  /** [CSS px] */
  readonly width: number;
}

const LABEL_PX = 60;
const STEPS_MS = [
  1000, 5000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  21_600_000, 43_200_000, 86_400_000,
];

const two = (value: number): string => String(value).padStart(2, '0');

/** Moments below something that is drawn over time. */
export function TimeAxis({ startMs, endMs, width }: TimeAxisProps) {
  const least = ((endMs - startMs) * LABEL_PX) / Math.max(LABEL_PX, width);
  const step = STEPS_MS.find((each) => each >= least) ?? 86_400_000;
  const offset = new Date(startMs).getTimezoneOffset() * 60_000;
  const first = Math.ceil((startMs - offset) / step) * step + offset;
  const ticks: number[] = [];
  for (let ms = first; ms <= endMs; ms += step) ticks.push(ms);
  return (
    <div class="time-axis" aria-hidden="true">
      {ticks.map((ms) => (
        <span key={ms} style={{ left: `${(((ms - startMs) / (endMs - startMs)) * 100).toFixed(3)}%` }}>
          {textOf(ms, step)}
        </span>
      ))}
    </div>
  );
}

function textOf(ms: number, step: number): string {
  const date = new Date(ms);
  if (step >= 86_400_000) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}${step < 60_000 ? `:${two(date.getSeconds())}` : ''}`;
}
