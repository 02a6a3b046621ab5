import { retryAfterMs, thrownText } from '@sightline/errors';
import type { PostAnswer } from './http-post.ts';
import { readPartialSuccess } from './partial-success.ts';
import { refusalText } from './refusal-text.ts';
import { isWebPage } from './web-page.ts';

/** The values of the label `reason` of `sightline_export_failures_total`. */
export type FailureReason =
  | 'unreachable'
  | 'timeout'
  | 'rejected'
  | 'rate_limited'
  | 'unauthorized'
  | 'other';

/** What an attempt means for the items in it. */
export type Verdict =
  /** The collector has them, but for `rejected` of them. */
  | { readonly kind: 'stored'; readonly rejected: number; readonly message: string }
  /** The collector never takes them. */
  | { readonly kind: 'refused'; readonly failure: FailureReason; readonly reason: string }
  /** So many bytes at a time are too many for the collector, or for a proxy before it. */
  | { readonly kind: 'too-large'; readonly failure: 'rejected'; readonly reason: string }
  /** It may work later. */
  | {
      readonly kind: 'retry';
      readonly failure: FailureReason;
      readonly reason: string;
      readonly retryAfterMs: number | undefined;
      /** Whether nobody listens there, or the name is unknown. */
      readonly absent: boolean;
    };

/** Source: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRY_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @param nowMs ms since 1970, for a `Retry-After` that is a date */
export function judgeAnswer(answer: PostAnswer, nowMs: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    if (isWebPage(answer.contentType)) {
      return {
        kind: 'refused',
        failure: 'other',
        reason: `status ${status} with a web page: no collector is there`,
      };
    }
    return { kind: 'stored', ...readPartialSuccess(answer.contentType, answer.body) };
  }
  const said = refusalText(answer.contentType, answer.body);
  const reason = said === '' ? `status ${status}` : `status ${status}: ${said}`;
  if (RETRY_STATUS.has(status)) {
    const failure = status === 429 ? 'rate_limited' : 'unreachable';
    const waitMs = retryAfterMs(answer.retryAfter, nowMs);
    return { kind: 'retry', failure, reason, retryAfterMs: waitMs, absent: false };
  }
  if (status === 413) return { kind: 'too-large', failure: 'rejected', reason };
  if (status === 401 || status === 403) return { kind: 'refused', failure: 'unauthorized', reason };
  if (status >= 300 && status < 400) {
    return { kind: 'refused', failure: 'other', reason: `status ${status}: redirects are not followed` };
  }
  return { kind: 'refused', failure: status >= 400 && status < 500 ? 'rejected' : 'other', reason };
}

const ABSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/** What an attempt without an answer means. Everything on the network may heal. */
export function judgeError(error: unknown, timedOut: boolean): Verdict {
  const retry = { kind: 'retry', retryAfterMs: undefined } as const;
  if (timedOut) return { ...retry, failure: 'timeout', reason: 'no answer in time', absent: false };
  const code = codeOf(error);
  const text = thrownText(error);
  return {
    ...retry,
    failure: 'unreachable',
    reason: code !== '' && !text.includes(code) ? `${code} ${text}` : text || code || 'no answer',
    absent: ABSENT.has(code),
  };
}

function codeOf(error: unknown): string {
  try {
    return error instanceof Error && 'code' in error ? thrownText(error.code) : '';
  } catch {
    return '';
  }
}
