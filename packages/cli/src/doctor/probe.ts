import type { Io } from '../io.ts';
import { jsonOf } from './json-at.ts';

/** Why there is no answer at all. */
export type Failure =
  | 'refused'
  | 'unknown-name'
  | 'no-route'
  | 'tls'
  | 'no-answer'
  | 'cut-off'
  | 'no-http'
  | 'not-allowed'
  | 'failed';

/** What came of one question. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
      /** The text, where it is JSON. */
      readonly json: unknown;
      /** How far the clock of the server is ahead of ours [ms], as its `Date` says, to the second; undefined without one. */
      readonly skewMs: number | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** In the words of the system: `ECONNREFUSED`. */
      readonly detail: string;
    }
  /** It was not asked. */
  | { readonly kind: 'not-asked' };

export const notAsked: Answer = { kind: 'not-asked' };

interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Most of an answer that is kept [characters]: a page of a large server has a few hundred thousand. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

export type Probe = (question: Question) => Promise<Answer>;

/**
 * Asks servers, each question once.
 *
 * @param timeoutMs longest wait for one answer [ms]
 */
export function createProbe(io: Pick<Io, 'fetch' | 'now' | 'signal'>, timeoutMs: number): Probe {
  return async ({ url, method = 'GET', headers = {}, body }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await io.fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([io.signal, timeout]),
        ...(body === undefined ? {} : { body }),
      });
      const answeredAtMs = io.now();
      const text = (await response.text()).slice(0, MOST_CHARACTERS);
      return {
        kind: 'answer',
        status: response.status,
        headers: response.headers,
        text,
        json: jsonOf(text),
        skewMs: skewOf(response.headers.get('date'), answeredAtMs),
      };
    } catch (error) {
      io.signal.throwIfAborted();
      if (timeout.aborted) return { kind: 'failed', failure: 'no-answer', detail: `none in ${timeoutMs} ms` };
      return failureOf(error);
    }
  };
}

/** The header says the second that had begun; half a second is what it is off by on average. */
function skewOf(date: string | null, nowMs: number): number | undefined {
  const dateMs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(dateMs) ? undefined : dateMs + 500 - nowMs;
}

const failures: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'unknown-name',
  EAI_NODATA: 'unknown-name',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'no-answer',
  UND_ERR_CONNECT_TIMEOUT: 'no-answer',
  UND_ERR_HEADERS_TIMEOUT: 'no-answer',
  UND_ERR_BODY_TIMEOUT: 'no-answer',
  ECONNRESET: 'cut-off',
  EPIPE: 'cut-off',
  UND_ERR_SOCKET: 'cut-off',
  EPROTO: 'tls',
};

/** What fetch failed with is in its cause, and where several addresses were tried, in each of its errors. */
function failureOf(error: unknown): Answer {
  const { cause, message } = error as { cause?: unknown; message?: string };
  const inner = (cause as { errors?: readonly unknown[] } | undefined)?.errors?.[0] ?? cause;
  const { code, message: reason } = (inner ?? {}) as { code?: unknown; message?: string };
  if (typeof code !== 'string') {
    const detail = reason ?? message ?? 'the request failed';
    return { kind: 'failed', failure: detail === 'bad port' ? 'not-allowed' : 'failed', detail };
  }
  const isTls = /CERT|SSL|TLS|SELF_SIGNED|LEAF_SIGNATURE/.test(code);
  const failure = failures[code] ?? (isTls ? 'tls' : code.startsWith('HPE_') ? 'no-http' : 'failed');
  return { kind: 'failed', failure, detail: code };
}

/** The JSON of an answer with status 2xx; nothing else. */
export function jsonIn(answer: Answer): unknown {
  return isOk(answer) ? answer.json : undefined;
}

export function isOk(answer: Answer): answer is Extract<Answer, { kind: 'answer' }> {
  return answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
}

/** Most of what a server says that is shown [characters]. */
const SHOWN_CHARACTERS = 240;

/** What came back, in one line: `503: too many requests`. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'not-asked') return 'it was not asked';
  if (answer.kind === 'failed') return answer.detail;
  const page = /^\s*</.test(answer.text);
  const said = page
    ? 'a page of HTML'
    : answer.text.replaceAll(/\s+/g, ' ').trim().slice(0, SHOWN_CHARACTERS);
  return said === '' ? `${answer.status}` : `${answer.status}: ${said}`;
}
