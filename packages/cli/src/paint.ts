import { styleText } from 'node:util';

type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';
/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/**
 * Whether a stream gets colours. `--no-color` beats `FORCE_COLOR`, which beats `NO_COLOR` (https://no-color.org), as it
 * does in Node.js itself; else a terminal does that is not `dumb`.
 */
export function hasColor(
  env: Readonly<Record<string, string | undefined>>,
  { isTerminal, noColor }: { readonly isTerminal: boolean; readonly noColor: boolean },
): boolean {
  if (noColor) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced.toLowerCase() !== 'false';
  if (env['NO_COLOR']) return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

export function createPaint(colored: boolean): Paint {
  return (style, text) => (colored && text !== '' ? styleText(style, text, { validateStream: false }) : text);
}
