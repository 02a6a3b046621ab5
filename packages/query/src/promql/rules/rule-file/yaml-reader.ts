import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
} from 'yaml';
import { durationMs } from '../../syntax/duration.ts';
import type { FileProblem } from './rule.ts';

/** A value in a YAML file. */
export type YamlNode = Node;

/** A field of a map, its name and what it holds. */
export interface YamlField {
  readonly key: string;
  readonly keyNode: YamlNode;
  readonly value: YamlNode | undefined;
}

/** Reads a YAML file step by step and collects what is wrong, each with its place. */
export interface YamlReader {
  readonly root: YamlNode | undefined;
  readonly problems: FileProblem[];
  report(node: YamlNode | undefined, message: string): void;
  /** The fields of a map; one that is not among `known` is reported. Undefined when it is no map. */
  fields(
    node: YamlNode | undefined,
    known: readonly string[] | 'any',
    what: string,
  ): ReadonlyMap<string, YamlField> | undefined;
  /** The elements of a list; none when it is left out. */
  items(node: YamlNode | undefined, what: string): readonly YamlNode[];
  /** A scalar as it is written; undefined when it is left out or null. */
  text(node: YamlNode | undefined, what: string): string | undefined;
  number(node: YamlNode | undefined, what: string): number | undefined;
  boolean(node: YamlNode | undefined, what: string): boolean | undefined;
  /** A duration such as `5m` [ms]. */
  durationMs(node: YamlNode | undefined, what: string): number | undefined;
  /** A map of texts. */
  texts(node: YamlNode | undefined, what: string): Readonly<Record<string, string>>;
}

/** Deepest nesting of merges: one may merge itself. */
const MAX_MERGES = 20;

function isEmpty(node: YamlNode | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}

/** A scalar as it stands in the file, for a map of texts takes 5 and true as they are written. */
function sourceOf(node: YamlNode | null | undefined): string | undefined {
  if (!isScalar(node)) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

export function readYaml(path: string, content: string): YamlReader {
  const lines = new LineCounter();
  // Of several documents only the first is meant, as in Prometheus.
  const [document] = parseAllDocuments(content, { lineCounter: lines }) as readonly Document.Parsed[];
  const problems: FileProblem[] = [];

  function reportAt(offset: number, message: string): void {
    const { line, col } = lines.linePos(offset);
    problems.push({ path, line: Math.max(line, 1), column: Math.max(col, 1), message });
  }
  for (const { pos, message } of document?.errors ?? [])
    reportAt(pos[0], message.split('\n')[0]!.replace(/:$/, ''));

  function resolve(node: unknown): YamlNode | undefined {
    if (!isAlias(node)) return (node ?? undefined) as YamlNode | undefined;
    const target = node.resolve(document!);
    if (target === undefined) reportAt(node.range?.[0] ?? 0, `unknown anchor "${node.source}"`);
    return target;
  }

  /** What `<<` brings into a map. */
  function mergedFields(value: YamlNode | undefined, what: string, depth: number): readonly YamlField[] {
    const sources = isSeq(value) ? value.items.map(resolve) : [value];
    if (sources.every(isMap) && depth < MAX_MERGES)
      return sources.flatMap((source) => fieldsOf(source, what, depth + 1));
    reader.report(value, 'map merge requires map or sequence of maps as the value');
    return [];
  }

  /** Fields of a map, its own before those that it merges. */
  function fieldsOf(map: YAMLMap, what: string, depth = 0): readonly YamlField[] {
    const own: YamlField[] = [];
    const merged: YamlField[] = [];
    for (const { key: keyNode, value } of map.items as readonly Pair<YamlNode, YamlNode>[]) {
      const key = sourceOf(keyNode);
      if (key === undefined) reader.report(keyNode, `a field of ${what} has no name`);
      else if (key === '<<') merged.push(...mergedFields(resolve(value), what, depth));
      else own.push({ key, keyNode, value: resolve(value) });
    }
    const names = new Set(own.map(({ key }) => key));
    const first = new Map(merged.toReversed().map((field) => [field.key, field]));
    return [...own, ...Array.from(first.values()).filter(({ key }) => !names.has(key))];
  }

  const reader: YamlReader = {
    root: resolve(document?.contents),
    problems,
    report(node, message) {
      reportAt(node?.range?.[0] ?? 0, message);
    },
    fields(node, known, what) {
      if (!isMap(node)) {
        reader.report(node, `${what} is no map`);
        return undefined;
      }
      const found = new Map<string, YamlField>();
      for (const field of fieldsOf(node, what)) {
        if (known !== 'any' && !known.includes(field.key))
          reader.report(field.keyNode, `field "${field.key}" is unknown in ${what} (${known.join(', ')})`);
        else found.set(field.key, field);
      }
      return found;
    },
    items(node, what) {
      if (isEmpty(node)) return [];
      if (isSeq(node)) return node.items.flatMap((item) => resolve(item) ?? []);
      reader.report(node, `${what} is no list`);
      return [];
    },
    text(node, what) {
      if (node === undefined || isEmpty(node)) return undefined;
      const source = sourceOf(node);
      if (source === undefined) reader.report(node, `${what} is no text`);
      return source;
    },
    number(node, what) {
      if (isEmpty(node)) return undefined;
      if (isScalar(node) && typeof node.value === 'number') return node.value;
      reader.report(node, `${what} is no number`);
      return undefined;
    },
    boolean(node, what) {
      if (isEmpty(node)) return undefined;
      if (isScalar(node) && typeof node.value === 'boolean') return node.value;
      reader.report(node, `${what} is neither true nor false`);
      return undefined;
    },
    durationMs(node, what) {
      const text = reader.text(node, what);
      if (text === undefined) return undefined;
      const ms = durationMs(text);
      if (ms === undefined) reader.report(node, `${what}: not a valid duration string: "${text}"`);
      return ms;
    },
    texts(node, what) {
      if (isEmpty(node)) return {};
      const entries = reader.fields(node, 'any', what) ?? new Map<string, YamlField>();
      return Object.fromEntries(
        Array.from(entries.values(), ({ key, value }) => [key, reader.text(value, `${what}.${key}`) ?? '']),
      );
    },
  };
  return reader;
}
