import { isIP } from 'node:net';
import { CHARACTER_SETS, characterSet, runEnd, runStart } from '../characters.ts';
import type { TextRule } from '../rule.ts';

const LOCAL_PART = characterSet(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-",
);
const HOST = characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-');
/** RFC 5321 section 4.5.3.1: 64 octets before the `@`, 255 behind it. */
const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 255;

/** E-mail addresses. An option: many services need them in their logs. */
export const emailRule: TextRule = {
  name: 'email',
  anchors: ['@'],
  find(text, at, _to, censoredTo) {
    // Behind a censored login `@host` is what is left of a URL.
    const from = runStart(text, at, LOCAL_PART, Math.max(censoredTo, at - MAX_LOCAL_LENGTH));
    const to = runEnd(text, at + 1, HOST, Math.min(text.length, at + 1 + MAX_DOMAIN_LENGTH));
    const domain = text.slice(at + 1, to);
    const lastDot = domain.replace(/[.-]$/, '').lastIndexOf('.');
    if (from === at || lastDot < 1 || !/^[A-Za-z]/.test(domain.slice(lastDot + 1))) return at + 1;
    return { from, to: domain.endsWith('.') ? to - 1 : to };
  },
};

const ADDRESS = characterSet('0123456789abcdefABCDEF:.');
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const MAX_ADDRESS_LENGTH = 45;

/** IPv4 and IPv6 addresses. An option, for the same reason. */
export const ipAddressRule: TextRule = {
  name: 'ip-address',
  anchors: ['#.#', '::', '#:', ...Array.from('abcdef', (digit) => `${digit}:`)],
  find(text, anchorFrom, anchorTo) {
    const from = runStart(text, anchorFrom, ADDRESS, Math.max(0, anchorFrom - MAX_ADDRESS_LENGTH));
    const runTo = runEnd(text, anchorTo, ADDRESS);
    if (from > 0 && CHARACTER_SETS.alphanumeric[text.charCodeAt(from - 1)] === 1) return runTo;
    if (runTo - from > MAX_ADDRESS_LENGTH + ':65535.'.length) return runTo;
    const run = text.slice(from, runTo);
    const length = addressLength(run);
    return length === 0 ? runTo : { from, to: from + length };
  },
};

/** Length of the address that `run` begins with, without a port and a full stop; 0 when it is none. */
function addressLength(run: string): number {
  const trimmed = run.replace(/[.:]$/, '');
  if (isIP(run) !== 0) return run.length;
  if (isIP(trimmed) !== 0) return trimmed.length;
  const colon = trimmed.indexOf(':');
  return colon > 0 && isIP(trimmed.slice(0, colon)) === 4 ? colon : 0;
}
