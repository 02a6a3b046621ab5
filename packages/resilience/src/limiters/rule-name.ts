const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
] as const;

/**
 * A rule in words, for a label.
 *
 * @param limit requests in a window; undefined where it differs between requests
 * @param windowSeconds length of the window [s]; 0 for one that never ends
 * @example ruleName(60, 60) // '60-in-1min'
 */
export function ruleName(limit: number | undefined, windowSeconds: number): string {
  const amount = limit === undefined ? 'some' : `${limit}`;
  if (!(windowSeconds > 0)) return `${amount}-ever`;
  const unit = units.find(({ seconds }) => windowSeconds % seconds === 0);
  return unit === undefined
    ? `${amount}-in-${windowSeconds}s`
    : `${amount}-in-${windowSeconds / unit.seconds}${unit.name}`;
}

/** The same without two alike: what comes later gets its place as a suffix. */
export function distinctNames(names: readonly string[]): readonly string[] {
  return names.map((name, at) => (names.indexOf(name) === at ? name : `${name}-${at + 1}`));
}
