import type { RouteSensor } from './sensor.ts';

/** What is read of a request, and of what requests have in common; `@sightline/http` has more. */
export interface EndedRequestKind {
  readonly route: string | undefined;
}

/** Takes requests that have ended: `prepare` is called once for each kind, what it returns for each request. */
export interface RequestObserver {
  prepare(kind: EndedRequestKind): (request: unknown) => void;
}

/** @param entered told of the route of each request */
export function createRequestObserver(
  sensor: RouteSensor,
  entered: (route: string) => void,
): RequestObserver {
  return {
    prepare({ route = 'no route' }) {
      const cell = sensor.cell(route);
      return () => {
        sensor.ended(cell);
        entered(route);
      };
    },
  };
}
