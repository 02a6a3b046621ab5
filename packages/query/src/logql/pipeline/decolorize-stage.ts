import type { RunnableStage } from './stage.ts';

/** Signs that colour a text in a terminal: an escape, then either words up to a bell, or numbers and a letter. */
const ansi =
  // oxlint-disable-next-line no-control-regex -- these are the signs to find
  /[\u001b\u009b][[\]()#;?]*(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)\u0007|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])/g;

/** `| decolorize`. */
export function decolorizeStage(): RunnableStage {
  return { required: [], step: (line) => line.replaceAll(ansi, '') };
}
