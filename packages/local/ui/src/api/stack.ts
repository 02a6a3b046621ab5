import { ApiError, request, requestJson } from './request.ts';

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
  return requestJson('/sightline/api/v1/runs', {}, { signal, lists: '' });
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
  return requestJson('/sightline/api/v1/notifications', {}, { signal, lists: '' });
}

export interface DashboardListing {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Why its file cannot be shown. */
  readonly problem?: string;
}

/** The dashboards that the stack was given. */
export async function dashboards(signal?: AbortSignal): Promise<readonly DashboardListing[]> {
  return requestJson('/sightline/api/v1/dashboards', {}, { signal, lists: '' });
}

/** One of them, as Grafana exported it. */
export async function dashboard(uid: string, signal?: AbortSignal): Promise<unknown> {
  return requestJson(`/sightline/api/v1/dashboards/${encodeURIComponent(uid)}`, {}, { signal });
}

/** The text of a runbook, in Markdown. */
export async function runbook(name: string, signal?: AbortSignal): Promise<string> {
  const response = await request(`/sightline/api/v1/runbooks/${encodeURIComponent(name)}`, {}, { signal });
  if (/^text\/(?:plain|markdown)\b/.test(response.headers.get('content-type') ?? '')) return response.text();
  throw new ApiError(
    'the server answered something that is no runbook, and not what was expected',
    response.status,
  );
}

export async function runbookNames(signal?: AbortSignal): Promise<readonly string[]> {
  return requestJson('/sightline/api/v1/runbooks', {}, { signal, lists: '' });
}

/** Samples by what became of them. */
interface SampleCounts {
  readonly stored: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly tooOld: number;
  readonly tooNew: number;
  /** Of series that were one too many. */
  readonly refused: number;
}

/** What the stack tells of itself, counted since it started. */
export interface Self {
  readonly version: string;
  /** Since 1970 [ms]. */
  readonly startedAtMs: number;
  readonly received: {
    readonly spans: { readonly stored: number; readonly rejected: number; readonly tooOld: number };
    /** What the numbers over spans leave out. */
    readonly spanNumbers: { readonly refused: number; readonly dropped: number };
    readonly logLines: {
      readonly stored: number;
      readonly tooOld: number;
      readonly tooNew: number;
      /** Of streams that were one too many. */
      readonly refused: number;
      /** Of those that are stored: their end was cut off. */
      readonly cut: number;
    };
    readonly samples: Readonly<Record<string, SampleCounts>>;
  };
  readonly kept: {
    readonly series: { readonly series: number; readonly samples: number; readonly bytes: number };
    readonly exemplars: number;
    readonly logs: { readonly streams: number; readonly lines: number; readonly bytes: number };
    readonly traces: { readonly traces: number; readonly spans: number; readonly bytes: number };
    readonly disk?: {
      readonly entries: number;
      readonly bytes: number;
      /** What the disk did not take and nobody sends again: it is in memory alone. */
      readonly unkept?: number;
      /** Why the disk took nothing the last time. */
      readonly problem?: string;
    };
  };
  /** What went before its time because a bound was reached. */
  readonly evicted: { readonly samples: number; readonly lines: number; readonly spans: number };
  readonly residentBytes: number;
}

export async function self(signal?: AbortSignal): Promise<Self> {
  return requestJson('/sightline/api/v1/self', {}, { signal, has: 'received.samples' });
}
