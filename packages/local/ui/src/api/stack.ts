import { requestJson } from './request.ts';

/*
 * What only the embedded stack tells: with the real servers behind it these answer 404, and pages do without.
 */

/** One start of one instance of a service; times [ms since 1970]. */
export interface Run {
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export async function runs(signal?: AbortSignal): Promise<readonly Run[]> {
  return requestJson('/sightline/api/v1/runs', {}, { signal });
}
