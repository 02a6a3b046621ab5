import type { Size } from './screen.ts';

const ESCAPE = '\u001B[';

/** Where the view is drawn. */
export interface Terminal {
  draw(lines: readonly string[]): void;
  size(): Size;
  close(): void;
}

/** The whole terminal: a screen of its own, which goes when it is closed. */
export function openTerminal(stream: NodeJS.WriteStream, onResize: () => void): Terminal {
  stream.write(`${ESCAPE}?1049h${ESCAPE}?25l`);
  stream.on('resize', onResize);
  return {
    draw(lines) {
      // One write a frame, and no line is cleared before it is written: nothing flickers.
      stream.write(`${ESCAPE}H${lines.join(`${ESCAPE}K\r\n`)}${ESCAPE}K${ESCAPE}J`);
    },
    size: () => ({ columns: stream.columns, rows: stream.rows }),
    close() {
      stream.off('resize', onResize);
      stream.write(`${ESCAPE}?25h${ESCAPE}?1049l`);
    },
  };
}
