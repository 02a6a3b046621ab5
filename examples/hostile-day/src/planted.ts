import type { Random } from './random.ts';

/** Makes up secrets and remembers each, so that they can be looked for in what was logged. */
export interface Planted {
  /** Every secret so far, as it stands in the logs of a logger that censors nothing. */
  readonly all: readonly string[];
  password(): string;
  /** A token of no particular form: only the name in front of it says what it is. */
  token(): string;
  jwt(): string;
  /** A card number with a valid check digit, in groups as people write it, or bare. */
  card(layout: 'grouped' | 'bare'): string;
  githubToken(): string;
  awsKey(): string;
  /** `user:password` as HTTP Basic sends it. */
  basic(user: string): string;
  privateKey(): string;
}

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALPHANUMERIC = DIGITS + UPPER + LETTERS;

export function createPlanted(random: Random): Planted {
  const all: string[] = [];
  const plant = (secret: string): string => {
    all.push(secret);
    return secret;
  };
  const password = (): string => `${random.text(5, LETTERS)}-${random.text(6, ALPHANUMERIC)}`;

  return {
    all,
    password: () => plant(password()),
    token: () => plant(random.text(32, ALPHANUMERIC)),
    jwt() {
      const header = encoded({ alg: 'HS256', typ: 'JWT' });
      const payload = encoded({ sub: random.text(8, DIGITS), scope: 'checkout' });
      return plant(`${header}.${payload}.${random.text(43, ALPHANUMERIC)}`);
    },
    card(layout) {
      const number = withCheckDigit(`4${random.text(14, DIGITS)}`);
      return plant(layout === 'bare' ? number : number.replaceAll(/(\d{4})(?=\d)/g, '$1 '));
    },
    githubToken: () => plant(`ghp_${random.text(36, ALPHANUMERIC)}`),
    awsKey: () => plant(`AKIA${random.text(16, UPPER + DIGITS)}`),
    basic: (user) => plant(Buffer.from(`${user}:${password()}`).toString('base64')),
    privateKey() {
      const body = plant(random.text(64, ALPHANUMERIC));
      return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Completes a card number by the Luhn formula. Source: ISO/IEC 7812-1. */
function withCheckDigit(digits: string): string {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** How many of these secrets stand in a text. */
export function leaksIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => text.includes(secret));
}
