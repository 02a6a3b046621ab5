import {
  labelBound,
  type LabelDefinition,
  labels as labelCatalogue,
  type MetricDefinition,
  metrics,
} from '@sightline/conventions';
import { isAddress, labelValue, OTHER } from './label-value.ts';

/** What the catalogue says of the values of one family's labels. */
export interface LabelPolicy {
  /** Values as they are looked up: text, cut, no addresses, known ones where only these may be. */
  clean(values: readonly unknown[]): string[];
  /**
   * Makes room for a new label set; a value past its label's bound becomes `_OTHER` where the label allows it.
   *
   * @returns the set to take, with the label that had no room if one had none; or the label that refuses it
   */
  admit(
    values: readonly string[],
  ): { readonly values: readonly string[]; readonly cappedAt?: string } | { readonly refusedBy: string };
  /** A label set has gone. */
  release(values: readonly string[]): void;
}

interface LabelRule {
  readonly name: string;
  readonly hidesAddresses: boolean;
  readonly closed: ReadonlySet<string> | undefined;
  readonly maxValues: number;
  readonly becomesOther: boolean;
  /** The values that there are, with the number of label sets that have each; `maxValues` and `_OTHER` at most. */
  readonly used: Map<string, number>;
}

const catalogue: ReadonlyMap<string, MetricDefinition> = new Map(Object.entries(metrics));
const catalogued: ReadonlyMap<string, LabelDefinition> = new Map(Object.entries(labelCatalogue));

/**
 * The rules for the labels of a family: those of the catalogue when it is in it. Of every family: no label whose name
 * ends in `address` holds an IP address.
 *
 * @param givenBound label sets that the service's options give the family; above those of the catalogue, it is how many values
 * each of its labels may have
 */
export function createLabelPolicy(family: string, labels: readonly string[], givenBound = 0): LabelPolicy {
  const metric = catalogue.get(family);
  const leastValues = metric && givenBound > metric.seriesBound ? givenBound : 0;
  // As many as there are labels: an instrument of OpenTelemetry gets its labels one by one.
  const rules: LabelRule[] = [];

  function ruleAt(at: number): LabelRule {
    return (rules[at] ??= ruleOf(metric, labels[at] ?? '', leastValues));
  }

  return {
    clean(values) {
      const cleaned: string[] = [];
      for (let at = 0; at < values.length; at++) cleaned.push(cleanValue(ruleAt(at), values[at]));
      return cleaned;
    },

    admit(values) {
      if (metric === undefined) return { values };
      const admitted: string[] = [];
      let cappedAt: string | undefined;
      for (const [at, value] of values.entries()) {
        const rule = ruleAt(at);
        if (isRoomFor(rule, value)) admitted.push(value);
        else if (rule.becomesOther) {
          admitted.push(OTHER);
          cappedAt = rule.name;
        } else return { refusedBy: rule.name };
      }
      for (const [at, value] of admitted.entries()) {
        const { used } = ruleAt(at);
        used.set(value, (used.get(value) ?? 0) + 1);
      }
      return cappedAt === undefined ? { values: admitted } : { values: admitted, cappedAt };
    },

    release(values) {
      if (metric === undefined) return;
      for (const [at, value] of values.entries()) {
        const { used } = ruleAt(at);
        const left = (used.get(value) ?? 0) - 1;
        if (left > 0) used.set(value, left);
        else used.delete(value);
      }
    },
  };
}

function ruleOf(metric: MetricDefinition | undefined, name: string, leastValues: number): LabelRule {
  const own = Object.entries(metric?.labelValues ?? {}).find(([label]) => label === name)?.[1];
  const closed = metric && (own ?? catalogued.get(name)?.values);
  return {
    name,
    hidesAddresses: name.endsWith('address'),
    closed: closed && new Set(closed),
    maxValues: metric ? Math.max(labelBound(metric, name), leastValues) : Infinity,
    becomesOther: catalogued.get(name)?.otherPastBound === true,
    used: new Map(),
  };
}

function cleanValue({ hidesAddresses, closed, becomesOther }: LabelRule, given: unknown): string {
  const value = labelValue(given);
  if (hidesAddresses && isAddress(value)) return OTHER;
  return value !== '' && becomesOther && closed && !closed.has(value) ? OTHER : value;
}

function isRoomFor({ closed, used, maxValues, becomesOther }: LabelRule, value: string): boolean {
  if (value === '' || value === OTHER || used.has(value)) return true;
  if (closed) return closed.has(value);
  // Without a value takes no room; `_OTHER` always has its own.
  const taken = used.size - Number(used.has('')) - Number(used.has(OTHER));
  return taken < maxValues - Number(becomesOther);
}
