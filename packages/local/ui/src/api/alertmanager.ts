import type { Labels } from './prometheus.ts';
import { request, requestJson } from './request.ts';

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly fingerprint: string;
  /** RFC 3339. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    /** Ids of silences. */
    readonly silencedBy: readonly string[];
    /** Fingerprints of the alerts that it follows from. */
    readonly inhibitedBy: readonly string[];
  };
}

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Silence {
  readonly id: string;
  readonly status: { readonly state: 'pending' | 'active' | 'expired' };
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

/** Alerts that fire, the silenced and the inhibited among them. */
export async function alertmanagerAlerts(signal?: AbortSignal): Promise<readonly Alert[]> {
  return requestJson('/api/v2/alerts', {}, { signal, lists: '' });
}

export async function silences(signal?: AbortSignal): Promise<readonly Silence[]> {
  return requestJson('/api/v2/silences', {}, { signal, lists: '' });
}

/** @returns its id */
export async function createSilence(silence: Omit<Silence, 'id' | 'status'>): Promise<string> {
  const { silenceID } = await requestJson<{ readonly silenceID: string }>(
    '/api/v2/silences',
    {},
    { method: 'POST', body: silence },
  );
  return silenceID;
}

export async function expireSilence(id: string): Promise<void> {
  await request(`/api/v2/silence/${encodeURIComponent(id)}`, {}, { method: 'DELETE' });
}
