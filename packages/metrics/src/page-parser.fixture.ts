/** A sample as it stands on a page. */
interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly exemplar?: {
    readonly labels: ReadonlyMap<string, string>;
    readonly value: number;
    readonly time: number;
  };
}

export interface ParsedFamily {
  readonly name: string;
  type: string;
  help: string | undefined;
  unit: string | undefined;
  readonly samples: ParsedSample[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  unknown: [''],
  untyped: [''],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
};

const METRIC = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,(?=[a-zA-Z_])|$)/y;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN`;
const SAMPLE = new RegExp(
  String.raw`^(${METRIC})(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (${NUMBER})( # \{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (${NUMBER}) (\d+\.\d+))?$`,
);
const UNESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/**
 * Reads a page as strictly as the specifications are, and throws at the first thing that is wrong: written apart from
 * the writer, so that both do not share a mistake.
 */
export function parsePage(page: string, format: 'text' | 'openmetrics'): ReadonlyMap<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const names = new Map<string, string>();
  let current: ParsedFamily | undefined;
  // oxlint-disable-next-line no-control-regex -- they are what may not be there
  if (/[\u0000-\u0009\u000b-\u001f\u007f\ud800-\udfff]/u.test(page)) throw new Error('a control character');
  if (!page.endsWith('\n')) throw new Error('no line feed at the end');
  const lines = page.slice(0, -1).split('\n');
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('no # EOF');

  function begin(name: string): ParsedFamily {
    if (current?.name === name) {
      if (current.samples.length > 0) throw new Error(`metadata of ${name} after its samples`);
      return current;
    }
    if (families.has(name)) throw new Error(`${name} stands twice`);
    current = { name, type: '', help: undefined, unit: undefined, samples: [] };
    families.set(name, current);
    return current;
  }

  for (const line of lines) {
    const [, keyword, name = '', text = ''] = /^# (HELP|TYPE|UNIT) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') begin(name).help = text;
    else if (keyword === 'UNIT' && format === 'openmetrics') {
      if (!name.endsWith(`_${text}`)) throw new Error(`${name} does not end in ${text}`);
      begin(name).unit = text;
    } else if (keyword === 'TYPE') {
      const suffixes = SUFFIXES[text];
      if (suffixes === undefined) throw new Error(`type ${text}`);
      begin(name).type = text;
      for (const suffix of format === 'text' ? [''] : new Set(['', ...suffixes])) {
        const rival = names.get(name + suffix);
        if (rival !== undefined) throw new Error(`${name} and ${rival} have the same name ${name + suffix}`);
        names.set(name + suffix, name);
      }
    } else {
      const sample = parseSample(line);
      const suffixes =
        format === 'text' && current?.type === 'counter' ? [''] : SUFFIXES[current?.type ?? ''];
      const suffix = suffixes?.find((each) => sample.name === `${current?.name}${each}`);
      if (current === undefined || suffix === undefined) throw new Error(`${sample.name} is in no family`);
      if (sample.exemplar && (format === 'text' || !['_bucket', '_total'].includes(suffix))) {
        throw new Error(`an exemplar at ${line}`);
      }
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family, format);
  return families;
}

function parseSample(line: string): ParsedSample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = '', labels = '', value = '', tail, exemplarLabels = '', exemplarValue = '', time = ''] =
    match;
  const parsed = { name, labels: parseLabels(labels, line), value: parseNumber(value) };
  if (tail === undefined) return parsed;
  const exemplar = {
    labels: parseLabels(exemplarLabels, line),
    value: parseNumber(exemplarValue),
    time: Number(time),
  };
  const length = [...exemplar.labels].flat().join('').length;
  if (length > 128) throw new Error(`an exemplar with labels of ${length} characters`);
  return { ...parsed, exemplar };
}

function parseLabels(text: string, line: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    LABEL.lastIndex = at;
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`labels of ${line}`);
    const [whole, name = '', value = ''] = match;
    if (labels.has(name)) throw new Error(`label ${name} stands twice: ${line}`);
    labels.set(
      name,
      value.replaceAll(/\\["\\n]/g, (escape) => UNESCAPED[escape] ?? ''),
    );
    at += whole.length;
  }
  return labels;
}

function parseNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function keyOf(labels: ReadonlyMap<string, string>, without?: string): string {
  // A label that is empty is one that is not there.
  const pairs = [...labels].filter(([name, value]) => name !== without && value !== '');
  return JSON.stringify(pairs.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function checkFamily({ name, type, samples }: ParsedFamily, format: 'text' | 'openmetrics'): void {
  if (type === '') throw new Error(`${name} has no type`);
  const seen = new Set<string>();
  const closed = new Set<string>();
  let group: string | undefined;
  for (const sample of samples) {
    const key = `${sample.name} ${keyOf(sample.labels)}`;
    if (seen.has(key)) throw new Error(`${key} stands twice`);
    seen.add(key);
    const set = keyOf(sample.labels, { histogram: 'le', summary: 'quantile' }[type]);
    if (set !== group) {
      if (closed.has(set)) throw new Error(`the samples of ${set} in ${name} do not stand together`);
      if (group !== undefined) closed.add(group);
      group = set;
    }
    if (type === 'counter' && !(sample.value >= 0)) throw new Error(`${key} is ${sample.value}`);
    if (type === 'info' && sample.value !== 1) throw new Error(`${key} is ${sample.value}`);
  }
  if (type === 'histogram') checkHistogram(name, samples, format);
}

function checkHistogram(name: string, samples: readonly ParsedSample[], format: string): void {
  const sets = Map.groupBy(samples, ({ labels }) => keyOf(labels, 'le'));
  for (const [set, parts] of sets) {
    const buckets = parts.filter((part) => part.name === `${name}_bucket`);
    let [bound, count] = [-Infinity, 0];
    for (const { labels, value } of buckets) {
      const le = labels.get('le') ?? '';
      if (!(parseNumber(le) > bound)) throw new Error(`le ${le} of ${name}${set} is not above ${bound}`);
      if (format === 'openmetrics' && !/[.e]|Inf/.test(le)) throw new Error(`le ${le} is no float`);
      if (!(value >= count)) throw new Error(`the bucket ${le} of ${name}${set} falls`);
      [bound, count] = [parseNumber(le), value];
    }
    if (bound !== Infinity) throw new Error(`${name}${set} has no bucket +Inf`);
    const total = parts.find((part) => part.name === `${name}_count`)?.value;
    const sum = parts.find((part) => part.name === `${name}_sum`)?.value;
    if (format === 'text' && total === undefined) throw new Error(`${name}${set} has no count`);
    if (total !== undefined && total !== count) throw new Error(`${name}${set}: ${total} is not ${count}`);
    if (format === 'openmetrics' && ((sum === undefined) !== (total === undefined) || (sum ?? 0) < 0)) {
      throw new Error(`the sum ${sum} of ${name}${set} goes with the count ${total}`);
    }
  }
}

/** Reads a body to its end. */
export async function readBody(body: AsyncIterable<string>): Promise<string> {
  let page = '';
  for await (const part of body) page += part;
  return page;
}
