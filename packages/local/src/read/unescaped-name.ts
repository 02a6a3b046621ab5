const ESCAPED = /^(?:[^_]|__|_[\da-f]{1,5}_)*$/i;
const SURROGATES = /\p{Surrogate}/u;

/**
 * The name of a label as a path has it: `U__http_2e_route` is `http.route`. What begins so and is not escaped is itself a name.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
 */
export function unescapedName(name: string): string {
  const escaped = name.slice('U__'.length);
  if (!name.startsWith('U__') || !ESCAPED.test(escaped)) return name;
  const text = escaped.replaceAll(/__|_([\da-f]+)_/gi, (_, hex?: string) =>
    hex === undefined ? '_' : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  return SURROGATES.test(text) ? name : text;
}
