/** A list of words, written with spaces between them. */
export function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
