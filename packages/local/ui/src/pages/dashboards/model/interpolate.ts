import type { AdhocFilter } from './adhoc-filters.ts';
import { type VariableValue, formatVariable, globFormat } from './formats.ts';

/** Looks up `${name.path}`; undefined leaves the text as it is. */
export interface Scope {
  readonly variable: (name: string) => VariableValue | undefined;
  /** What is no variable of the dashboard: `__range`, `__field.labels.job`, `__value.raw`. */
  readonly builtIn?: (name: string, path: string | undefined) => string | undefined;
  /** Ad hoc filters for all queries of a data source. */
  readonly filters?: (source: string) => readonly AdhocFilter[];
}

/** How a variable without a format of its own is written. */
export type DefaultFormat = (variable: VariableValue) => string;

/** What a `${name.path:format}` stands for. */
export interface Found {
  readonly name: string;
  readonly variable: VariableValue;
  readonly format: string | undefined;
  /** It is no variable of the dashboard but, say, the name of a route that a row shows. */
  readonly isBuiltIn: boolean;
}

// A path may have brackets with signs in them: `${__data.fields["a: b"]}`.
const REFERENCE =
  /\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]|\$\{(\w+)(?:\.((?:\[(?:\\?"[^"]*"|'[^']*'|[^\]"'\\:}]*)\]|[^:}[])+))?(?::([^}]+))?\}/g;

/** Puts something in the place of each reference, or leaves it as it is where nothing is known of it. */
export function replaceReferences(
  text: string,
  scope: Scope,
  replace: (found: Found) => string,
  otherwise: (whole: string) => string = (whole) => whole,
): string {
  if (!text.includes('$') && !text.includes('[[')) return text;
  return text.replaceAll(
    REFERENCE,
    (
      whole: string,
      plain?: string,
      old?: string,
      oldFormat?: string,
      braced?: string,
      path?: string,
      ownFormat?: string,
    ) => {
      const name = plain ?? old ?? braced ?? '';
      const format = ownFormat ?? oldFormat;
      const builtIn = scope.builtIn?.(name, path);
      if (builtIn !== undefined) {
        const variable = { value: builtIn, text: builtIn, isList: false };
        return replace({ name, variable, format, isBuiltIn: true });
      }
      const variable = scope.variable(name);
      if (variable === undefined) return otherwise(whole);
      return replace({ name, variable, format: path === 'text' ? 'text' : format, isBuiltIn: false });
    },
  );
}

/** What stands in the place of a reference. */
export function textOf({ name, variable, format }: Found, otherwise: DefaultFormat): string {
  return format === undefined ? otherwise(variable) : formatVariable(name, variable, format);
}

/** Puts the values in the place of `$name`, `${name}`, `${name:format}`, `${name.path}` and `[[name]]`. */
export function interpolate(text: string, scope: Scope, otherwise: DefaultFormat = globFormat): string {
  return replaceReferences(text, scope, (found) => textOf(found, otherwise));
}

/** The names of the variables that a text speaks of. */
export function referencesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(REFERENCE)].map(([, plain, old, , name]) => plain ?? old ?? name ?? ''));
}
