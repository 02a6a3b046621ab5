import { retryAfterMs } from '@sightline/errors';
import type { PushAnswer } from './push-request.ts';
import { type Limit, readLimit } from './rate-limit.ts';
import { type Refusal, readRefusal } from './refusal.ts';

/** What an answer means for the lines of the push. */
export type Verdict =
  /** They are in Loki. */
  | { readonly kind: 'stored' }
  /** Loki will never take some of them, or all. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly refusal: Refusal }
  /** The push is larger than something on the way allows. */
  | { readonly kind: 'too-large' }
  /** It may work later: the very same push again. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly retryAfterMs: number | undefined;
      /** Set for a 429. */
      readonly limit?: Limit;
      /** True: the connection broke while the push was on its way, as behind a 413 that nobody could read. */
      readonly torn?: boolean;
      /** What Loki said. */
      readonly body?: string;
    }
  /** It works once a person corrects something: the lines wait, and it is tried now and then. */
  | {
      readonly kind: 'misconfigured';
      readonly reason: string;
      readonly fix: string;
      readonly retryAfterMs: number | undefined;
    };

const MAX_REASON_LENGTH = 2_000;

/** They ask for another try. */
const RETRY_STATUS = new Set([408, 425]);

/**
 * Judges the answer to a push.
 *
 * What Loki refuses with 400 (too old, too long, too far behind) it never takes; it has stored the others. 401, 403, 404 and every other sign that the address or the credentials are wrong keep the lines,
 * because correcting the setting should lose nothing.
 */
export function judge(answer: PushAnswer, nowMs: number): Verdict {
  const { status } = answer;
  const waitMs = retryAfterMs(answer.retryAfter, nowMs);
  if (status >= 200 && status < 300) {
    if (!/^text\/html\b/i.test(answer.contentType ?? '')) return { kind: 'stored' };
    return {
      kind: 'misconfigured',
      reason: `${status} with a web page`,
      fix: 'point host and endpoint at Loki: what answers there is a web site',
      retryAfterMs: waitMs,
    };
  }
  if (status === 413) return { kind: 'too-large' };
  if (status === 400 || status === 422)
    return {
      kind: 'rejected',
      reason: answer.body.slice(0, MAX_REASON_LENGTH),
      refusal: readRefusal(answer.body),
    };
  if (status === 429)
    return {
      kind: 'retry',
      reason: '429',
      retryAfterMs: waitMs,
      limit: readLimit(answer.body),
      body: answer.body,
    };
  if (RETRY_STATUS.has(status) || status >= 500)
    return { kind: 'retry', reason: String(status), retryAfterMs: waitMs };
  return { kind: 'misconfigured', reason: String(status), fix: fixFor(answer), retryAfterMs: waitMs };
}

function fixFor({ status, body }: PushAnswer): string {
  switch (status) {
    case 401:
      if (body.startsWith('no org id')) return "name the tenant: headers: { 'X-Scope-OrgID': … }";
      return 'check basicAuth or the authorization header';
    case 403:
      return 'check that these credentials may write, and the tenant in headers';
    case 404:
    case 405:
      return 'check host and endpoint: there is no push API at that path';
    default:
      return status < 400
        ? 'point host at the final address: redirects are not followed, credentials would go along'
        : 'check host, endpoint and headers against what stands before Loki';
  }
}
