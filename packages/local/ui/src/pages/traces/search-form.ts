import { quoted } from '../../parts/quote.ts';
import { serviceCondition, traceqlOf } from '../../parts/trace/write-traceql.ts';

/** A search as the form has it; '' for what is not asked. */
export interface SearchForm {
  readonly service: string;
  readonly operation: string;
  /** At least this long: `100ms`, `1.5s`. */
  readonly minDuration: string;
  readonly status: '' | 'error' | 'ok' | 'unset';
  /** With its scope, `span.http.route`; without one it is looked for in all. */
  readonly attribute: string;
  readonly value: string;
}

export const emptyForm: SearchForm = {
  service: '',
  operation: '',
  minDuration: '',
  status: '',
  attribute: '',
  value: '',
};

const DURATION = String.raw`\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)`;

/** What the form asks, in TraceQL. A duration that is none yet, and an attribute without a value, are left out. */
export function writeSearch(form: SearchForm): string {
  const { service, operation, minDuration, status, attribute, value } = form;
  const isDuration = new RegExp(`^${DURATION}$`).test(minDuration);
  return traceqlOf([
    service === '' ? undefined : serviceCondition(service),
    operation === '' ? undefined : `name = ${quoted(operation)}`,
    isDuration ? `duration >= ${minDuration}` : undefined,
    status === '' ? undefined : `status = ${status}`,
    attribute === '' || value === '' ? undefined : `${scoped(attribute)} = ${valueText(value)}`,
  ]);
}

/** `http.route` is looked for in spans and resources alike: `.http.route`. */
function scoped(attribute: string): string {
  if (/^(?:span|resource|event|link|instrumentation)\.|^\.|:/.test(attribute)) return attribute;
  return `.${/^[A-Za-z_][\w.]*$/.test(attribute) ? attribute : quoted(attribute)}`;
}

/** A number is one, and so is what somebody put in quotes a text. */
function valueText(value: string): string {
  if (/^-?\d+(?:\.\d+)?$/.test(value) || value === 'true' || value === 'false') return value;
  return isQuoted(value) ? value : quoted(value);
}

function isQuoted(value: string): boolean {
  return value.length > 1 && value.startsWith('"') && readText(value) !== undefined;
}

function readText(value: string): string | undefined {
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const CONDITION = new RegExp(
  String.raw`^\s*((?:[\w.:]|${STRING})+)\s*(=|>=)\s*(${STRING}|[^\s&|{}()]+)\s*(?:&&|$)`,
);

/** The form that says the same as a query; undefined for one that the form cannot say. */
export function readSearch(query: string): SearchForm | undefined {
  const found = /^\s*(?:\{\s*(.*?)\s*\})?\s*$/s.exec(query);
  if (found === null) return undefined;
  let rest = found[1] ?? '';
  let form = emptyForm;
  while (rest !== '') {
    const condition = CONDITION.exec(rest);
    if (condition === null) return undefined;
    const [all, name = '', operator = '', value = ''] = condition;
    const next = withCondition(form, name, operator, value);
    if (next === undefined) return undefined;
    form = next;
    rest = rest.slice(all.length).trimStart();
    if (rest === '' && all.endsWith('&&')) return undefined;
  }
  return form;
}

function withCondition(
  form: SearchForm,
  name: string,
  operator: string,
  value: string,
): SearchForm | undefined {
  const text = readText(value);
  if (name === 'duration')
    return operator === '>=' && form.minDuration === '' ? { ...form, minDuration: value } : undefined;
  if (operator !== '=') return undefined;
  if (name === 'resource.service.name')
    return text === undefined || form.service !== '' ? undefined : { ...form, service: text };
  if (name === 'name')
    return text === undefined || form.operation !== '' ? undefined : { ...form, operation: text };
  if (name === 'status') {
    if (form.status !== '' || (value !== 'error' && value !== 'ok' && value !== 'unset')) return undefined;
    return { ...form, status: value };
  }
  if (form.attribute !== '' || !/[.:]/.test(name)) return undefined;
  const plain = text !== undefined && valueText(text) === value ? text : value;
  return { ...form, attribute: name, value: plain };
}

/** A query that is none yet asks for all traces. */
export function queryOrAll(query: string): string {
  return query.trim() === '' ? '{ }' : query;
}

/**
 * A query narrowed to spans of such durations.
 *
 * @returns `{ … && duration >= 10ms && duration <= 20ms }`, or joined by `&&` of two sets where the query is not one set
 */
export function withDurations(query: string, fromMs: number, toMs: number): string {
  const limits = `traceDuration >= ${roundMs(fromMs)}ms && traceDuration <= ${roundMs(toMs)}ms`;
  const plain = queryOrAll(query).replaceAll(
    /\s*&&\s*traceDuration\s*[<>]=\s*[\w.]+|traceDuration\s*[<>]=\s*[\w.]+\s*(?:&&\s*)?/g,
    '',
  );
  const found = /^\s*\{\s*([^{}]*?)\s*\}\s*$/.exec(plain);
  if (found === null) return `${plain} && { ${limits} }`;
  return found[1] === '' ? `{ ${limits} }` : `{ ${found[1]} && ${limits} }`;
}

function roundMs(ms: number): number {
  return ms < 0 ? 0 : Number(ms.toPrecision(4));
}
