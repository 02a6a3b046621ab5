import { quoteAt, quotedEnd } from './quoting.ts';
import type { TextRule } from '../rule.ts';

const REACH = 128;
const LITERALS = ['identified by ', 'identified with ', 'set password for '];
const MAX_LITERAL_LENGTH = 'identified by password '.length;

/** `IDENTIFIED BY '…'`, `IDENTIFIED WITH plugin AS '…'`, `SET PASSWORD FOR user = '…'`. */
export const sqlPasswordRule: TextRule = {
  name: 'sql-password',
  anchors: ['identified ', 'set passw'],
  find(text, from, anchorTo) {
    const start = text.slice(from, from + MAX_LITERAL_LENGTH).toLowerCase();
    const literal = LITERALS.find((candidate) => start.startsWith(candidate));
    if (literal === undefined) return anchorTo;
    const to = from + literal.length;
    if (literal === 'identified by ') return quoted(text, start.endsWith('password ') ? to + 9 : to) ?? to;
    const isSet = literal.startsWith('set');
    const window = text.slice(to, to + REACH);
    const link = window.search(isSet ? / ?= ?/ : / (?:by|as) /i);
    if (link === -1) return to;
    const afterLink = to + link + (/^(?: ?= ?| (?:by|as) )/i.exec(window.slice(link))?.[0].length ?? 0);
    return quoted(text, afterLink) ?? quotedArgument(text, afterLink) ?? to;
  },
};

/** `PASSWORD('…')` */
function quotedArgument(text: string, at: number): { from: number; to: number } | undefined {
  const bracket = text.slice(at, at + REACH).indexOf('(');
  return bracket === -1 ? undefined : quoted(text, at + bracket + 1);
}

function quoted(text: string, at: number): { from: number; to: number } | undefined {
  const quote = quoteAt(text, at);
  if (quote === undefined) return undefined;
  const from = at + quote.length;
  const to = quotedEnd(text, from, quote);
  return to > from ? { from, to } : undefined;
}
