import type { Io } from '../io.ts';

/** Lines of text are this long at most, on every terminal: they are read in documents as well [characters]. */
const LONGEST = 100;
const SHORTEST = 40;

/** How long lines of text are for whom they are written: no longer than the terminal is wide, which would break words [characters]. */
export function textWidth({ isTerminal, columns = LONGEST }: Pick<Io, 'isTerminal' | 'columns'>): number {
  return isTerminal.stdout ? Math.max(SHORTEST, Math.min(LONGEST, columns)) : LONGEST;
}

/** Breaks a text at its spaces into lines of at most so many characters; a longer word has a line to itself. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
