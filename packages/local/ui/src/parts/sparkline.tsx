import './sparkline.css';
import { useMemo } from 'preact/hooks';
import { sparklinePath } from './sparkline-path.ts';

interface SparklineProps {
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** What the width stands for [s since 1970]. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
  readonly bad?: boolean;
}

const BOX = { width: 56, height: 20 };

/** A small line beside a number, which says how it came to it; the number is for those who do not see it. */
export function Sparkline({ times, values, start, end, stepSeconds, bad = false }: SparklineProps) {
  const { path } = useMemo(
    () => sparklinePath({ times, values }, BOX, { start, end, stepSeconds }),
    [times, values, start, end, stepSeconds],
  );
  return (
    <svg
      class={`sparkline ${bad ? 'sparkline-bad' : ''}`}
      width={BOX.width}
      height={BOX.height}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
