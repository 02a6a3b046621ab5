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
  return results.map(({ title, packages, bytes }) => [title, String(packages), (bytes / 1e6).toFixed(1)]);
}
