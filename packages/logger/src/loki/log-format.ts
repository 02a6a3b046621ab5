/**
 * Fills a template with the fields of a line, as pino-loki does: `{msg}`, `{req.method}`, `{tags[0]}`; what is not
 * there leaves nothing. Unlike there, 0 and false are printed, and an object is its JSON.
 */
export function formatLine(template: string, record: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/{([^{}]+)}/g, (_match, path: string) => {
    const value = fieldAt(record, path);
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function fieldAt(record: unknown, path: string): unknown {
  let current = record;
  for (const segment of path.split(/[.[\]]/g)) {
    const key = segment.replaceAll(/["']/g, '');
    if (key.trim() === '') continue;
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
