import { labels } from '@sightline/conventions';

/** The requests of one method, over one scheme and one version of HTTP. */
export interface MethodCell {
  /** As in labels and names of spans; `_OTHER` for one that is not standard. */
  readonly method: string;
  /** Requests that are being answered now. */
  active: number;
  /** Whether there has been one. */
  seen: boolean;
}

const OTHER = '_OTHER';

/** Counts requests that are being answered, by method. */
export interface ActiveRequests {
  /** The cell of a method as it was sent. */
  cell(method: string): MethodCell;
  /** The counts by method; methods that never came are absent. */
  read(): ReadonlyMap<string, number>;
}

export function createActiveRequests(): ActiveRequests {
  const cells = new Map<string, MethodCell>(
    labels.http_request_method.values.map((method) => [method, { method, active: 0, seen: false }]),
  );
  const other = cells.get(OTHER) ?? { method: OTHER, active: 0, seen: false };
  cells.set(OTHER, other);
  return {
    cell(method) {
      const cell = cells.get(method) ?? other;
      cell.seen = true;
      return cell;
    },
    read: () =>
      new Map([...cells.values()].filter(({ seen }) => seen).map(({ method, active }) => [method, active])),
  };
}
