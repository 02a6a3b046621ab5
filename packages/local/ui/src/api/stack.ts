import { request, requestJson } from './request.ts';

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

/** A message that a receiver was sent. */
export interface NotificationRecord {
  /** `shown only` where the receiver is not delivered to from here. */
  readonly outcome: 'delivered' | 'failed' | 'shown only';
  readonly error: string;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  /** As a webhook gets it. */
  readonly message: {
    readonly status: 'firing' | 'resolved';
    readonly receiver: string;
    readonly groupLabels: Readonly<Record<string, string>>;
    readonly commonAnnotations: Readonly<Record<string, string>>;
    readonly alerts: readonly {
      readonly status: 'firing' | 'resolved';
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  };
}

/** The newest first. */
export async function notifications(signal?: AbortSignal): Promise<readonly NotificationRecord[]> {
  return requestJson('/sightline/api/v1/notifications', {}, { signal });
}

export interface DashboardListing {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** The dashboards that the stack was given. */
export async function dashboards(signal?: AbortSignal): Promise<readonly DashboardListing[]> {
  return requestJson('/sightline/api/v1/dashboards', {}, { signal });
}

/** The text of a runbook, in Markdown. */
export async function runbook(name: string, signal?: AbortSignal): Promise<string> {
  return (await request(`/sightline/api/v1/runbooks/${encodeURIComponent(name)}`, {}, { signal })).text();
}

export async function runbookNames(signal?: AbortSignal): Promise<readonly string[]> {
  return requestJson('/sightline/api/v1/runbooks', {}, { signal });
}
