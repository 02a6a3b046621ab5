import type { TextRule } from '../rule.ts';

const BEGIN = '-----BEGIN';
const END = '-----END';
const DASHES = '-----';
/** `OPENSSH PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`: labels are short, also with escaped spaces. */
const MAX_LABEL_LENGTH = 96;

/**
 * PEM and PGP private keys, also with the spaces of a URL, and those of SSH2; a block that is cut off is censored to
 * the end of the text. Source: RFC 7468, RFC 4716.
 */
export const privateKeyRule: TextRule = {
  name: 'private-key',
  anchors: ['-----begin', '---- begin'],
  find(text, from, to) {
    const isSsh2 = text[from + 4] === ' ';
    const dashes = isSsh2 ? '----' : DASHES;
    const begin = isSsh2 ? '---- BEGIN' : BEGIN;
    if (!text.startsWith(begin, from)) return to;
    const label = text.slice(to, to + MAX_LABEL_LENGTH);
    const labelEnd = label.indexOf(dashes);
    const spaced = label.slice(0, labelEnd).replaceAll(/%20|[+_]/g, ' ');
    if (labelEnd === -1 || !spaced.includes('PRIVATE KEY')) return to;
    const end = isSsh2 ? '---- END' : END;
    const footer = text.indexOf(end, to + labelEnd);
    if (footer === -1) return { from, to: text.length };
    const afterEnd = footer + end.length;
    const footerEnd = text.slice(afterEnd, afterEnd + MAX_LABEL_LENGTH).indexOf(dashes);
    return { from, to: footerEnd === -1 ? text.length : afterEnd + footerEnd + dashes.length };
  },
};

/** The private part of a PuTTY key file, to its checksum. */
export const puttyKeyRule: TextRule = {
  name: 'private-key',
  anchors: ['private-lines:'],
  find(text, _from, to) {
    const end = text.indexOf('Private-MAC', to);
    return { from: to, to: end === -1 ? text.length : end };
  },
};
