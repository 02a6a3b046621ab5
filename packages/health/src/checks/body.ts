/**
 * Reads a body as UTF-8, up to a bound, and lets go of the rest.
 *
 * @param maxBytes most that is read [B]
 * @returns the text, and whether that was all
 */
export async function readBody(
  response: Response,
  maxBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let leftBytes = maxBytes;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    const part = chunk.subarray(0, leftBytes);
    text += decoder.decode(part, { stream: true });
    if (part.length < chunk.length) return { text, isWhole: false };
    leftBytes -= part.length;
  }
  return { text: text + decoder.decode(), isWhole: true };
}
