import type { RE2JS } from 're2js';

/** `$$`, `$name`, `${name}`; a name is as long as it can be, and a lone `$` stands for itself. */
const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/**
 * A replacement with the groups that an expression found in a text, as Go's `regexp.Expand` writes them.
 *
 * @returns undefined when the expression does not fit
 */
export function expandTemplate(expression: RE2JS, template: string, text: string): string | undefined {
  const matcher = expression.matcher(text);
  if (!matcher.matches()) return undefined;
  const named = matcher.getNamedGroups();
  return template.replace(reference, (_whole, plain?: string, braced?: string) => {
    const name = plain ?? braced;
    if (name === undefined) return '$';
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      return index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '';
    }
    return Object.hasOwn(named, name) ? (named[name] ?? '') : '';
  });
}
