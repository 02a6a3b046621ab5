import type { Io } from './io.ts';

export interface Progress {
  show(text: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001B[2K';
/** Much longer ones nobody reads in the moment that they are there. */
const LONGEST_CHARACTERS = 78;

/** One line on stderr that is written over, on a terminal only. */
export function createProgress({
  stderr,
  isTerminal,
  env,
  columns = 80,
}: Pick<Io, 'stderr' | 'isTerminal' | 'env' | 'columns'>): Progress {
  const on = isTerminal.stderr && env['TERM'] !== 'dumb';
  // A line that fills the terminal may wrap, and only the last row of a wrapped one can be cleared.
  const longest = Math.max(0, Math.min(LONGEST_CHARACTERS, columns - 2));
  let visible = false;
  return {
    show(text) {
      if (!on) return;
      visible = true;
      stderr.write(`${CLEAR_LINE}${text.slice(0, longest)}`);
    },
    clear() {
      if (visible) stderr.write(CLEAR_LINE);
      visible = false;
    },
  };
}
