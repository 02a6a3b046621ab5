/** Changes JSON and keeps its indentation, its line ends, what stands at its end, and a byte order mark before it. */
export function editJson(whole: string, edit: (json: Record<string, unknown>) => void): string {
  const text = whole.replace(/^\uFEFF/, '');
  const mark = whole.slice(0, whole.length - text.length);
  const json = JSON.parse(text) as Record<string, unknown>;
  edit(json);
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const end = /\}(\s*)$/.exec(text)?.[1] ?? '';
  return `${mark}${JSON.stringify(json, undefined, indent).replaceAll('\n', lineEnd)}${end}`;
}

/** Adds a name to a record; in its place where the names are sorted, else at the end. */
export function withName(
  record: Readonly<Record<string, string>>,
  name: string,
  value: string,
): Readonly<Record<string, string>> {
  const names = Object.keys(record);
  const isSorted = names.every((each, index) => index === 0 || names[index - 1]! < each);
  const entries = [...Object.entries(record).filter(([each]) => each !== name), [name, value] as const];
  return Object.fromEntries(isSorted ? entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) : entries);
}
