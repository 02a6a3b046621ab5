import type { RunnableStage } from './stage.ts';

/**
 * Signs that colour a text in a terminal: an escape, then either words up to a bell, or numbers and a letter. What an escape
 * begins with is taken whole: `;` is also between words, and a long row of it could else be cut anywhere.
 */
const ansi =
  // oxlint-disable-next-line no-control-regex -- these are the signs to find
  /[\u001b\u009b][[\]()#;?]*(?![[\]()#;?])(?:[a-zA-Z\d;]*\u0007|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])/g;

/** `| decolorize`. */
export function decolorizeStage(): RunnableStage {
  return { required: [], step: (line) => line.replaceAll(ansi, '') };
}
