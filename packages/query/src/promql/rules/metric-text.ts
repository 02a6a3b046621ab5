import { type Labels, setLabel } from '../../labels.ts';
import { unquote } from '../syntax/string-literal.ts';

/** A metric, and what stands after it. */
export interface MetricText {
  /** The name of the metric as `__name__`; labels with an empty value are left out. */
  readonly labels: Labels;
  readonly rest: string;
}

const metricName = /^\s*([a-zA-Z_:][\w:]*)/;
const quoted = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\`[^\`]*\``;
const item = new RegExp(`\\s*(?:([a-zA-Z_]\\w*)|(${quoted}))\\s*(?:=\\s*(${quoted}))?\\s*`, 'sy');

function problem(text: string, expected: string): Error {
  return new Error(`"${text.slice(0, 60)}" is no metric: ${expected}`);
}

function textOf(literal: string, whole: string): string {
  return unquote(literal) ?? problemText(literal, whole);
}

function problemText(literal: string, whole: string): never {
  throw problem(whole, `${literal} is no text`);
}

/**
 * Reads a metric such as `http_requests_total{route="/cart"}`, `{"http.requests", route="/cart"}` or `{}`.
 *
 * @throws {Error} when it is none
 */
export function readMetric(text: string): MetricText {
  const [matched = '', name] = metricName.exec(text) ?? [];
  const labels: Record<string, string> = name === undefined ? {} : { __name__: name };
  let at = matched.length;
  const [open] = /^\s*\{(?!\{)/.exec(text.slice(at)) ?? [];
  if (open === undefined) {
    if (name === undefined) throw problem(text, 'a name or labels in braces');
    return { labels, rest: text.slice(at) };
  }
  at += open.length;
  for (;;) {
    const [close] = /^\s*\}/.exec(text.slice(at)) ?? [];
    if (close !== undefined) {
      at += close.length;
      break;
    }
    item.lastIndex = at;
    const [part, bare, key, value] = item.exec(text) ?? [];
    if (part === undefined) throw problem(text, 'labels are name="value"');
    at += part.length;
    const label = bare ?? textOf(key!, text);
    if (value !== undefined) setLabel(labels, label, textOf(value, text));
    else if (bare === undefined) labels['__name__'] = label;
    else throw problem(text, `label ${label} has no value`);
    if (text[at] === ',') at += 1;
    else if (text[at] !== '}') throw problem(text, 'labels stand apart by commas');
  }
  const kept = Object.entries(labels).filter(([, each]) => each !== '');
  return { labels: Object.fromEntries(kept), rest: text.slice(at) };
}
