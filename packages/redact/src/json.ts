import { types } from 'node:util';
import { isAlternating, isBeside, opensRequest, secrecyInContext } from './contextual-keys.ts';
import { isArray } from './list-shapes.ts';
import type { Counter, Counters } from './counters.ts';
import type { KeyFacts } from './key-facts.ts';
import type { ValueCensor, ValueLimits } from './value.ts';

export interface JsonTools {
  readonly keyFacts: (key: string) => KeyFacts;
  readonly quote: (text: string) => string;
  /** Whether the last `quote` put its text between quotation marks as it was. */
  readonly wasPlain: () => boolean;
  readonly url: (url: string) => string;
  readonly value: ValueCensor['value'];
  readonly marker: string;
  readonly limits: ValueLimits;
  readonly byKey: Counter;
  readonly counters: Pick<Counters, 'begin' | 'settle'>;
}

export interface JsonWriter {
  json(value: unknown): string | undefined;
  entry(key: string, value: unknown, holder?: object): string;
}

/** Levels that are written directly; what is deeper, or anything but plain objects and lists, goes the general way. */
const DIRECT_DEPTH = 6;
/** Entries, all levels together, that are written directly. */
const DIRECT_ENTRIES = 1000;
/** Characters of all strings together that are written directly [UTF-16 code units]. */
const DIRECT_LENGTH = 1_048_576;

/** Longest text that is remembered under its key [UTF-16 code units]. */
const MAX_REMEMBERED_TEXT = 256;

/**
 * Compiles the writing of values as censored JSON. The answer is that of `JSON.stringify(censor.value(value))`; plain
 * data, which is nearly all that is ever logged, is censored while it is written, without a copy in between.
 */
export function createJsonWriter({
  keyFacts,
  quote,
  wasPlain,
  url,
  value: censor,
  marker,
  limits,
  byKey,
  counters,
}: JsonTools): JsonWriter {
  const quotedMarker = JSON.stringify(marker);
  const directDepth = Math.min(DIRECT_DEPTH, limits.maxDepth);
  const rememberedLength = Math.min(MAX_REMEMBERED_TEXT, limits.maxStringLength);
  const directEntries = Math.min(DIRECT_ENTRIES, limits.maxEntries);
  const directLength = Math.min(DIRECT_LENGTH, limits.maxTotalLength);
  let entriesLeft = 0;
  let lengthLeft = 0;

  /**
   * JSON of a value that may not be direct: the whole of it is then censored and written the general way.
   *
   * @param queryKey its key, where that says that it is the query of a URL
   */
  function json(value: unknown, queryKey?: string): string | undefined {
    entriesLeft = directEntries;
    lengthLeft = directLength;
    const mark = counters.begin();
    let written: string | undefined;
    try {
      written = direct(value, directDepth, queryKey !== undefined);
    } finally {
      // Where the direct way does not lead to the end, the general one meets the same secrets again.
      counters.settle(mark, written !== undefined);
    }
    return written ?? (queryKey === undefined ? JSON.stringify(censor(value)) : jsonUnder(queryKey, value));
  }

  /** JSON of a value of which its key says more than a name. */
  function jsonUnder(key: string, value: unknown): string | undefined {
    return JSON.stringify(Object.values(censor({ [key]: value }) as object)[0]);
  }

  /** JSON of plain data; undefined where the value needs the general way, or has no JSON. */
  function direct(value: unknown, depth: number, isQuery = false): string | undefined {
    switch (typeof value) {
      case 'string':
        lengthLeft -= value.length;
        return lengthLeft < 0 ? undefined : quote(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'number':
        // From 1e12 on a number can be a card's.
        return value < 1e12 && value > -1e21 ? `${value}` : undefined;
      case 'object':
        if (value === null) return 'null';
        if (depth === 0 || types.isProxy(value)) return undefined;
        return Array.isArray(value) ? directList(value, depth - 1) : directRecord(value, depth - 1, isQuery);
      default:
        return undefined;
    }
  }

  function directRecord(record: object, depth: number, isQuery: boolean): string | undefined {
    const prototype: unknown = Object.getPrototypeOf(record);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
    const keys = Object.keys(record);
    entriesLeft -= keys.length;
    if (entriesLeft < 0) return undefined;
    let output = '';
    for (const key of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(record, key);
      const facts = keyFacts(key);
      if (descriptor === undefined || descriptor.get !== undefined || descriptor.set !== undefined) {
        return undefined;
      }
      if (facts.isContextual || (facts.beside !== undefined && isBeside(record, facts.beside)))
        return undefined;
      const { value } = descriptor as { value: unknown };
      if (value === undefined) continue;
      let written: string | undefined;
      if (facts.isSecret || (isQuery && opensRequest(facts.secrecy, value))) written = secret(facts, value);
      else if (typeof value === 'string') {
        lengthLeft -= value.length;
        if (lengthLeft < 0) return undefined;
        written = textJson(facts, value);
      } else written = direct(value, depth, facts.isQuery);
      if (written === undefined) return undefined;
      output += (output === '' ? facts.json : facts.entry) + written;
    }
    return `{${output}}`;
  }

  function directList(list: readonly unknown[], depth: number): string | undefined {
    entriesLeft -= list.length;
    if (entriesLeft < 0) return undefined;
    let output = '';
    for (let index = 0; index < list.length; index++) {
      const descriptor = Object.getOwnPropertyDescriptor(list, index);
      if (descriptor === undefined || descriptor.get !== undefined || descriptor.set !== undefined) {
        return undefined;
      }
      const { value } = descriptor as { value: unknown };
      // Flags name the argument behind them, and pairs what is in them.
      if (typeof value === 'string' ? value.startsWith('--') : isArray(value)) return undefined;
      const written = direct(value, depth);
      if (written === undefined) return undefined;
      output += index === 0 ? written : `,${written}`;
    }
    return `[${output}]`;
  }

  /** JSON of the value under a secret's name; undefined where it has none. */
  function secret({ secrecy }: Pick<KeyFacts, 'secrecy'>, value: unknown): string | undefined {
    if (value === null || value === '' || typeof value === 'boolean') return JSON.stringify(value);
    if (typeof value === 'function' || value === undefined) return undefined;
    if (typeof value === 'number' && secrecy === 'secret-unless-number') {
      // Not `json`, which begins anew and would forget how much of the value around it is written.
      return direct(value, 0) ?? JSON.stringify(censor(value));
    }
    byKey.add();
    return quotedMarker;
  }

  /** JSON of a text under a key. The same text as last time is not looked at again. */
  function textJson(facts: KeyFacts, text: string): string {
    if (text === facts.lastText) return facts.lastJson;
    // What the rules for text do not know: escapes, and a login without a scheme in front.
    if (facts.isUrl && (text.includes('%') || text.startsWith('//'))) return JSON.stringify(url(text));
    const written = quote(text);
    // Only what was written as it stands is remembered: no secret is kept, and nothing large.
    if (text.length <= rememberedLength && wasPlain()) {
      facts.lastText = text;
      facts.lastJson = written;
    }
    return written;
  }

  /** JSON of a value whose siblings or whose own order say what is in it; undefined where it has none. */
  function contextual(key: string, facts: KeyFacts, value: unknown, holder: object): string | undefined {
    const secrecy = secrecyInContext(holder, key, facts.secrecy, keyFacts);
    if (secrecy !== 'open') return secret({ secrecy }, value);
    if (!isAlternating(key) || !isArray(value)) return json(value);
    return jsonUnder(key, value);
  }

  return {
    json,
    entry(key, value, holder = {}) {
      const facts = keyFacts(key);
      if (facts.isContextual || (facts.beside !== undefined && isBeside(holder, facts.beside))) {
        const written = contextual(key, facts, value, holder);
        return written === undefined ? '' : facts.entry + written;
      }
      if (facts.isSecret) {
        const written = secret(facts, value);
        return written === undefined ? '' : facts.entry + written;
      }
      if (typeof value === 'string') return facts.entry + textJson(facts, value);
      const written = json(value, facts.isQuery ? key : undefined);
      return written === undefined ? '' : facts.entry + written;
    },
  };
}
