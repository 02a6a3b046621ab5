import { CHARACTER_SETS, runEnd } from '../characters.ts';
import type { TextRule } from '../rule.ts';

const { base64url } = CHARACTER_SETS;
/** `{"`, `{ "`, `{\n ` and `{\r\n`. */
const BEGINNINGS = ['eyJ', 'eyAi', 'ewog', 'ew0K'] as const;
/** `{"a":` in base64url is 8 characters: no JOSE header is shorter. */
const MIN_HEADER_LENGTH = 8;
const MIN_PAYLOAD_LENGTH = 4;

/**
 * JSON Web Tokens, signed (three parts), unsecured (an empty third) and encrypted (five).
 * Source: RFC 7515 section 3.1, RFC 7516 section 3.1.
 */
export const jwtRule: TextRule = {
  name: 'jwt',
  anchors: ['eyj', 'eyai', 'ewog', 'ew0k'],
  find(text, from, _to, censoredTo) {
    // The payload of a token begins as a token does.
    if (from < censoredTo) return censoredTo;
    if (!BEGINNINGS.some((beginning) => text.startsWith(beginning, from))) return from + 1;
    const headerEnd = runEnd(text, from, base64url);
    // Every start in this run meets the same end, so none of them needs another look.
    if (headerEnd - from < MIN_HEADER_LENGTH || text[headerEnd] !== '.') return headerEnd;
    const payloadEnd = runEnd(text, headerEnd + 1, base64url);
    let to = payloadEnd;
    // An encrypted token with a direct key has an empty second part.
    const isEncrypted = text[payloadEnd] === '.' && payloadEnd === headerEnd + 1;
    if (!isEncrypted && payloadEnd - headerEnd - 1 < MIN_PAYLOAD_LENGTH) return headerEnd;
    for (let part = 2; part < 5 && text[to] === '.'; part++) {
      const partEnd = runEnd(text, to + 1, base64url);
      // A full stop after the token ends a sentence; in the token it ends an unsecured payload.
      if (partEnd === to + 1 && part > 2) break;
      to = partEnd;
    }
    return { from, to };
  },
};
