/**
 * The same text in memory of its own. A part of a longer text keeps the whole of it in memory: what is kept of a page or of
 * a body must not do so.
 */
export function detached(text: string): string {
  // So short ones are copied as it is.
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
