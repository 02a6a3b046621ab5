import { createRandom } from './random.ts';
import type { Random } from './random.ts';

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = DIGITS + UPPER + UPPER.toLowerCase();

/** Made-up secrets that the traffic carries, so that they can be looked for in the telemetry. */
export interface Planted {
  /** In `authorization: Bearer`, of visitors. */
  readonly bearer: string;
  /** In `cookie: session=`. */
  readonly session: string;
  /** In `x-api-key`. */
  readonly apiKey: string;
  /** In `?token=`, and behind it in the referrer. */
  readonly queryToken: string;
  /** In paths, with and without a route. */
  readonly githubToken: string;
  readonly jwt: string;
  /** In the user agent and the request id, where nobody looks for one. */
  readonly stripeKey: string;
  /** In bodies; the last one is declined. The card processor repeats them in its errors. */
  readonly cards: readonly string[];
  /** In the note of an order, which goes into the database. */
  readonly password: string;
  /** Between the services, and in their environment. */
  readonly serviceToken: string;
  /** All of them. */
  readonly all: readonly string[];
}

/** The same on every run with the same seed. */
export function plantSecrets(seed: number): Planted {
  const random = createRandom(seed);
  const token = (length: number): string => random.text(length, ALPHANUMERIC);
  const secrets = {
    bearer: token(40),
    session: token(32),
    apiKey: token(32),
    queryToken: token(24),
    githubToken: `ghp_${token(36)}`,
    jwt: `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: token(8) })}.${token(43)}`,
    stripeKey: `sk_live_${token(24)}`,
    password: `${token(6)}-${token(6)}`,
    serviceToken: token(48),
  };
  const cards = [card(random, '4242'), card(random, '1881'), card(random, '0002')];
  return { ...secrets, cards, all: [...Object.values(secrets), ...cards] };
}

/** What a planted secret is, for reports that must not show it. */
export function secretName(planted: Planted, secret: string): string {
  return Object.entries(planted).find(([, value]) => value === secret)?.[0] ?? 'card';
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A card number with these last digits and a valid check sum. */
function card(random: Random, end: string): string {
  for (;;) {
    const digits = `4${random.text(11, DIGITS)}${end}`;
    if (luhnSum(digits) % 10 === 0) return digits;
  }
}

/** Source: ISO/IEC 7812-1. */
function luhnSum(digits: string): number {
  return digits
    .split('')
    .toReversed()
    .reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
}

/** Counts secrets in texts and bytes that come in pieces: one that spans two pieces is found as well. */
export interface LeakSearch {
  /** @param source where the piece comes from; pieces of one source follow on each other */
  look(source: string, piece: string): void;
  /** Secrets that were found, by where. */
  readonly found: ReadonlyMap<string, ReadonlySet<string>>;
}

export function createLeakSearch(secrets: readonly string[]): LeakSearch {
  const overlap = Math.max(...secrets.map(({ length }) => length)) - 1;
  const ends = new Map<string, string>();
  const found = new Map<string, Set<string>>();
  return {
    look(source, piece) {
      const text = (ends.get(source) ?? '') + piece;
      for (const secret of secrets) {
        if (!text.includes(secret)) continue;
        const sources = found.get(secret) ?? new Set();
        found.set(secret, sources.add(source));
      }
      ends.set(source, text.slice(-overlap));
    },
    found,
  };
}
