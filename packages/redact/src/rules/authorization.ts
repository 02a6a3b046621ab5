import { CHARACTER_SETS, isSpace, runEnd } from '../characters.ts';
import { words } from '../words.ts';
import { quoteAt } from './quoting.ts';
import type { TextRule } from '../rule.ts';

const { token68, base64 } = CHARACTER_SETS;
const MIN_BEARER_LENGTH = 6;
/** Enough of a Basic credential to see whether a colon stands in it; user names are not longer. */
const BASIC_PROBE_LENGTH = 512;
/** Words that follow “bearer” in prose and in `WWW-Authenticate`. */
const PROSE = new Set(
  words(`
    token tokens token. scheme authentication authorization credential credentials header format
    realm= error= scope= charset= invalid missing expired required
  `),
);

/** In lower case “bearer” is a word as well; a credential is longer than the words behind it, and holds a digit. */
const MIN_LOWER_CASE_LENGTH = 16;

/** `Bearer …`: RFC 6750. */
export const bearerRule: TextRule = {
  name: 'bearer-credential',
  anchors: ['bearer ', 'bearer%##'],
  find(text, anchorFrom, anchorTo) {
    if (text[anchorTo - 3] === '%' && !text.startsWith('%20', anchorTo - 3)) return anchorTo;
    const start = skipSpaces(text, anchorTo);
    const from = start + (quoteAt(text, start)?.length ?? 0);
    const to = runEnd(text, from, token68);
    const credential = text.slice(from, to);
    if (credential.length < MIN_BEARER_LENGTH || PROSE.has(credential.toLowerCase())) return anchorTo;
    const capitalised = text[anchorFrom] === 'B';
    if (!capitalised && (credential.length < MIN_LOWER_CASE_LENGTH || !/\d/.test(credential))) return to;
    return { from, to };
  },
};

/** `Basic …`: RFC 7617. It is one when it decodes to `user:password`. */
export const basicRule: TextRule = {
  name: 'basic-credential',
  anchors: ['basic ', 'basic%##'],
  find(text, _anchorFrom, anchorTo) {
    if (text[anchorTo - 3] === '%' && !text.startsWith('%20', anchorTo - 3)) return anchorTo;
    const from = skipSpaces(text, anchorTo);
    const to = runEnd(text, from, base64);
    const probe = text.slice(from, Math.min(to, from + BASIC_PROBE_LENGTH));
    if (probe.length < 4 || !Buffer.from(probe, 'base64').includes(0x3a)) return anchorTo;
    return { from, to };
  },
};

/** `AUTH PLAIN …` of SMTP, IMAP and POP3: user and password in base64. Source: RFC 4616, RFC 4954. */
export const mailLoginRule: TextRule = {
  name: 'mail-login',
  anchors: ['auth plain ', 'auth login ', 'auth xoauth2 '],
  find(text, _anchorFrom, anchorTo) {
    const to = runEnd(text, anchorTo, base64);
    const isWord = !/[A-Z0-9=]/.test(text.slice(anchorTo, Math.min(to, anchorTo + BASIC_PROBE_LENGTH)));
    return isWord || to - anchorTo < MIN_BEARER_LENGTH ? anchorTo : { from: anchorTo, to };
  },
};

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && at < from + 16 && isSpace(text, at)) at++;
  return at;
}
