/** One sample of a page of metrics. */
interface PageSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export type Page = readonly PageSample[];

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+([-+]?(?:[\d.]|Inf|NaN)\S*)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads a page of metrics in either text format; lines that are none of samples are passed over. */
export function parsePage(text: string): Page {
  return text.split('\n').flatMap((line): readonly PageSample[] => {
    if (line === '' || line.startsWith('#')) return [];
    // An exemplar stands behind the value, with braces of its own.
    const [, name = '', labels = '', value = ''] = LINE.exec(line.split(' # ')[0]!) ?? [];
    return name === '' ? [] : [{ name, labels: labelsOf(labels), value: numberOf(value) }];
  });
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]));
}

/** The sum of all series of a name that have these labels; undefined when there is none. */
export function totalOf(
  page: Page,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = page.filter(
    (each) =>
      each.name === name && Object.entries(labels).every(([key, value]) => each.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** Sums of a name by the value of one label. */
export function totalsBy(page: Page, name: string, label: string): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const each of page) {
    if (each.name !== name) continue;
    const key = each.labels[label] ?? '';
    totals.set(key, (totals.get(key) ?? 0) + each.value);
  }
  return totals;
}

/** `+Inf` is no number of JavaScript. */
function numberOf(text: string): number {
  return /^[-+]?Inf$/.test(text) ? Number(`${text.startsWith('-') ? '-' : ''}Infinity`) : Number(text);
}
