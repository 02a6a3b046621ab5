import type { Labels } from '../../../labels.ts';
import { type FloatHistogram, formatHistogram } from '../../histogram/index.ts';
import {
  type GoFunctions,
  type GoMap,
  type GoObject,
  type GoSlice,
  type GoValue,
  builtins,
  compareTexts,
  escapeQuery,
  goMap,
  goText,
} from '../go-template/index.ts';
import { goDuration, goTime } from './go-time.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  plainNumber,
  toNumber,
} from './humanize.ts';
import { match, parseDuration, reReplaceAll, stripDomain, stripPort, title } from './text-functions.ts';

/** One series of a vector. */
export interface TemplateSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
}

/** What templates know of where they run. */
export interface TemplateEnvironment {
  /** The time that the rule is evaluated at, since 1970 [ms]. */
  readonly timeMs: number;
  /** Where users find the server: `http://localhost:9090/prom`; undefined where there is none, as in tests. */
  readonly serverUrl: string | undefined;
  /** The result of a query at `timeMs`; throws `TemplateInterrupt` when it is not known yet. */
  readonly query: (expression: string) => readonly TemplateSample[];
}

const RESULT = 'template.queryResult';
const SAMPLE = '*template.sample';

/** Labels for templates: what is missing is empty. */
export function labelMap(labels: Labels): GoMap {
  return goMap(
    'map[string]string',
    Object.entries(labels).filter(([, value]) => value !== ''),
    '',
  );
}

/** A value for templates: a number, or a histogram that prints as Prometheus prints it. */
export function sampleValue(value: number | FloatHistogram): GoValue {
  return typeof value === 'number'
    ? value
    : { kind: 'object', type: '*histogram.FloatHistogram', text: formatHistogram(value) };
}

function sampleObject({ labels, value }: TemplateSample): GoObject {
  const fields = { Labels: labelMap(labels), Value: sampleValue(value) };
  return {
    kind: 'object',
    type: SAMPLE,
    fields,
    text: `{${goText(fields.Labels)} ${goText(fields.Value)}}`,
  };
}

function labelOf(sample: GoValue, name: string): string {
  const labels = (sample as GoObject).fields?.['Labels'] as GoMap;
  return (labels.entries.get(name) as string | undefined) ?? '';
}

/** @throws {Error} when nanoseconds since 1970 do not fit into 64 bits */
function timeOf(value: number): GoObject {
  if (!Number.isFinite(value)) throw new Error('value is NaN or Inf');
  if (Math.abs(value * 1e9) > 2 ** 63)
    throw new Error(
      `${goText(value)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  return goTime(Math.trunc(value * 1000));
}

function humanizeTimestamp(argument: GoValue): string {
  const value = toNumber(argument);
  return Number.isFinite(value) ? timeOf(value).text : plainNumber(value);
}

/** A function of texts only. */
function ofTexts(count: number, call: (...texts: string[]) => GoValue): GoFunctions[string] {
  return {
    takes: Array.from({ length: count }, () => 'string'),
    call: (...args) => call(...(args as string[])),
  };
}

function ofAny(call: (value: GoValue) => GoValue): GoFunctions[string] {
  return { takes: ['any'], call };
}

function link(expression: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`;
}

/** @throws {Error} as Prometheus fails in its test runner, which has no server */
function known(serverUrl: string | undefined): string {
  if (serverUrl === undefined)
    throw new Error('runtime error: invalid memory address or nil pointer dereference');
  return serverUrl;
}

/** The path of a URL as it stands there: none is none, and not a slash. */
function pathOf(url: string): string {
  const [, path = ''] = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url) ?? [];
  return path;
}

const constantFunctions: GoFunctions = {
  ...builtins,
  first: {
    takes: [RESULT],
    call: (result) => {
      const [first] = (result as GoSlice).items;
      if (first === undefined) throw new Error('first() called on vector with no elements');
      return first;
    },
  },
  label: { takes: ['string', SAMPLE], call: (name, sample) => labelOf(sample, name as string) },
  value: { takes: [SAMPLE], call: (sample) => (sample as GoObject).fields?.['Value'] },
  strvalue: { takes: [SAMPLE], call: (sample) => labelOf(sample, '__value__') },
  args: {
    takes: [],
    rest: 'any',
    call: (...values) =>
      goMap(
        'map[string]interface {}',
        values.map((value, index) => [`arg${index}`, value] as const),
      ),
  },
  sortByLabel: {
    takes: ['string', RESULT],
    call: (name, result): GoSlice => ({
      ...(result as GoSlice),
      items: (result as GoSlice).items.toSorted((left, right) =>
        compareTexts(labelOf(left, name as string), labelOf(right, name as string)),
      ),
    }),
  },
  reReplaceAll: ofTexts(3, (pattern, replacement, text) => reReplaceAll(pattern, replacement, text)),
  match: ofTexts(2, (pattern, text) => match(pattern, text)),
  safeHtml: ofTexts(1, (text) => text),
  title: ofTexts(1, (text) => title(text)),
  toUpper: ofTexts(1, (text) => text.toUpperCase()),
  toLower: ofTexts(1, (text) => text.toLowerCase()),
  graphLink: ofTexts(1, (expression) => link(expression, 0)),
  tableLink: ofTexts(1, (expression) => link(expression, 1)),
  stripPort: ofTexts(1, (text) => stripPort(text)),
  stripDomain: ofTexts(1, (text) => stripDomain(text)),
  parseDuration: ofTexts(1, (text) => parseDuration(text)),
  urlQueryEscape: ofTexts(1, (text) => escapeQuery(text)),
  humanize: ofAny(humanize),
  humanize1024: ofAny(humanize1024),
  humanizeDuration: ofAny(humanizeDuration),
  humanizePercentage: ofAny(humanizePercentage),
  humanizeTimestamp: ofAny(humanizeTimestamp),
  toTime: ofAny((value) => timeOf(toNumber(value))),
  toDuration: ofAny((value) => goDuration(toNumber(value))),
};

/** Names that a template of an alert may call. */
export const functionNames: ReadonlySet<string> = new Set([
  ...Object.keys(constantFunctions),
  'query',
  'now',
  'pathPrefix',
  'externalURL',
]);

/**
 * The functions of Prometheus's templates.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
export function templateFunctions({ timeMs, serverUrl, query }: TemplateEnvironment): GoFunctions {
  return {
    ...constantFunctions,
    query: ofTexts(1, (expression): GoSlice => ({
      kind: 'slice',
      type: RESULT,
      items: query(expression).map(sampleObject),
    })),
    now: { takes: [], call: () => timeMs / 1000 },
    pathPrefix: { takes: [], call: () => pathOf(known(serverUrl)) },
    externalURL: { takes: [], call: () => known(serverUrl) },
  };
}
