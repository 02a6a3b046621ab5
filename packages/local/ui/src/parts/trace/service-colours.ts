import { seriesColour } from '../chart/palette.ts';

/** Places in the palette: five that nobody takes for another, then those that are near to one of them. */
const PLACES = [0, 1, 2, 3, 6, 7, 4, 5] as const;
const DISTINCT = 5;

/**
 * A colour for each service: the same one in every trace as far as no other service of this trace has it already. It never
 * stands without the name.
 */
export function serviceColours(services: Iterable<string>): ReadonlyMap<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const service of [...new Set(services)].toSorted()) {
    const first = digest(service) % DISTINCT;
    let place = first;
    for (let tried = 1; taken.has(place) && tried < PLACES.length; tried++)
      place = tried < DISTINCT ? (first + tried) % DISTINCT : tried;
    taken.add(place);
    colours.set(service, seriesColour(PLACES[place] ?? 0));
  }
  return colours;
}

/** Small and even; Source: FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
function digest(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93) >>> 0;
  return hash;
}
