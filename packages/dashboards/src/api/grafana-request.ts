import { SightlineError } from '@sightline/errors';
import type { GrafanaAccess } from './grafana-access.ts';

/** What is called to reach Grafana; the platform's `fetch` by default. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Asks Grafana for JSON; what it answered, or undefined where there is nothing to read (404). */
export type GrafanaRequest = <Answer>(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
) => Promise<Answer | undefined>;

/** What Grafana says when it refuses. */
interface Refusal {
  readonly message?: string;
  readonly status?: string;
}

const PRECONDITION_FAILED = 412;
const NOT_FOUND = 404;
const SHOWN_CHARACTERS = 300;

export function grafanaRequest({ url, token, timeoutMs }: GrafanaAccess, fetcher: Fetch): GrafanaRequest {
  return async <Answer>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<Answer | undefined> => {
    const what = `${method} ${path}`;
    const response = await fetcher(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect is a login page, or http in place of https: neither must get the token.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw unreachable(url, `${what} got no answer`, error);
    });
    if (response.status === NOT_FOUND && method === 'GET') {
      await response.body?.cancel();
      return undefined;
    }
    const text = await response.text().catch((error: unknown) => {
      throw unreachable(url, `the answer to ${what} broke off`, error);
    });
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer as Answer;
    if (response.ok || (response.status >= 300 && response.status < 400)) {
      throw unreachable(url, `${what} was answered with ${response.status} and no JSON`);
    }
    throw refusal(what, response.status, answer ?? { message: text });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unreachable(url: string, problem: string, cause?: unknown): SightlineError {
  const { origin, pathname } = new URL(url);
  return new SightlineError(
    'SIGHTLINE_GRAFANA_UNREACHABLE',
    {
      problem,
      expected: `the API of Grafana at ${origin}${pathname}`,
      fix: 'check the URL, with its path where a proxy adds one, the network, and that Grafana is up',
    },
    cause === undefined ? undefined : { cause },
  );
}

function refusal(what: string, status: number, { message = '', status: kind = '' }: Refusal): SightlineError {
  const said = message.slice(0, SHOWN_CHARACTERS);
  const problem = `${what} was refused with ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 401 || status === 403) {
    return new SightlineError('SIGHTLINE_GRAFANA_TOKEN', {
      problem,
      expected: 'a token of a service account that may read and write dashboards and folders',
      fix: 'give the service account the role Editor or Admin, or make a new token',
    });
  }
  if (status === PRECONDITION_FAILED) {
    return new SightlineError('SIGHTLINE_GRAFANA_CONFLICT', {
      problem: `${problem}${kind === '' ? '' : ` (${kind})`}`,
      expected: 'a dashboard that nobody has changed since it was read',
      fix: 'push again; when somebody edits it by hand, agree with them or push with the overwrite rule always',
    });
  }
  return new SightlineError('SIGHTLINE_GRAFANA_REJECTED', {
    problem,
    expected: 'a dashboard and a folder that Grafana takes',
    fix: 'correct what Grafana names',
  });
}
