/**
 * An address of the web, as the browser writes it; undefined for every other scheme and for what is no address.
 *
 * What comes out of telemetry, annotations and runbooks becomes a link through this alone.
 */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
}
