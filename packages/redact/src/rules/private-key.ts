import type { TextRule } from '../rule.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
/** `OPENSSH PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`: labels are short. */
const MAX_LABEL_LENGTH = 64;

/** PEM and PGP private keys; a block that is cut off is censored to the end of the text. Source: RFC 7468. */
export const privateKeyRule: TextRule = {
  name: 'private-key',
  anchors: ['-----begin '],
  find(text, from, to) {
    if (!text.startsWith(BEGIN, from)) return to;
    const label = text.slice(to, to + MAX_LABEL_LENGTH);
    const labelEnd = label.indexOf(DASHES);
    if (labelEnd === -1 || !label.slice(0, labelEnd).includes('PRIVATE KEY')) return to;
    const footer = text.indexOf(END, to + labelEnd);
    if (footer === -1) return { from, to: text.length };
    const footerEnd = text.slice(footer + END.length, footer + END.length + MAX_LABEL_LENGTH).indexOf(DASHES);
    return {
      from,
      to: footerEnd === -1 ? text.length : footer + END.length + footerEnd + DASHES.length,
    };
  },
};
