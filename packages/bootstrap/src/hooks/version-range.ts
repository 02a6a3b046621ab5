const COMPARATOR = /^(>=|<=|>|<|=)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/;

/**
 * Whether a version is within a range.
 *
 * It knows what our own ranges are made of, `>=4.16.0 <6`, `||` and `*`, and compares numbers alone: `6.0.0-beta.1` counts
 * as 6.0.0, since what a major version changes is there in its betas.
 *
 * @param version as a package.json has it
 * @param range comparators with blanks between, all of which must hold; `||` between alternatives
 * @returns false for what cannot be read
 */
export function inRange(version: string, range: string): boolean {
  const given = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (given === undefined) return false;
  return range.split('||').some((part) => {
    const comparators = part.trim().split(/\s+/);
    return comparators.every((comparator) => comparator === '*' || holds(given, comparator));
  });
}

function holds(given: readonly number[], comparator: string): boolean {
  const match = COMPARATOR.exec(comparator);
  if (match === null) return false;
  const [, operator = '=', ...numbers] = match;
  const differences = given.map((each, index) => each - Number(numbers[index] ?? 0));
  const order = differences.find((difference) => difference !== 0) ?? 0;
  if (operator === '=') return order === 0;
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order < 0;
}
