import { utf8Length } from '../values/utf8-length.ts';

/** Walks over the `key=value` pairs of a line. One is used for all lines, so a class. */
export class LogfmtDecoder {
  key = '';
  value = '';
  #line = '';
  #at = 0;
  #failure: { readonly at: number; readonly message: string } | undefined = undefined;

  start(line: string): void {
    this.#line = line;
    this.#at = 0;
    this.#failure = undefined;
  }

  /** Why the last pair could not be read, as Loki says it. To count the bytes before it takes as long as there are. */
  get problem(): string | undefined {
    if (this.#failure === undefined) return undefined;
    const { at, message } = this.#failure;
    return `logfmt syntax error at pos ${utf8Length(this.#line.slice(0, at)) + 1} : ${message}`;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#line.length;
  }

  /** Reads the next pair into `key` and `value`. False when there is none, or when it is none: then it is behind it. */
  next(): boolean {
    this.key = '';
    this.value = '';
    const line = this.#line;
    this.#at = skipBlank(line, this.#at);
    if (this.isAtEnd()) return false;
    const start = this.#at;
    let at = start;
    for (; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      if (code === 0x3d || code === 0x22 || code <= 0x20) break;
    }
    this.#at = at;
    this.key = line.slice(start, at);
    const sign = line[at];
    if (sign === '"') return this.#unexpected('"');
    if (sign === '=' && at === start) return this.#unexpected('=');
    if (this.key.includes('\ufffd')) {
      this.#fail('invalid key');
      if (sign === '=') this.#skipValue();
      return false;
    }
    if (sign !== '=') return true;
    this.#at += 1;
    return this.#readValue();
  }

  #readValue(): boolean {
    const line = this.#line;
    const start = this.#at;
    if (start >= line.length || line.charCodeAt(start) <= 0x20) return true;
    if (line[start] === '"') return this.#readQuoted(start);
    let at = start;
    for (; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      if (code <= 0x20) break;
      if (code === 0x3d || code === 0x22) {
        this.#at = at;
        return this.#unexpected(code === 0x3d ? '=' : '"');
      }
    }
    this.#at = at;
    this.value = line.slice(start, at);
    return true;
  }

  #readQuoted(start: number): boolean {
    const line = this.#line;
    let escaped = false;
    for (let at = start + 1; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      if (code === 0x5c) {
        escaped = true;
        at += 1;
      } else if (code === 0x22) {
        this.#at = at + 1;
        const raw = line.slice(start + 1, at);
        const text = escaped ? unescapeLogfmt(raw) : raw;
        if (text === undefined) {
          this.#fail('invalid quoted value');
          return false;
        }
        this.value = text;
        return true;
      }
    }
    this.#at = line.length;
    this.#fail('unterminated quoted value');
    return false;
  }

  #unexpected(sign: string): false {
    this.#fail(`unexpected '${sign}'`);
    this.#skipValue();
    return false;
  }

  #skipValue(): void {
    while (this.#at < this.#line.length && this.#line.charCodeAt(this.#at) > 0x20) this.#at += 1;
  }

  #fail(message: string): void {
    this.#failure = { at: this.#at, message };
  }
}

function skipBlank(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  "'": "'",
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The text of a quoted value; undefined when an escape is none. */
function unescapeLogfmt(raw: string): string | undefined {
  let wrong = false;
  const text = raw.replaceAll(/\\(?:u([\da-fA-F]{4})|([\s\S]?))/g, (_whole, hex?: string, letter = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const short = Object.hasOwn(shortEscapes, letter) ? shortEscapes[letter] : undefined;
    if (short === undefined) wrong = true;
    return short ?? '';
  });
  return wrong ? undefined : text.toWellFormed();
}
