import type { RedactOptions } from '@sightline/redact';
import type { Plugin } from './plugin.ts';

type Lists = NonNullable<Plugin['redact']>;

/** What the options ask to censor, and what every plug-in does: lists add up, the rest is the options' own. */
export function mergedRedactOptions(
  own: RedactOptions | undefined,
  plugins: readonly Plugin[],
): RedactOptions {
  const all: readonly Lists[] = [own ?? {}, ...plugins.flatMap(({ redact }) => redact ?? [])];
  return {
    ...own,
    keys: all.flatMap(({ keys }) => keys ?? []),
    allowKeys: all.flatMap(({ allowKeys }) => allowKeys ?? []),
    rules: all.flatMap(({ rules }) => rules ?? []),
  };
}
