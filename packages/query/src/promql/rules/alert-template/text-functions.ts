import { searchExpression } from '../../../regular-expression.ts';
import { durationMs } from '../../syntax/duration.ts';

/** Whether an expression of RE2 fits anywhere in a text. */
export function match(pattern: string, text: string): boolean {
  return searchExpression(pattern).test(text);
}

/** What `$name`, `${name}` and `$$` in a replacement stand for; a name goes as far as letters, digits and `_` do. */
function expand(
  replacement: string,
  groups: readonly (string | undefined)[],
  named: Readonly<Record<string, number>>,
): string {
  return replacement.replace(
    /\$(?:\$|(\w+)|\{(\w+)\})/g,
    (_whole, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced;
      if (name === undefined) return '$';
      const index = /^\d+$/.test(name) ? Number(name) : named[name];
      return index === undefined ? '' : (groups[index] ?? '');
    },
  );
}

function compiled(pattern: string): ReturnType<typeof searchExpression> {
  try {
    return searchExpression(pattern);
  } catch (error) {
    const shown = pattern.includes('`') ? JSON.stringify(pattern) : `\`${pattern}\``;
    throw new Error(`regexp: Compile(${shown}): ${(error as Error).message}`, { cause: error });
  }
}

/** Replaces every place that an expression of RE2 fits. */
export function reReplaceAll(pattern: string, replacement: string, text: string): string {
  const expression = compiled(pattern);
  const named = expression.namedGroups();
  let result = '';
  let end = 0;
  for (const found of expression.matchAll(text)) {
    const index = found.index!;
    // Nothing right behind what was found is not found once more.
    if (found[0] === '' && index === end && end > 0) continue;
    result += text.slice(end, index) + expand(replacement, found, named);
    end = index + found[0].length;
  }
  return result + text.slice(end);
}

/** Every word with a capital first letter; the rest of it stays. */
export function title(text: string): string {
  // A word goes on over an apostrophe, a dot or a colon between letters, and over an underscore.
  return text.replace(
    /(?<![\p{L}\p{M}\p{N}_]|[\p{L}\p{M}]['’.:·])(\p{N}*_*)(\p{L})/gu,
    (_whole, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** `host:port` or `[host]:port`; undefined when it is neither. */
function splitHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, port = ''] = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^:[\]]*)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host, port };
}

export function stripPort(text: string): string {
  return splitHostPort(text)?.host ?? text;
}

function isAddress(host: string): boolean {
  const isV4 =
    /^(\d{1,3}\.){3}\d{1,3}$/.test(host) &&
    host.split('.').every((part) => Number(part) < 256 && (part === '0' || !part.startsWith('0')));
  return isV4 || (host.includes(':') && /^[\da-f:.]+$/i.test(host));
}

/** The first part of a host name, with its port; an address stays whole. */
export function stripDomain(text: string): string {
  const { host, port } = splitHostPort(text) ?? { host: text, port: '' };
  if (isAddress(host)) return text;
  const name = host.split('.')[0]!;
  return port === '' ? name : `${name}:${port}`;
}

/**
 * Seconds of a duration such as `1h30m`, also with a minus.
 *
 * @throws {Error} when it is none
 */
export function parseDuration(text: string): number {
  const negative = text.startsWith('-');
  const ms = durationMs(negative ? text.slice(1) : text);
  if (ms === undefined)
    throw new Error(
      text === '' ? 'empty duration string' : `not a valid duration string: ${JSON.stringify(text)}`,
    );
  return ((negative ? -1 : 1) * ms) / 1000;
}
