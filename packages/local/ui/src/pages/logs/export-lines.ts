import type { LogLine } from '../../api/loki.ts';

/** Lines as NDJSON: the moment as Loki says it [ns since 1970], the line as it came, all labels. */
export function ndjsonOf(lines: readonly LogLine[]): string {
  return lines.map(({ timeNs, line, labels }) => `${JSON.stringify({ timeNs, line, labels })}\n`).join('');
}

/** Lets the browser keep a text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
