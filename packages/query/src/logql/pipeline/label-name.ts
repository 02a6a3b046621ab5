import { createBoundedCache } from '../../bounded-cache.ts';
import { trimSigns } from '../../trim-signs.ts';

const plainName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const notInName = /[^a-zA-Z0-9_]/gu;

/** Go's white space: what `strings.TrimSpace` takes off. */
const goBlank = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

const names = createBoundedCache(4096, (key: string) => sanitize(key));

/** A label's name from a key of a line: `http.status` is `http_status`, and `1a` is `_1a`. "" when nothing is left. */
export function labelName(key: string): string {
  return plainName.test(key) ? key : names.get(key);
}

function sanitize(key: string): string {
  const trimmed = trimGoBlank(key);
  const replaced = trimmed.replaceAll(notInName, '_');
  return /^\d/.test(trimmed) ? `_${replaced}` : replaced;
}

function trimGoBlank(text: string): string {
  return trimSigns(text, goBlank);
}

/** The name of a nested value: the keys on its way, without blank ones, with `_` between. */
export function nestedLabelName(keys: readonly string[]): string {
  let name = '';
  for (const key of keys) {
    const trimmed = plainName.test(key) ? key : trimGoBlank(key);
    if (trimmed === '') continue;
    if (name !== '') name += '_';
    else if (/^\d/.test(trimmed)) name = '_';
    name += plainName.test(trimmed) ? trimmed : trimmed.replaceAll(notInName, '_');
  }
  return name;
}
