/**
 * Order of people: numbers within texts by their value, so `node2` before `node10`.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#sort_by_label
 */
export function compareNatural(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [partsOf(left), partsOf(right)];
  // Texts that differ have a part that differs.
  for (let index = 0; ; index += 1) {
    const [one, other] = [a[index], b[index]];
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    const order = compareParts(one, other);
    if (order !== 0) return order;
  }
}

function partsOf(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareParts(left: string, right: string): number {
  if (left === right) return 0;
  if (/^\d/.test(left) && /^\d/.test(right)) {
    const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
    if (a.length !== b.length) return a.length - b.length;
    if (a !== b) return a < b ? -1 : 1;
    // The same number: more zeros in front come first.
    return right.length - left.length;
  }
  return left < right ? -1 : 1;
}
