/** The text format of Prometheus, or OpenMetrics. */
export type PageFormat = 'text' | 'openmetrics';

/** The media type of each, as the answer's `content-type`. */
export const contentTypes: Readonly<Record<PageFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The format for a scrape: OpenMetrics 1.0 when it is asked for by name, and not less than text; text otherwise.
 * Protobuf is never answered, whatever its preference.
 *
 * @param accept the request's header `Accept`
 */
export function pageFormat(accept: string | undefined): PageFormat {
  let openMetrics = 0;
  let text = 0;
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (type === 'application/openmetrics-text' && isVersionOne(parameters)) {
      openMetrics = Math.max(openMetrics, quality);
    } else if (type === 'text/plain' || type === 'text/*') text = Math.max(text, quality);
  }
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}

function isVersionOne(parameters: readonly string[]): boolean {
  const version = parameterOf(parameters, 'version');
  return version === undefined || version === '1.0.0';
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameterOf(parameters, 'q');
  if (given === undefined) return 1;
  const quality = Number(given);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const found = parameters.find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1).replaceAll('"', '');
}
