/** A straight line through measurements, and how sure its slope is. */
export interface LineFit {
  readonly intercept: number;
  readonly slope: number;
  /** Between them the slope is with a confidence of 95 %. */
  readonly slopeRange: readonly [low: number, high: number];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Student's t for 97.5 %, by degrees of freedom from 1. Source: https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const T_975_LARGE = 1.96;

/**
 * Ordinary least squares.
 *
 * Formula: slope = Σ(x − x̄)(y − ȳ) ÷ Σ(x − x̄)²; its standard error = √(Σ residual² ÷ (n − 2) ÷ Σ(x − x̄)²)
 * Source: https://www.itl.nist.gov/div898/handbook/pmd/section4/pmd431.htm
 *
 * @param points at least three, with more than one x
 * @throws {RangeError} when there are fewer
 */
export function fitLine(points: readonly Point[]): LineFit {
  const n = points.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (n < 3 || spread === 0) throw new RangeError(`a line cannot be fitted through ${n} points`);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const error = Math.sqrt(residual / (n - 2) / spread);
  const margin = error * (T_975[n - 3] ?? T_975_LARGE);
  return { intercept, slope, slopeRange: [slope - margin, slope + margin] };
}

/**
 * Means of consecutive blocks: neighbouring samples are alike, and taken one by one they would make the slope look surer
 * than it is.
 *
 * @param width of a block, in units of x
 */
export function blockMeans(points: readonly Point[], width: number): readonly Point[] {
  const blocks = Map.groupBy(points, ({ x }) => Math.floor(x / width));
  return [...blocks]
    .toSorted(([one], [other]) => one - other)
    .map(([, block]) => ({ x: mean(block.map(({ x }) => x)), y: mean(block.map(({ y }) => y)) }));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
