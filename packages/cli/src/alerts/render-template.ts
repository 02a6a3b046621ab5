/** What templates are filled with. */
export interface TemplateData {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LABEL = /^\$labels\.(\w+)$/;
/** Significant digits that Prometheus shows. */
const DIGITS = 4;

/**
 * Fills the templates of a rule as Prometheus would, as far as rules of Sightline use them: a label or the value, through
 * functions. A label that is missing is shown by its name in brackets; what is not understood stays as it is.
 */
export function renderTemplate(text: string, data: TemplateData): string {
  return text.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, inside: string) => {
    const [start = '', ...functions] = inside.split('|').map((part) => part.trim());
    const label = LABEL.exec(start)?.[1];
    let value: string | number;
    if (label !== undefined) value = data.labels[label] ?? `(${label})`;
    else if (start === '$value') value = data.value;
    else return whole;
    for (const name of functions) {
      const next = apply(name, value);
      if (next === undefined) return whole;
      value = next;
    }
    return typeof value === 'number' ? short(value) : value;
  });
}

function apply(name: string, value: string | number): string | undefined {
  if (name === 'urlquery') return encodeURIComponent(value).replaceAll('%20', '+');
  const number = Number(value);
  if (Number.isNaN(number)) return String(value);
  if (name === 'humanizePercentage') return `${short(number * 100)}%`;
  if (name === 'humanize') return short(number);
  if (name === 'humanizeDuration') return `${short(number)}s`;
  const digits = /^printf "%\.(\d)f"$/.exec(name)?.[1];
  return digits === undefined ? undefined : number.toFixed(Number(digits));
}

function short(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
