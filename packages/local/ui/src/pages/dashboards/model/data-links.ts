import type { ResolvedField } from './field-config.ts';
import { type LinkScope, type LinkTarget, linkTarget } from './links.ts';
import { valueText } from './json.ts';
import { rawFormat } from './formats.ts';
import { interpolate } from './interpolate.ts';

export interface ShownLink {
  readonly title: string;
  readonly target: LinkTarget;
}

/** What `${__field…}`, `${__value…}` and `${__data…}` are for one value of a table or series. */
function fieldScope(
  scope: LinkScope,
  resolved: ResolvedField,
  row: number,
  all: readonly ResolvedField[],
): LinkScope {
  const { field, frame, name } = resolved;
  const siblings = all.filter((each) => each.frame === frame);
  const raw = (each: ResolvedField): string => valueText(each.field.values[row]);

  function dataOf(path: string): string {
    const found = /^fields(?:\.([^.[]+)|\[["']?(.+?)["']?\])(?:\.(text|numeric))?$/.exec(path);
    const wanted = found?.[1] ?? found?.[2];
    if (wanted === undefined) return '';
    const other =
      siblings.find((each) => each.name === wanted || each.field.name === wanted) ?? siblings[Number(wanted)];
    if (other === undefined) return '';
    return found?.[3] === 'text' ? other.show(other.field.values[row]).text : raw(other);
  }

  function builtIn(base: string, given: string | undefined): string | undefined {
    // Within the JSON of an address its quotes are escaped.
    const path = given?.replaceAll(String.raw`\"`, '"');
    switch (base) {
      case '__field': {
        const label = /^labels(?:\.(.+)|\[["']?(.+?)["']?\])$/.exec(path ?? '');
        if (label !== null) return field.labels?.[label[1] ?? label[2] ?? ''] ?? '';
        if (path === 'labels') return JSON.stringify(field.labels ?? {});
        return name;
      }
      case '__series':
        return path === 'name' || path === undefined ? name : undefined;
      case '__value': {
        if (path === 'text') return resolved.show(field.values[row]).text;
        if (path === 'time') return raw(siblings.find((each) => each.field.type === 'time') ?? resolved);
        return raw(resolved);
      }
      case '__data':
        return dataOf(path ?? '');
      default:
        return scope.builtIn?.(base, path);
    }
  }

  return { ...scope, builtIn };
}

/** The links of one value, as far as they lead somewhere. */
export function linksOf(
  resolved: ResolvedField,
  row: number,
  all: readonly ResolvedField[],
  scope: LinkScope,
): readonly ShownLink[] {
  if (resolved.links.length === 0) return [];
  const own = fieldScope(scope, resolved, row, all);
  return resolved.links.flatMap(({ title, url }) => {
    const target = linkTarget(url, own);
    return target === undefined ? [] : [{ title: interpolate(title, own, rawFormat), target }];
  });
}
