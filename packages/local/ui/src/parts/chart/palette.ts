/** Told apart by people with any colour vision, on both themes (after Okabe and Ito, 2008, with the two ends adapted). */
const COLOURS = [
  '#4aa3f0',
  '#e69f00',
  '#22b48b',
  '#d9689f',
  '#b7a000',
  '#e4632b',
  '#8f86f7',
  '#7d8b99',
] as const;

/** The colour of the series at this place; after eight they come again. */
export function seriesColour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}
