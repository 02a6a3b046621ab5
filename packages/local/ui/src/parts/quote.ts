const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A text as a quoted string of PromQL, LogQL or TraceQL, which all read Go's escapes.
 *
 * JSON's escapes are among Go's but for one: half of a surrogate pair, which is no character at all.
 */
export function quoted(text: string): string {
  return JSON.stringify(text.replaceAll(LONE_SURROGATE, '\uFFFD'));
}

/** A text as a regular expression (RE2) that matches it and nothing else. */
export function escapedRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
