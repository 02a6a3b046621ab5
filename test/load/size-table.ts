/** What one choice puts into `node_modules`. */
export interface SizeResult {
  readonly title: string;
  /** Packages, it and those that come with it. */
  readonly packages: number;
  /** Of all files [bytes]; of our own packages those that are published. */
  readonly bytes: number;
}

/** Where the figures of the README come from. */
export const SIZE_RESULTS = new URL('size.json', import.meta.url);

export const sizeColumns = ['installed', 'packages', 'MB'] as const;

export function sizeRows(results: readonly SizeResult[]): readonly (readonly string[])[] {
  return results.map(({ title, packages, bytes }) => [
    title,
    String(packages),
    (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1),
  ]);
}

/** What one package, or several for the same purpose, puts there. */
export interface PartResult extends SizeResult {
  readonly purpose: string;
}

/** Where the figures of `test/load/README.md` come from. */
export const PART_RESULTS = new URL('size-parts.json', import.meta.url);

export const partColumns = ['for', ...sizeColumns] as const;

/** The purpose stands in the first row of each. */
export function partRows(results: readonly PartResult[]): readonly (readonly string[])[] {
  return results.map((result, at) => {
    const [row = []] = sizeRows([result]);
    return [result.purpose === results[at - 1]?.purpose ? '' : result.purpose, ...row];
  });
}
