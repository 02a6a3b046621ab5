import type { Attributes } from '@opentelemetry/api';
import type { Censor } from '../censor.ts';
import { OVERFLOW_LABEL } from '../label-text.ts';
import { textOf } from '../label-value.ts';

/** Turns the attributes of observations into the values of labels, which are found out on the way. */
export interface AttributeLabels {
  /** The labels so far; grows. */
  readonly labels: readonly string[];
  /** The attribute behind each label, of several the first; grows. */
  readonly keys: readonly string[];
  /** @returns one value for each label; undefined when there are too many labels */
  values(attributes: Attributes | undefined): readonly (string | undefined)[] | undefined;
}

/** Most labels of one metric, and most keys that may be spelled like them. */
const MAX_LABELS = 64;
const MAX_KEYS = 2 * MAX_LABELS;

/** Longest key [UTF-16 code units]. */
const MAX_KEY_LENGTH = 128;

/** Most elements of a list that become text. */
const MAX_ELEMENTS = 64;

const NO_VALUES: readonly string[] = [];

/** Names that mean something else on a page. */
const RESERVED: ReadonlySet<string> = new Set(['le', 'quantile', 'job', 'instance', OVERFLOW_LABEL]);

/**
 * Source of the rules: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function createAttributeLabels(censor: Censor): AttributeLabels {
  const labels: string[] = [];
  const keys: string[] = [];
  /** Where the label of a key stands; several keys may have one label. */
  const places = new Map<string, number>();
  let hasShared = false;

  function placeOf(key: string): number | undefined {
    const known = places.get(key);
    if (known !== undefined) return known;
    const clean = censor.text(key);
    const label = labelName(clean);
    let at = labels.indexOf(label);
    if (places.size >= MAX_KEYS || (at < 0 && labels.length >= MAX_LABELS)) return undefined;
    if (at < 0) {
      at = labels.push(label) - 1;
      keys.push(clean.slice(0, MAX_KEY_LENGTH));
    } else hasShared = true;
    places.set(key, at);
    return at;
  }

  return {
    labels,
    keys,
    values(attributes) {
      if (attributes === undefined || attributes === null) return NO_VALUES;
      const values: (string | undefined)[] = [];
      // Where keys share a label, their values are joined in the order of the keys.
      const given = hasShared ? Object.keys(attributes).toSorted() : Object.keys(attributes);
      const sharedBefore = hasShared;
      for (const key of given) {
        const value = attributes[key];
        if (value === undefined || value === null) continue;
        const at = placeOf(key);
        if (at === undefined) return undefined;
        while (values.length <= at) values.push(undefined);
        const before = values[at];
        values[at] = before === undefined ? attributeText(value) : `${before};${attributeText(value)}`;
      }
      // The first time that keys meet in a label, their order was not looked at.
      return hasShared && !sharedBefore ? this.values(attributes) : values;
    },
  };
}

function labelName(key: string): string {
  const name = key
    .slice(0, MAX_KEY_LENGTH)
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_');
  if (name === '' || name === '_') return 'attribute';
  return RESERVED.has(name) ? `exported_${name}` : name;
}

/** A list or an object is JSON, as the specification says. */
function attributeText(value: unknown): string {
  if (typeof value !== 'object') return textOf(value);
  try {
    return JSON.stringify(Array.isArray(value) ? value.slice(0, MAX_ELEMENTS) : value) ?? '';
  } catch {
    return typeof value;
  }
}
