import { QueryError } from '../../query-error.ts';

const variable = /\$(?:(\$)|(\w+)|\{(\w+)\})/g;

/** Longest text that is filled in [UTF-16 units]: groups may be long, and named many times. */
const maxLength = 1_000_000;

/**
 * Fills in `$1`, `${1}` and `${name}` as Go's `Expand` does; `$$` is a dollar, and an unknown name is nothing.
 *
 * @throws {QueryError} `limit` when that would be too long
 */
export function expandTemplate(template: string, groups: (name: string) => string | undefined): string {
  let length = template.length;
  return template.replaceAll(variable, (_whole, dollar?: string, bare?: string, braced?: string) => {
    const text = dollar === undefined ? (groups((bare ?? braced)!) ?? '') : '$';
    length += text.length;
    if (length > maxLength)
      throw new QueryError('limit', `a replacement would be longer than ${maxLength} characters`);
    return text;
  });
}
