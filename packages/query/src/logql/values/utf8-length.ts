/** What takes more than one byte. */
const wide = /[\u0080-\uffff]/;

/** Bytes of a text in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  if (!wide.test(text)) return text.length;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes += 1;
    else if (code < 0x8_00) bytes += 2;
    else if (code >= 0xd8_00 && code < 0xdc_00 && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at += 1;
    } else bytes += 3;
  }
  return bytes;
}

function isLow(code: number): boolean {
  return code >= 0xdc_00 && code < 0xe0_00;
}
