import {
  boundaryProblems,
  labelProblems,
  metrics as catalogue,
  nameProblems,
  type Unit,
} from '@sightline/conventions';
import type { FamilyDefinition } from '../family.ts';
import { gaugeAggregate } from '../gauge-aggregate.ts';
import { OVERFLOW_LABEL } from '../label-text.ts';
import { textOf } from '../label-value.ts';
import { isLabelName, isMetricName } from '../page-names.ts';
import { unitWords } from '../unit-words.ts';
import { defaultBoundaries } from './boundaries.ts';

/** What a service says of a metric of its own. */
export interface BusinessDefinition<Label extends string = string> {
  /** What it says, a sentence. */
  readonly help: string;
  /** In UCUM: `s`, `By`, `1` for a ratio, `{order}` for what is counted. */
  readonly unit: Unit;
  /** Names of the labels, each with few values; none by default. */
  readonly labels?: readonly Label[];
  /** Most label sets; what is beyond goes to one overflow series. Default: 1000. */
  readonly seriesBound?: number;
}

/** What a service says of a histogram of its own. */
export interface BusinessHistogramDefinition<
  Label extends string = string,
> extends BusinessDefinition<Label> {
  /** Upper bounds of the buckets in the unit, strictly increasing. Default: by the unit. */
  readonly boundaries?: readonly number[];
}

/** What becomes of a definition: what is wrong with it, and what can stand on the page all the same. */
export interface CheckedDefinition {
  readonly problems: readonly string[];
  /** Undefined when nothing can be made of it. */
  readonly definition: FamilyDefinition | undefined;
}

export type BusinessType = 'counter' | 'gauge' | 'histogram';

const DEFAULT_SERIES_BOUND = 1000;
const BASE_UNITS: ReadonlySet<string> = new Set(['s', 'By', '1']);
const RESERVED: ReadonlySet<string> = new Set(['le', 'quantile', OVERFLOW_LABEL]);
/** Units that a name may say and no metric may have; the same as in the rules of the catalogue. */
const UNIT_IN_NAME =
  /_(?:ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes|hours|days|kb|mb|gb|kilobytes|megabytes|bits|percent|percentage|pct|seconds|bytes|ratio)$/;

/** Endings that are those of parts of a metric. A counter that ends in `_created` lacks its `_total` alone. */
const PART_IN_NAME: Readonly<Record<BusinessType, RegExp>> = {
  counter: /_(?:info|bucket|sum|count)$/,
  gauge: /_(?:info|bucket|sum|count|created)$/,
  histogram: /_(?:info|bucket|sum|count|created)$/,
};

/** Checks a metric of the service against the rules that hold for the catalogue, and corrects what can be corrected. */
export function checkDefinition(
  type: BusinessType,
  name: string,
  given: BusinessHistogramDefinition,
): CheckedDefinition {
  const { help, unit, labels = [], seriesBound = DEFAULT_SERIES_BOUND } = given;
  if (typeof name !== 'string' || typeof unit !== 'string' || !Array.isArray(labels)) {
    return { problems: ['name and unit are texts and labels a list of them'], definition: undefined };
  }
  const boundaries = type === 'histogram' ? boundariesOf(given) : undefined;
  const wrongBoundaries = boundaryProblems({ type, ...(boundaries && { boundaries }) });
  const isBound = Number.isSafeInteger(seriesBound) && seriesBound >= 1;
  const corrected = correctedName(type, name, unit);
  const problems = [
    ...nameProblems(name, { type, unit }),
    ...(Object.hasOwn(catalogue, corrected) || name.startsWith('sightline_')
      ? [`${name} is a name of the catalogue`]
      : []),
    ...(BASE_UNITS.has(unit) || /^\{[A-Za-z_]+\}$/.test(unit)
      ? []
      : [`unit ${unit} is none of s, By, 1 and {things}`]),
    ...(typeof help === 'string' && help.trim() !== '' ? [] : ['help is empty']),
    ...labels.flatMap(labelProblemsOf),
    ...(new Set(labels).size < labels.length ? ['a label stands twice'] : []),
    ...wrongBoundaries,
    ...(isBound ? [] : ['series bound is not a whole number above 0']),
  ];
  const names = labels.map(correctedLabel);
  const isPossible =
    isMetricName(corrected) &&
    !Object.hasOwn(catalogue, corrected) &&
    !corrected.startsWith('sightline_') &&
    names.every((label) => isLabelName(label) && !RESERVED.has(label)) &&
    new Set(names).size === names.length;
  if (!isPossible) return { problems, definition: undefined };
  const aggregate = type === 'gauge' ? gaugeAggregate(unit) : undefined;
  const definition: FamilyDefinition = {
    name: corrected,
    type,
    unit,
    help: typeof help === 'string' && help.trim() !== '' ? help : corrected,
    labels: names,
    seriesBound: isBound ? seriesBound : DEFAULT_SERIES_BOUND,
    ...(aggregate && { aggregate }),
    ...(boundaries && { boundaries: wrongBoundaries.length > 0 ? defaultBoundaries(unit) : [...boundaries] }),
  };
  return { problems, definition };
}

/** What is no list at all is one without boundaries: the rules say so. */
function boundariesOf({ boundaries, unit }: BusinessHistogramDefinition): readonly number[] {
  if (boundaries === undefined) return defaultBoundaries(unit);
  return Array.isArray(boundaries) ? boundaries : [];
}

/** In the catalogue no word of a label may be personal; here the last one counts, as `customer_tier` has few values. */
function labelProblemsOf(label: string): readonly string[] {
  const problems = labelProblems(textOf(label));
  const last = textOf(label).split('_').at(-1) ?? '';
  return labelProblems(last).length > 0
    ? problems
    : problems.filter((problem) => !problem.includes('can hold an address'));
}

function correctedLabel(label: string): string {
  return snakeCase(textOf(label));
}

/** `orderLatencyMs` in seconds becomes `order_latency_seconds`. */
function correctedName(type: BusinessType, name: string, unit: string): string {
  const words = unitWords(unit, type);
  const snake = snakeCase(name);
  let stem = snake.replace(/_total$/, '');
  if (words === '' || !stem.endsWith(`_${words}`)) {
    stem = stem.replace(UNIT_IN_NAME, '');
    // Before the `_total` of a counter such a word says what is counted: `orders_created_total` is no `orders_total`.
    if (type !== 'counter' || !snake.endsWith('_total')) stem = stem.replace(PART_IN_NAME[type], '');
    if (words !== '') stem += `_${words}`;
  }
  return type === 'counter' ? `${stem}_total` : stem;
}

function snakeCase(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .replace(/^(?=\d)/, '_');
}
