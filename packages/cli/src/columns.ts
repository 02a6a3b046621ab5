/** Lines of columns that are as wide as what is in them; every row has as many as the first. */
export function columns(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]!.length))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
