import { CHARACTER_SETS, runEnd } from '../characters.ts';
import type { TextRule } from '../rule.ts';

/** The private members of a JSON Web Key. Source: RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1. */
export const PRIVATE_JWK_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']);

/** Shorter ones are no key of this century. */
const MIN_LENGTH = 16;
/** An RSA key's other members lie between its `kty` and a private one: 4,096 bits in base64url and some more. */
const REACH = 4096;

/** Private members of JSON Web Keys in JSON: `{"kty":"EC",…,"d":"…"}`. */
export const jwkRule: TextRule = {
  name: 'private-jwk',
  anchors: [...PRIVATE_JWK_MEMBERS].map((member) => `"${member}":`),
  find(text, from, colonEnd) {
    const quoteAt = text[colonEnd] === ' ' ? colonEnd + 1 : colonEnd;
    if (text[quoteAt] !== '"') return colonEnd;
    const to = quoteAt + 1;
    const probe = runEnd(text, to, CHARACTER_SETS.base64url, to + MIN_LENGTH);
    if (probe - to < MIN_LENGTH) return to;
    const end = runEnd(text, probe, CHARACTER_SETS.base64url);
    if (text[end] !== '"' && end < text.length) return end;
    const isKey =
      text.slice(Math.max(0, from - REACH), from).includes('"kty"') ||
      text.slice(end, end + REACH).includes('"kty"');
    return isKey ? { from: to, to: end } : end;
  },
};
