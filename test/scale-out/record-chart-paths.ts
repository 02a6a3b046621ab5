/*
 * Looks up every value that examples/scale-out/helm gives to a chart in the defaults of that chart, and keeps its kind:
 *
 * node test/scale-out/record-chart-paths.ts <values file of ours> <chart> <version> <values.yaml of the chart>
 *
 * After the four: paths that take anything, which the defaults do not show. The chart has them only as a comment, as `false`
 * for nothing, or hands them on to the server as they are.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type ChartPaths, kindOf, pathsOf } from './chart-paths.ts';

const [file = '', chart = '', version = '', defaultsFile = '', ...open] = process.argv.slice(2);
const target = new URL('chart-paths.json', import.meta.url);
const defaults: unknown = parse(readFileSync(defaultsFile, 'utf8'));

function at(path: string): { readonly isThere: boolean; readonly value?: unknown } {
  let value = defaults;
  for (const name of path.split('.')) {
    if (kindOf(value) !== 'map' || !Object.hasOwn(value as object, name)) return { isThere: false };
    value = (value as Record<string, unknown>)[name];
  }
  return { isThere: true, value };
}

const ours: unknown = parse(readFileSync(file, 'utf8'));
const isEnd = (path: string): boolean =>
  open.includes(path) || (at(path).isThere && kindOf(at(path).value) === 'free');
const paths: Record<string, ChartPaths['paths'][string]> = {};
for (const [path] of pathsOf(ours, isEnd)) {
  const { isThere, value } = at(path);
  if (!isThere && !open.includes(path)) throw new Error(`${chart} ${version} does not know ${path}`);
  paths[path] = isThere && !open.includes(path) ? kindOf(value) : 'free';
}
const known = existsSync(target)
  ? (JSON.parse(readFileSync(target, 'utf8')) as Record<string, ChartPaths>)
  : {};
const name = file.split('/').at(-1) ?? file;
writeFileSync(target, `${JSON.stringify({ ...known, [name]: { chart, version, paths } }, undefined, 2)}\n`);
