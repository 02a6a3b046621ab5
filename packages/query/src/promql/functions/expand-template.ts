import type { RE2JS } from 're2js';
import { checkValueLength } from './computed-value.ts';

/** `$$`, `$name`, `${name}`; a name is as long as it can be, and a lone `$` stands for itself. */
const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/**
 * A replacement with the groups that an expression found in a text, as Go's `regexp.Expand` writes them.
 *
 * @returns undefined when the expression does not fit
 * @throws {QueryError} `limit` when it would be too long for the value of a label
 */
export function expandTemplate(expression: RE2JS, template: string, text: string): string | undefined {
  const matcher = expression.matcher(text);
  if (!matcher.matches()) return undefined;
  const named = matcher.getNamedGroups();
  const groupOf = (name: string): string => {
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      return index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '';
    }
    return Object.hasOwn(named, name) ? (named[name] ?? '') : '';
  };
  let length = 0;
  const value = template.replace(reference, (_whole, plain?: string, braced?: string) => {
    const name = plain ?? braced;
    const part = name === undefined ? '$' : groupOf(name);
    length += part.length;
    checkValueLength(length);
    return part;
  });
  checkValueLength(value.length);
  return value;
}
