import type { Paint } from './paint.ts';

/** The lines of a difference in their colours. */
export function diffText(lines: readonly string[], paint: Paint): string {
  return lines
    .map((line) => {
      if (line.startsWith('+')) return paint('green', line);
      if (line.startsWith('-')) return paint('red', line);
      return line.startsWith('@') ? paint('cyan', line) : line;
    })
    .join('\n');
}
