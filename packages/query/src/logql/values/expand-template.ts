const variable = /\$(?:(\$)|(\w+)|\{(\w+)\})/g;

/** Fills in `$1`, `${1}` and `${name}` as Go's `Expand` does; `$$` is a dollar, and an unknown name is nothing. */
export function expandTemplate(template: string, groups: (name: string) => string | undefined): string {
  return template.replaceAll(variable, (_whole, dollar?: string, bare?: string, braced?: string) =>
    dollar === undefined ? (groups((bare ?? braced)!) ?? '') : '$',
  );
}
