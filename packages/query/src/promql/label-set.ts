import type { Labels } from '../labels.ts';

/** Labels as the engine computes with them: sorted by name, no empty value. */
export interface LabelSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** What `labelKey` has made of it. */
  key: string | undefined;
}

/** Between two parts of a key: no sign of a text, so two sets never have one key by chance. */
const separator = '\uFFFF';

const metadata: ReadonlySet<string> = new Set(['__name__', '__type__', '__unit__']);

export const noLabels: LabelSet = { names: [], values: [], key: '' };

function create(names: readonly string[], values: readonly string[]): LabelSet {
  return names.length === 0 ? noLabels : { names, values, key: undefined };
}

export function labelSet(labels: Labels): LabelSet {
  const names = Object.keys(labels).filter((name) => labels[name] !== '');
  names.sort(compareText);
  return create(
    names,
    names.map((name) => labels[name]!),
  );
}

/** Own properties only, also for a label whose name is `__proto__`. */
export function toLabels(set: LabelSet): Labels {
  return Object.fromEntries(set.names.map((name, index) => [name, set.values[index]!]));
}

/** Equal for equal sets, and only for them. */
export function labelKey(set: LabelSet): string {
  if (set.key !== undefined) return set.key;
  let key = '';
  for (let index = 0; index < set.names.length; index += 1) {
    key += `${set.names[index]}${separator}${set.values[index]}${separator}`;
  }
  set.key = key;
  return key;
}

/** The value, or "" without one. */
export function labelValue(set: LabelSet, name: string): string {
  const index = set.names.indexOf(name);
  return index === -1 ? '' : set.values[index]!;
}

function filtered(set: LabelSet, keep: (name: string) => boolean): LabelSet {
  if (set.names.every(keep)) return set;
  const names: string[] = [];
  const values: string[] = [];
  set.names.forEach((name, index) => {
    if (!keep(name)) return;
    names.push(name);
    values.push(set.values[index]!);
  });
  return create(names, values);
}

export function withoutLabels(set: LabelSet, names: readonly string[]): LabelSet {
  return filtered(set, (name) => !names.includes(name));
}

export function onlyLabels(set: LabelSet, names: readonly string[]): LabelSet {
  return filtered(set, (name) => names.includes(name));
}

/** Without the name, the type and the unit of the metric: what a calculation leaves of the labels. */
export function withoutMetadata(set: LabelSet): LabelSet {
  return filtered(set, (name) => !metadata.has(name));
}

/** With the label; an empty value takes it out. */
export function withLabel(set: LabelSet, name: string, value: string): LabelSet {
  const rest = withoutLabels(set, [name]);
  if (value === '') return rest;
  const before = rest.names.findIndex((other) => compareText(other, name) > 0);
  const at = before === -1 ? rest.names.length : before;
  return create(rest.names.toSpliced(at, 0, name), rest.values.toSpliced(at, 0, value));
}

/** Any text is a name, except that it must be UTF-8: bytes that are not have been read as U+FFFD. */
export function isLabelName(name: string): boolean {
  return name !== '' && !name.includes('\uFFFD') && name.isWellFormed();
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Order of results: by the first label that differs, its name before its value. */
export function compareLabelSets(left: LabelSet, right: LabelSet): number {
  const length = Math.min(left.names.length, right.names.length);
  for (let index = 0; index < length; index += 1) {
    const byName = compareText(left.names[index]!, right.names[index]!);
    if (byName !== 0) return byName;
    const byValue = compareText(left.values[index]!, right.values[index]!);
    if (byValue !== 0) return byValue;
  }
  return left.names.length - right.names.length;
}

/** As Prometheus prints them in messages: `{__name__="up", job="api"}`. */
export function labelText(set: LabelSet): string {
  const pairs = set.names.map((name, index) => {
    const shown = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
    return `${shown}=${JSON.stringify(set.values[index]!)}`;
  });
  return `{${pairs.join(', ')}}`;
}
