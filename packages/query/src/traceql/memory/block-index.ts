import type { AttributeValue, InstrumentationScope, Resource, Span, SpanKind, SpanStatus } from '../model.ts';
import type { SpanNeed } from '../source.ts';

/** What spans of a block have, so that blocks without what a query needs are not unpacked. */
export interface BlockIndex {
  /** A Bloom filter of keys, of keys with their values, and of names; its bits are a power of two. */
  readonly filter: Uint8Array;
  readonly statuses: ReadonlySet<SpanStatus>;
  readonly kinds: ReadonlySet<SpanKind>;
  /** [ns] */
  readonly minDurationNs: number;
  readonly maxDurationNs: number;
}

/** Bits of the filter for each thing in it, and how many of them it sets: one in forty that is not there seems to be. */
const BITS_EACH = 8;
const BITS_SET = 3;
/** Stand for keys of what is no attribute. */
const NAME = hashOf('\0name');
const EVENT_NAME = hashOf('\0event');
const PRESENT = hashOf('\0present');
const TRUE = hashOf('\0true');
const FALSE = hashOf('\0false');

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** Collects what the index of one block is made of. */
export class BlockIndexWriter {
  readonly #hashes = new Set<number>();
  /** By the places of words: each is hashed once. */
  readonly #words: number[] = [];
  readonly #statuses = new Set<SpanStatus>();
  readonly #kinds = new Set<SpanKind>();
  #minDurationNs = Infinity;
  #maxDurationNs = -Infinity;

  /** @param place of its name */
  span({ name, status, kind, durationNs }: Span, place: number): void {
    this.#statuses.add(status);
    this.#kinds.add(kind);
    const ns = Number(durationNs);
    if (ns < this.#minDurationNs) this.#minDurationNs = ns;
    if (ns > this.#maxDurationNs) this.#maxDurationNs = ns;
    this.#hashes.add(pair(NAME, this.word(place, name)));
  }

  eventName(place: number, name: string): void {
    this.#hashes.add(pair(EVENT_NAME, this.word(place, name)));
  }

  /** @returns what stands for a key when its values are added */
  key(place: number, key: string): number {
    const hash = this.word(place, key);
    this.#hashes.add(pair(PRESENT, hash));
    return hash;
  }

  /** @param value the hash of a word, or of anything else */
  value(key: number, value: number): void {
    this.#hashes.add(pair(key, value));
  }

  /** The hash of the word at a place of the packed words. */
  word(place: number, text: string): number {
    return (this.#words[place] ??= hashOf(text));
  }

  finish(): BlockIndex {
    let bits = 64;
    while (bits < this.#hashes.size * BITS_EACH) bits *= 2;
    const filter = new Uint8Array(bits / 8);
    for (const hash of this.#hashes) {
      for (let turn = 0; turn < BITS_SET; turn += 1) {
        const bit = bitOf(hash, turn, bits);
        filter[bit >> 3] = filter[bit >> 3]! | (1 << (bit & 7));
      }
    }
    return {
      filter,
      statuses: this.#statuses,
      kinds: this.#kinds,
      minDurationNs: this.#minDurationNs,
      maxDurationNs: this.#maxDurationNs,
    };
  }
}

/** What a whole number, a double or a boolean is hashed to: an int and a double that are equal in TraceQL are one. */
export function hashOfScalar(value: bigint | number | boolean): number {
  if (typeof value === 'boolean') return value ? TRUE : FALSE;
  // Zero has no sign here.
  double[0] = Number(value) + 0;
  return mixed(halves[0]! ^ Math.imul(halves[1]!, 0x9e37_79b1));
}

/** Whether a span of a block may have all that is needed; false only when none does. */
export function mayMeet(block: BlockSummary, needs: readonly SpanNeed[]): boolean {
  return needs.every((need) => mayMeetOne(block, need));
}

function mayMeetOne(block: BlockSummary, need: SpanNeed): boolean {
  const { index } = block;
  switch (need.kind) {
    case 'status':
      return index.statuses.has(need.status);
    case 'span-kind':
      return index.kinds.has(need.spanKind);
    case 'duration':
      return index.maxDurationNs >= need.minNs && index.minDurationNs <= need.maxNs;
    case 'name':
      return hasValue(index, NAME, need.values);
    case 'event-name':
      return hasValue(index, EVENT_NAME, need.values);
    default:
      return mayHold(block, need);
  }
}

function mayHold({ index, resources, scopes }: BlockSummary, { scope, key, values }: AttributeNeed): boolean {
  const holds = ({ attributes }: Pick<Resource, 'attributes'>): boolean =>
    holdsValue(attributes.get(key), values);
  if (scope !== 'packed' && resources.some(holds)) return true;
  if (scope === 'resource') return false;
  if (scope === 'any' && scopes.some(holds)) return true;
  const hash = hashOf(key);
  return values === undefined ? has(index, pair(PRESENT, hash)) : hasValue(index, hash, values);
}

interface BlockSummary {
  readonly index: BlockIndex;
  readonly resources: readonly Resource[];
  readonly scopes: readonly InstrumentationScope[];
}

type AttributeNeed = Extract<SpanNeed, { kind: 'attribute' }>;

/** Whether a value, or an element of it, is one of these; without them any is. */
function holdsValue(value: AttributeValue | undefined, wanted: AttributeNeed['values']): boolean {
  if (value === undefined || wanted === undefined) return value !== undefined;
  const elements = Array.isArray(value) ? (value as readonly AttributeValue[]) : [value];
  return elements.some((element) => wanted.some((each) => isSame(element, each)));
}

function isSame(value: AttributeValue, wanted: string | bigint | number | boolean): boolean {
  const isNumber = typeof wanted === 'bigint' || typeof wanted === 'number';
  if (!isNumber || (typeof value !== 'bigint' && typeof value !== 'number')) return value === wanted;
  return Number(value) === Number(wanted);
}

function hasValue(
  index: BlockIndex,
  key: number,
  values: readonly (string | bigint | number | boolean)[],
): boolean {
  return values.some((value) =>
    has(index, pair(key, typeof value === 'string' ? hashOf(value) : hashOfScalar(value))),
  );
}

function has({ filter }: BlockIndex, hash: number): boolean {
  for (let turn = 0; turn < BITS_SET; turn += 1) {
    const bit = bitOf(hash, turn, filter.length * 8);
    if ((filter[bit >> 3]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

function bitOf(hash: number, turn: number, bits: number): number {
  return mixed(hash + Math.imul(turn, 0x9e37_79b1)) & (bits - 1);
}

function pair(key: number, value: number): number {
  return mixed(Math.imul(key, 0x85eb_ca6b) ^ value);
}

/** FNV-1a over the units of a text, mixed. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  return mixed(hash);
}

/** Spreads every bit over all others. Source: MurmurHash3, fmix32 */
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
