/* oxlint-disable no-await-in-loop -- the event loop gets its turn between slices */
import type { Exemplar, FamilyDefinition } from './family.ts';
import { escaped, labelText } from './label-text.ts';
import { labelValue } from './label-value.ts';
import { boundText, numberText } from './number-text.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { PageFamily, PageSeries } from './page-family.ts';
import type { PageFormat } from './page-format.ts';
import { familyName, namesClashing } from './page-names.ts';
import { unitWords } from './unit-words.ts';

/** Series that are written before the clock is asked. */
const STRIDE = 16;

/** From this length on, what is written goes out, so that a page never stands in memory as a whole [UTF-16 code units]. */
const CHUNK_LENGTH = 65_536;

/**
 * Writes families as a page, in slices of a few milliseconds between which the event loop is free. A series is written
 * in one go, so that the count of a histogram is that of its last bucket whatever is observed meanwhile.
 *
 * The caller sees to it that no two families take the same name and no two series the same labels.
 *
 * @returns parts of the page; OpenMetrics ends in `# EOF`
 */
export async function* renderPage(
  families: Iterable<PageFamily>,
  format: PageFormat,
  pacer: Pacer = createPacer(),
): AsyncGenerator<string, void, undefined> {
  const all = [...families];
  const plain = format === 'text' ? NONE : namesClashing(all.map(({ definition }) => definition));
  let chunk = '';
  for (const { definition, pageSeries } of all) {
    const series = pageSeries();
    if (series.length === 0) continue;
    const head = headOf(definition, format, plain);
    const write = seriesWriter(definition, format, head.type);
    chunk += headText(definition, format, head);
    for (let at = 0; at < series.length; at++) {
      chunk += write(series[at] as PageSeries);
      if (at % STRIDE !== 0 && chunk.length < CHUNK_LENGTH) continue;
      const isDue = pacer.isDue();
      if (chunk.length < CHUNK_LENGTH && !isDue) continue;
      yield chunk;
      chunk = '';
      // Asked again: whoever took the chunk has worked with it in the same turn.
      if (isDue || pacer.isDue()) await pacer.turn();
    }
  }
  if (format === 'openmetrics') chunk += '# EOF\n';
  if (chunk !== '') yield chunk;
}

const TEXT_TYPES: Readonly<Record<FamilyDefinition['type'], string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  unknown: 'untyped',
};

const NONE: ReadonlySet<string> = new Set();

/** How a family is called on a page, and which type it has there. */
interface Head {
  readonly family: string;
  readonly type: string;
}

/**
 * A counter or an info without its ending has no place in OpenMetrics, nor has one whose name without the ending is that of
 * another family: there it has its whole name and no type.
 */
function headOf(definition: FamilyDefinition, format: PageFormat, plain: ReadonlySet<string>): Head {
  const { type, name } = definition;
  if (format === 'text') return { family: name, type: TEXT_TYPES[type] };
  const family = familyName(definition);
  if ((type !== 'counter' && type !== 'info') || (family !== name && !plain.has(name)))
    return { family, type };
  return { family: name, type: type === 'counter' ? 'unknown' : 'gauge' };
}

/** Both formats have an escape for line feeds alone, and readers differ in what others are to them. */
// oxlint-disable-next-line no-control-regex -- they are what it looks for
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

function headText(definition: FamilyDefinition, format: PageFormat, head: Head): string {
  const { help, unit, type } = definition;
  const { family } = head;
  const said = help.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(CONTROLS, ' ');
  let text = `# HELP ${family} ${format === 'text' ? said : said.replaceAll('"', '\\"')}\n`;
  text += `# TYPE ${family} ${head.type}\n`;
  const words = type === 'info' ? '' : unitWords(unit, type);
  if (format === 'openmetrics' && words !== '' && family.endsWith(`_${words}`)) {
    text += `# UNIT ${family} ${words}\n`;
  }
  return text;
}

function seriesWriter(
  definition: FamilyDefinition,
  format: PageFormat,
  typeOnPage: string,
): (series: PageSeries) => string {
  const { name, type } = definition;
  const withExemplars = format === 'openmetrics';
  const text = (series: PageSeries): string => series.labelText ?? cleanText(definition, series);
  if (type === 'histogram') return histogramWriter(definition, text, withExemplars);
  if (type === 'summary') return summaryWriter(name, text);
  const hasExemplar = withExemplars && typeOnPage === 'counter';
  return function writeValue(series) {
    // Of another registry: there is no counter below 0, and none that is no number.
    if (type === 'counter' && !((series.value ?? Number.NaN) >= 0)) return '';
    const labels = text(series);
    const sample = `${name}${labels && `{${labels}}`} ${numberText(series.value ?? Number.NaN)}`;
    return sample + (hasExemplar && series.exemplar ? exemplarText(series.exemplar) : '') + '\n';
  };
}

/** Of what comes from elsewhere, labels may hold what no page can. */
function cleanText({ labels }: FamilyDefinition, { labelValues, overflow }: PageSeries): string {
  return labelText(labels, {
    labelValues: labelValues.map(labelValue),
    ...(overflow && { overflow }),
  });
}

function histogramWriter(
  { name, boundaries = [] }: FamilyDefinition,
  text: (series: PageSeries) => string,
  openMetrics: boolean,
): (series: PageSeries) => string {
  // Everything of a line that is the same for all series of the family.
  const open = `${name}_bucket{`;
  const ends = [...boundaries.map(boundText), '+Inf'].map((bound) => `le="${bound}"} `);
  const hasNegative = (boundaries[0] ?? 0) < 0;
  return function writeHistogram(series) {
    const { histogram } = series;
    if (histogram === undefined) return '';
    const { counts, sum, exemplars } = histogram;
    const labels = text(series);
    const start = labels === '' ? open : `${open}${labels},`;
    let total = 0;
    let lines = '';
    for (let at = 0; at < ends.length; at++) {
      total += counts[at] ?? 0;
      lines += start + ends[at] + total;
      const exemplar = openMetrics ? exemplars?.[at] : undefined;
      lines += exemplar === undefined ? '\n' : `${exemplarText(exemplar)}\n`;
    }
    // In OpenMetrics both or none, and none when the sum can fall.
    if (openMetrics && (hasNegative || !(sum >= 0))) return lines;
    const braces = labels && `{${labels}}`;
    return `${lines}${name}_sum${braces} ${numberText(sum)}\n${name}_count${braces} ${total}\n`;
  };
}

function summaryWriter(name: string, text: (series: PageSeries) => string): (series: PageSeries) => string {
  return function writeSummary(series) {
    const { summary } = series;
    if (summary === undefined) return '';
    const labels = text(series);
    const braces = labels && `{${labels}}`;
    let lines = '';
    // An object puts whole numbers, such as 1, before all others.
    const quantiles = Object.entries(summary.quantiles).toSorted(
      ([one], [other]) => Number(one) - Number(other),
    );
    for (const [quantile, value] of quantiles) {
      lines += `${name}{${labels && `${labels},`}quantile="${boundText(Number(quantile))}"} ${numberText(value)}\n`;
    }
    return `${lines}${name}_sum${braces} ${numberText(summary.sum)}\n${name}_count${braces} ${numberText(summary.count)}\n`;
  };
}

/** Most characters that the labels of an exemplar may have in OpenMetrics, names and values together. */
const MAX_EXEMPLAR_LENGTH = 128;
const EXEMPLAR_NAMES = 'trace_idspan_id'.length;

function exemplarText({ traceId, spanId, value, timeMs }: Exemplar): string {
  // Cleaned as a label is: those of another registry may hold whatever somebody sent.
  const [trace, span] = [labelValue(traceId), labelValue(spanId)];
  if (trace.length + span.length + EXEMPLAR_NAMES > MAX_EXEMPLAR_LENGTH) return '';
  return ` # {trace_id="${escaped(trace)}",span_id="${escaped(span)}"} ${numberText(value)} ${(timeMs / 1000).toFixed(3)}`;
}
