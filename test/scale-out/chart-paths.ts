/** A value in a chart, as far as its defaults tell: `free` takes anything, such as a configuration or resources. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'map' | 'free';

/** What is known of the values of a chart: a kind by each path, dots between its parts. */
export interface ChartPaths {
  readonly chart: string;
  readonly version: string;
  readonly paths: Readonly<Record<string, ValueKind>>;
}

export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined || value === '') return 'free';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'free' : 'map';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}

/** Every path of values that a chart is given, down to where `isEnd` says that it takes anything. */
export function pathsOf(
  values: unknown,
  isEnd: (path: string) => boolean,
  path = '',
): readonly (readonly [path: string, value: unknown])[] {
  if (kindOf(values) !== 'map' || (path !== '' && isEnd(path))) return path === '' ? [] : [[path, values]];
  return Object.entries(values as object).flatMap(([name, value]) =>
    pathsOf(value, isEnd, path === '' ? name : `${path}.${name}`),
  );
}

/** What a chart would not know, or would take for something else. */
export function chartProblems(values: unknown, { chart, paths }: ChartPaths): readonly string[] {
  return pathsOf(values, (path) => paths[path] === 'free').flatMap(([path, value]) => {
    const known = paths[path];
    if (known === undefined) return [`${chart} does not know ${path}`];
    const given = kindOf(value);
    return known === 'free' || known === given
      ? []
      : [`${path} is ${given}, and ${chart} has ${known} there`];
  });
}
