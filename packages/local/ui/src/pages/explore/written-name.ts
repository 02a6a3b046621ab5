import { quoted } from '../../parts/quote.ts';

/** A label as PromQL writes it: in quotes only where its letters ask for them, which servers before Prometheus 3 do not read. */
export function labelText(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name);
}

/** A metric as PromQL writes it: `up`, `{"http.requests"}`. */
export function metricText(name: string): string {
  return /^[a-zA-Z_:][\w:]*$/.test(name) ? name : `{${quoted(name)}}`;
}
