const utf8 = new TextEncoder();
// A mark of byte order is a character like any other here.
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Units that one call of `fromCharCode` takes without running out of stack. */
const unitsAtATime = 8192;

/** A text as bytes, and whether they are UTF-16: UTF-8 has no half of a pair of surrogates, and a text can have one. */
export function textToBytes(text: string): { readonly bytes: Uint8Array; readonly isUtf16: boolean } {
  if (text.isWellFormed()) return { bytes: utf8.encode(text), isUtf16: false };
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return { bytes: new Uint8Array(units.buffer), isUtf16: true };
}

/** The text that `textToBytes` made these of. */
export function bytesToText(bytes: Uint8Array, isUtf16: boolean): string {
  if (!isUtf16) return fromUtf8.decode(bytes);
  const units = new Uint16Array(bytes.slice().buffer);
  let text = '';
  for (let at = 0; at < units.length; at += unitsAtATime)
    text += String.fromCharCode(...units.subarray(at, at + unitsAtATime));
  return text;
}
