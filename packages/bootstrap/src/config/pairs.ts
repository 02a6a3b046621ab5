/** Names and values of a `key=value,key=value` list, and whether a part of it could not be read. */
export interface Pairs {
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** How many parts were no pair, or did not decode. */
  readonly unreadable: number;
}

/**
 * Reads `key=value,key=value`, percent-encoded: the form of `OTEL_RESOURCE_ATTRIBUTES` and of the headers of exporters.
 * Blanks around names and values do not count; the first `=` ends the name.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
export function parsePairs(text: string): Pairs {
  const entries: (readonly [string, string])[] = [];
  let unreadable = 0;
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(part.slice(0, Math.max(0, equals)));
    const value = decoded(part.slice(equals + 1));
    if (equals === -1 || name === undefined || name === '' || value === undefined) unreadable++;
    else entries.push([name, value]);
  }
  return { entries, unreadable };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
