const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** The text of a string of Go, in double quotes with escapes or in back quotes as it is; `undefined` when it is none. */
export function unquote(text: string): string | undefined {
  if (text.startsWith('`')) return text.slice(1, -1).replaceAll('\r', '');
  const inner = text.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  const bytes: number[] = [];
  let result = '';
  const flush = (): void => {
    if (bytes.length > 0) result += new TextDecoder().decode(new Uint8Array(bytes.splice(0)));
  };
  for (const [part] of inner.matchAll(escapeOrText)) {
    const byte = byteOf(part);
    if (byte !== undefined) {
      bytes.push(byte);
      continue;
    }
    flush();
    const decoded = decodePart(part);
    if (decoded === undefined) return undefined;
    result += decoded;
  }
  flush();
  return result;
}

/** Why a text in double quotes is none: an escape that Go does not know, or one that stands for no character. */
export function quoteProblem(text: string): string {
  return onlyEscapes.test(text) ? 'invalid syntax' : 'invalid char escape';
}

const onlyEscapes = /^"(?:[^\\]|\\(?:[abfnrtv\\"]|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}))*"$/;

const escapeOrText = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2}|[^])|[^\\]+/g;

/** `\x..` and `\ooo` are bytes of UTF-8, not characters. */
function byteOf(part: string): number | undefined {
  if (/^\\x..$/.test(part)) return Number.parseInt(part.slice(2), 16);
  return /^\\[0-3]..$/.test(part) ? Number.parseInt(part.slice(1), 8) : undefined;
}

function decodePart(part: string): string | undefined {
  if (!part.startsWith('\\')) return part;
  if (!/^\\[uU]./.test(part)) return simpleEscapes[part.slice(1)];
  const point = Number.parseInt(part.slice(2), 16);
  return point > 0x10_ffff || (point >= 0xd800 && point < 0xe000) ? undefined : String.fromCodePoint(point);
}
