/** Parts of a text by the bytes of its UTF-8, as Go cuts it: each byte of half a letter becomes a sign of its own. */
export function byteSlice(text: string, from: number, to: number | undefined): string {
  const bytes = new TextEncoder().encode(text);
  const end = to ?? bytes.length;
  if (end > bytes.length) {
    throw new Error(`runtime error: slice bounds out of range [:${end}] with length ${bytes.length}`);
  }
  if (from > end) throw new Error(`runtime error: slice bounds out of range [${from}:${end}]`);
  const first = Math.min(nextLetter(bytes, from), end);
  const last = Math.max(first, letterStart(bytes, end));
  const whole = new TextDecoder().decode(bytes.subarray(first, last));
  return '\ufffd'.repeat(first - from) + whole + '\ufffd'.repeat(end - last);
}

function isInside(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 0b10;
}

/** Place of the first letter that begins at or behind a byte. */
function nextLetter(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isInside(bytes[at])) at += 1;
  return at;
}

/** Place of the letter that a byte is in; of a byte that begins one, its own. */
function letterStart(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isInside(bytes[at])) at -= 1;
  return at;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
