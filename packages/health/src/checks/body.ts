/**
 * Reads a body as UTF-8, up to a bound, and lets go of the rest.
 *
 * @param maxBytes most that is read [B]
 * @returns the text, and whether that was all
 */
export async function readBody(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let leftBytes = maxBytes;
  // Leaving the loop cancels the body, or destroys the connection.
  for await (const chunk of body) {
    const part = chunk.subarray(0, leftBytes);
    text += decoder.decode(part, { stream: true });
    if (part.length < chunk.length) return { text, isWhole: false };
    leftBytes -= part.length;
  }
  return { text: text + decoder.decode(), isWhole: true };
}
