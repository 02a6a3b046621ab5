interface Point {
  readonly x: number;
  readonly y: number;
}

/** A smooth line through points from left to right, as an SVG path. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  let last = first;
  for (const point of rest) {
    const middle = round((last.x + point.x) / 2);
    path += ` C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How far along the first or last stretch: lines that share one end have parted, and the label clears the box at the other. */
const ALONG = 0.4;

/** Where the label of a line stands: near the end at which fewer lines meet. */
export function labelPlace(points: readonly Point[], isCrowdedEnd: boolean): Point {
  const [from, to] = isCrowdedEnd ? points.slice(0, 2) : points.slice(-2);
  if (from === undefined || to === undefined) return { x: 0, y: 0 };
  const along = isCrowdedEnd ? ALONG : 1 - ALONG;
  // The curve's own height there: 3t² − 2t³ between the two ends.
  const eased = along * along * (3 - 2 * along);
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * eased };
}
