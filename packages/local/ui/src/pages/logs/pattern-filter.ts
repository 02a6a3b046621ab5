const ANY = '<_>';

/**
 * A pattern as the filter `|>` of LogQL takes it, which has to match the whole line.
 *
 * @param isWhole false when the pattern is that of the message within the line
 * @returns undefined when there is nothing to look for in it: placeholders alone match everything
 */
export function filterOfPattern(pattern: string, isWhole: boolean): string | undefined {
  const texts = pattern.split(ANY);
  if (!texts.some((text) => text.trim() !== '')) return undefined;
  // What a message holds is escaped within a line of JSON.
  const inner = isWhole ? pattern : texts.map((text) => JSON.stringify(text).slice(1, -1)).join(ANY);
  const wrapped = isWhole ? inner : `${ANY}${inner}${ANY}`;
  return wrapped.replaceAll(/(?:<_>){2,}/g, ANY);
}
