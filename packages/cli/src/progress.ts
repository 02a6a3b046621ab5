import type { Io } from './io.ts';

export interface Progress {
  show(text: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001B[2K';
/** Longer lines would wrap, and only the last row of a wrapped line can be cleared. */
const LONGEST_CHARACTERS = 78;

/** One line on stderr that is written over, on a terminal only. */
export function createProgress({
  stderr,
  isTerminal,
  env,
}: Pick<Io, 'stderr' | 'isTerminal' | 'env'>): Progress {
  const on = isTerminal.stderr && env['TERM'] !== 'dumb';
  let visible = false;
  return {
    show(text) {
      if (!on) return;
      visible = true;
      stderr.write(`${CLEAR_LINE}${text.slice(0, LONGEST_CHARACTERS)}`);
    },
    clear() {
      if (visible) stderr.write(CLEAR_LINE);
      visible = false;
    },
  };
}
