import type { TraceSpan } from '../../api/trace-json.ts';

type Given = Pick<TraceSpan, 'id'> & Partial<TraceSpan>;

/** A span of a test: what is not given is plain. */
export function spanOf(given: Given): TraceSpan {
  return {
    parentId: '',
    name: given.id,
    service: 'shop',
    kind: 'internal',
    status: 'unset',
    statusMessage: '',
    startMs: 0,
    durationMs: 10,
    attributes: [],
    resource: [],
    scope: '',
    events: [],
    links: [],
    ...given,
  };
}

/** `spanAt('b', 'a', 2, 8)`: b below a, from 2 to 8 ms. */
export function spanAt(
  id: string,
  parentId: string,
  startMs: number,
  endMs: number,
  rest: Partial<TraceSpan> = {},
): TraceSpan {
  return spanOf({ id, parentId, startMs, durationMs: endMs - startMs, ...rest });
}
