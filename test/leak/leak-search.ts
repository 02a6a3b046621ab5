/** What stands for one secret in a text: its first characters, as they are or encoded. */
interface Needle {
  readonly bytes: Buffer;
  readonly owner: number;
  readonly form: string;
}

/** A secret that was found. */
export interface Leak {
  /** The number that the secret was added under. */
  readonly owner: number;
  /** How it was written. */
  readonly form: string;
  /** Where. */
  readonly exit: string;
  /** What stands around it. */
  readonly excerpt: string;
}

/** Finds any of many secrets in any text, also encoded and cut short. */
export interface LeakSearch {
  /** @param parts each of them is looked for by itself */
  add(owner: number, parts: readonly string[]): void;
  look(exit: string, content: Buffer | string): void;
  readonly leaks: readonly Leak[];
  /** Bytes that were searched, by exit. */
  readonly searched: ReadonlyMap<string, number>;
}

/** So much of a secret is too much of it. */
const NEEDLE_BYTES = 12;
const TABLE_BITS = 20;
const FACTOR = 0x01000193;
const EXCERPT_BYTES = 60;

/** The first and the last characters of a part, as it is, and of what encoders make of it. */
function formsOf(part: string): ReadonlyMap<string, string> {
  const forms = new Map<string, string>([
    ['plain', part],
    ['its end', part.slice(-NEEDLE_BYTES)],
    ['URL-encoded', encodeURIComponent(part)],
    ['JSON-escaped', JSON.stringify(part).slice(1, -1)],
    ['hex', Buffer.from(part).toString('hex')],
  ]);
  // Base64 of a text that it is in: three ways, by where it begins.
  for (let before = 0; before < 3; before++) {
    const inside = Buffer.from(`${'x'.repeat(before)}${part}`).toString('base64');
    forms.set(`base64 + ${before}`, inside.slice(before === 0 ? 0 : before + 1));
  }
  return forms;
}

export function createLeakSearch(): LeakSearch {
  const table = new Map<number, Needle[]>();
  const mayBegin = new Uint8Array(1 << TABLE_BITS);
  const leaks: Leak[] = [];
  const searched = new Map<string, number>();
  const seen = new Set<string>();
  /** Of the byte that leaves the window. */
  let leaving = 1;
  for (let at = 1; at < NEEDLE_BYTES; at++) leaving = Math.imul(leaving, FACTOR);

  // oxlint-disable-next-line unicorn/consistent-function-scoping -- beside the rolling one, which it must equal
  function hashOf(bytes: Buffer): number {
    let hash = 0;
    for (let at = 0; at < NEEDLE_BYTES; at++) hash = (Math.imul(hash, FACTOR) + (bytes[at] ?? 0)) | 0;
    return hash;
  }

  return {
    add(owner, parts) {
      for (const part of parts) {
        for (const [form, text] of formsOf(part)) {
          const bytes = Buffer.from(text).subarray(0, NEEDLE_BYTES);
          if (bytes.length < NEEDLE_BYTES) continue;
          const hash = hashOf(bytes);
          const alike = table.get(hash) ?? [];
          if (alike.some((needle) => needle.owner === owner && needle.bytes.equals(bytes))) continue;
          table.set(hash, [...alike, { bytes, owner, form }]);
          mayBegin[hash >>> (32 - TABLE_BITS)] = 1;
        }
      }
    },
    look(exit, content) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      searched.set(exit, (searched.get(exit) ?? 0) + bytes.length);
      let hash = 0;
      for (let end = 0; end < bytes.length; end++) {
        if (end >= NEEDLE_BYTES) {
          hash = (hash - Math.imul(bytes[end - NEEDLE_BYTES] ?? 0, leaving)) | 0;
        }
        hash = (Math.imul(hash, FACTOR) + (bytes[end] ?? 0)) | 0;
        if (mayBegin[hash >>> (32 - TABLE_BITS)] !== 1) continue;
        const from = end - NEEDLE_BYTES + 1;
        for (const { bytes: needle, owner, form } of table.get(hash) ?? []) {
          if (from < 0 || needle.compare(bytes, from, end + 1) !== 0) continue;
          const key = `${owner} ${form} ${exit}`;
          if (seen.has(key)) continue;
          seen.add(key);
          const excerpt = bytes.toString('utf8', Math.max(0, from - EXCERPT_BYTES), end + EXCERPT_BYTES);
          leaks.push({ owner, form, exit, excerpt });
        }
      }
    },
    leaks,
    searched,
  };
}
