import type { LogLine } from '../../api/loki.ts';

const NAMES = ['msg', 'message', 'body', 'event'] as const;

/** What a line says: its message where it is JSON, the line itself elsewhere. */
export function logMessage({ line }: LogLine): string {
  if (!line.startsWith('{')) return line;
  try {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    for (const name of NAMES) {
      const value = fields[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  } catch {
    // Not JSON after all.
  }
  return line;
}

/** `error`, `warn`, `info`, …; '' where nobody says. */
export function logLevel({ labels }: LogLine): string {
  return (labels['level'] ?? labels['detected_level'] ?? labels['severity_text'] ?? '').toLowerCase();
}
