/**
 * A text without the signs at its ends that an expression fits. Each sign is looked at once, while an expression such as
 * `[ ]+$` looks anew from each of many spaces in the middle of a text.
 *
 * @param sign fits one sign
 */
export function trimSigns(text: string, sign: RegExp, ends: 'both' | 'last' = 'both'): string {
  let from = 0;
  let to = text.length;
  if (ends === 'both') while (from < to && sign.test(text.charAt(from))) from += 1;
  while (to > from && sign.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
