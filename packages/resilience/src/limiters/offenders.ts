import { createHmac, randomBytes } from 'node:crypto';

/** Who was turned away, without saying who: a hash that means something in this process alone. */
interface Offender {
  /** 12 hexadecimal digits, of a hash under a key that ends with the process. */
  readonly key: string;
  /** How often it was turned away, at most. */
  readonly limited: number;
  /** By how much `limited` can be too high, as it took the place of another. */
  readonly overcountedAtMost: number;
}

/** The keys that are turned away most often, in bounded memory. */
export interface Offenders {
  add(key: string): void;
  /** The worst first. Hashes only: a key is an address or a user. */
  top(count: number): readonly Offender[];
}

/** Keys that are counted at a time. Any key with more than one in 64 of all refusals is among them. */
const CAPACITY = 64;
/** Longest part of a key that is looked at [UTF-16 code units]. */
const MAX_KEY_LENGTH = 256;

const salt = randomBytes(32);

/**
 * The Space-Saving sketch: a new key takes the place of the one with the lowest count, and that count as well.
 *
 * Source: Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams (2005)
 */
export function createOffenders(): Offenders {
  const places = new Map<string, number>();
  const keys: string[] = [];
  // Typed arrays, as every one is looked at for each new key: that is what an attack is made of.
  const limited = new Float64Array(CAPACITY);
  const overcounted = new Float64Array(CAPACITY);

  function placeOfLeast(): number {
    let place = 0;
    for (let at = 1; at < CAPACITY; at++) if (limited[at]! < limited[place]!) place = at;
    return place;
  }

  function replaceLeast(key: string): void {
    const place = placeOfLeast();
    places.delete(keys[place]!);
    places.set(key, place);
    keys[place] = key;
    const least = limited[place]!;
    overcounted[place] = least;
    limited[place] = least + 1;
  }

  return {
    add(given) {
      const key = given.length > MAX_KEY_LENGTH ? given.slice(0, MAX_KEY_LENGTH) : given;
      const place = places.get(key);
      if (place !== undefined) limited[place]! += 1;
      else if (keys.length < CAPACITY) {
        places.set(key, keys.length);
        limited[keys.length] = 1;
        keys.push(key);
      } else replaceLeast(key);
    },
    top(count) {
      return Array.from(keys.keys())
        .toSorted((one, other) => limited[other]! - limited[one]!)
        .slice(0, count)
        .map((place) => ({
          key: hashed(keys[place]!),
          limited: limited[place]!,
          overcountedAtMost: overcounted[place]!,
        }));
    },
  };
}

function hashed(key: string): string {
  return createHmac('sha256', salt).update(key).digest('hex').slice(0, 12);
}
