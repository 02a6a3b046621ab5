/** Numbers of series, each once, in the order in which they were added; most lists have one. */
export type Postings = number | LongPostings;

interface LongPostings {
  ids: Uint32Array;
  length: number;
}

export function postingsLength(postings: Postings): number {
  return typeof postings === 'number' ? 1 : postings.length;
}

export function withPosting(postings: Postings | undefined, id: number): Postings {
  if (postings === undefined) return id;
  const list = typeof postings === 'number' ? { ids: Uint32Array.of(postings, 0), length: 1 } : postings;
  if (list.length === list.ids.length) {
    const larger = new Uint32Array(list.length * 2);
    larger.set(list.ids);
    list.ids = larger;
  }
  list.ids[list.length] = id;
  list.length += 1;
  return list;
}

/** Without those that are gone; undefined when none is left. */
export function withoutPostings(postings: Postings, isGone: (id: number) => boolean): Postings | undefined {
  if (typeof postings === 'number') return isGone(postings) ? undefined : postings;
  const left = postings.ids.subarray(0, postings.length).filter((id) => !isGone(id));
  if (left.length < 2) return left[0];
  return { ids: left, length: left.length };
}

export function eachPosting(postings: Postings): Iterable<number> {
  return typeof postings === 'number' ? [postings] : postings.ids.subarray(0, postings.length);
}
