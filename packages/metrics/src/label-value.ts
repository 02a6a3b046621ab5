import { isIP } from 'node:net';

/** Longest value of a label [UTF-16 code units]; what is cut off ends in an ellipsis. */
const MAX_LABEL_LENGTH = 256;

/** What an address in digits becomes. */
export const OTHER = '_OTHER';

/** Line feeds have an escape of their own on the page; other control characters, and halves of pairs, have none. */
// oxlint-disable-next-line no-control-regex -- they are what it looks for
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/;
// oxlint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A label's value as it stands on the page: text of a bounded length without control characters, which are written as
 * `\u0007`. Done before a label set is looked up, so that two sets that look alike on the page are one series.
 *
 * @param value coerced to text; undefined, null and `''` are a label that is not there
 */
export function labelValue(value: unknown): string {
  const text = typeof value === 'string' ? value : textOf(value);
  if (text.length <= MAX_LABEL_LENGTH && !UNPRINTABLE.test(text)) return text;
  const printable = (text.length > 2 * MAX_LABEL_LENGTH ? text.slice(0, 2 * MAX_LABEL_LENGTH) : text)
    .replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .toWellFormed();
  return printable.length <= MAX_LABEL_LENGTH
    ? printable
    : `${printable.slice(0, MAX_LABEL_LENGTH - 1).toWellFormed()}…`;
}

/** Text of whatever JavaScript passes; undefined and null are none. Never throws. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- a value that is an object says so itself
    return String(value);
  } catch {
    return typeof value;
  }
}

/** True for an IP address, also in brackets, with a zone or a port: it stands for one host among any number. */
export function isAddress(value: string): boolean {
  if (value.length > MAX_LABEL_LENGTH) return false;
  if (isIP(value) !== 0) return true;
  const [, bracketed, bare] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(value) ?? [];
  return isIP(bracketed ?? bare ?? '') !== 0;
}
