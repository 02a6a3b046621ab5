/** The query of a search: `q`, or what the older parameters `tags`, `minDuration` and `maxDuration` say. */
export function searchText(parameters: URLSearchParams): string {
  const query = parameters.get('q');
  if (query !== null && query !== '') return query;
  const conditions = tagConditions(parameters.get('tags') ?? '');
  const shortest = parameters.get('minDuration');
  const longest = parameters.get('maxDuration');
  if (shortest !== null && shortest !== '') conditions.push(`traceDuration >= ${shortest}`);
  if (longest !== null && longest !== '') conditions.push(`traceDuration <= ${longest}`);
  return `{ ${conditions.join(' && ')} }`;
}

/** Tags as logfmt: `service.name=shop http.method="GET"`. */
function tagConditions(tags: string): string[] {
  return Array.from(
    tags.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g),
    ([, key = '', quoted, plain]) => {
      const value = JSON.stringify(quoted ?? plain ?? '');
      if (key === 'name') return `name = ${value}`;
      if (key === 'error') return 'status = error';
      return `.${/^[\w.]+$/.test(key) ? key : JSON.stringify(key)} = ${value}`;
    },
  );
}
