import type { Labels } from '@sightline/query';
import { formatLabels } from '@sightline/query/logql';
import { WireError } from '../../wire/wire-error.ts';

/** Bounds of a stream's labels. Source: Loki's `max_label_names_per_series`, `max_label_name_length` and `…_value_length`. */
const MAX_NAMES = 15;
const MAX_NAME_BYTES = 1024;
const MAX_VALUE_BYTES = 2048;
/** Found by Loki itself where a stream has none; it does not count. */
const SERVICE_NAME = 'service_name';

/**
 * Refuses labels that a Loki as it comes would refuse, in its words: what works here works there.
 *
 * @throws {WireError}
 */
export function checkLabels(labels: Labels): void {
  const names = Object.keys(labels).toSorted();
  if (names.length === 0) throw new WireError('streams: a stream needs at least one label');
  const bad = names.find((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
  if (bad !== undefined) throw new WireError(badName(labels, names, bad));
  const count = names.filter((name) => name !== SERVICE_NAME).length;
  if (count > MAX_NAMES)
    throw new WireError(
      `entry for stream '${formatLabels(labels)}' has ${count} label names; limit ${MAX_NAMES}`,
    );
  for (const name of names) {
    const value = labels[name]!;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw new WireError(`stream '${formatLabels(labels)}' has label name too long: '${name}'`);
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
      throw new WireError(`stream '${formatLabels(labels)}' has label value too long: '${value}'`);
  }
}

/** As Loki's parser says it of the labels written out. */
function badName(labels: Labels, names: readonly string[], bad: string): string {
  const good = names.slice(0, names.indexOf(bad));
  const before = formatLabels(Object.fromEntries(good.map((name) => [name, labels[name]!]))).slice(0, -1);
  const start = before === '{' ? before : `${before}, `;
  const at = bad.search(/^[^a-zA-Z_]|[^a-zA-Z0-9_]/);
  const place = `couldn't parse labels: 1:${start.length + at + 1}: parse error: `;
  return `${place}unexpected character inside braces: '${String.fromCodePoint(bad.codePointAt(at) ?? 0x7d)}'`;
}
