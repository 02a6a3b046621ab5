import { SightlineError } from '@sightline/errors';
import { parse } from 'yaml';
import { jsonOf, listAt, textAt, textsAt, valueAt } from '../doctor/json-at.ts';
import type { Io } from '../io.ts';
import type { Endpoint } from './endpoint.ts';

type Labels = Readonly<Record<string, string>>;

/** An alert, as `POST /api/v2/alerts` takes it. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** ISO 8601. */
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What Alertmanager does with an alert. */
export interface AlertFate {
  /** The receivers that its routes lead to, with what each notifies by; a receiver without any tells nobody. */
  readonly receivers: readonly { readonly name: string; readonly integrations: readonly string[] }[];
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

export interface AlertmanagerClient {
  post(alert: PostedAlert): Promise<void>;
  /** Of an alert that is active; nothing when Alertmanager does not have it. */
  fateOf(labels: Labels): Promise<AlertFate | undefined>;
}

/** Longest wait for an answer [ms]. */
const ANSWER_MS = 10_000;
/** Most of an answer that is shown [characters]. */
const SHOWN_CHARACTERS = 300;

/** Alertmanager by its API v2. Every method throws `SIGHTLINE_ALERTMANAGER_UNREACHABLE` or `…_REJECTED`. */
export function createAlertmanagerClient(to: Endpoint, io: Pick<Io, 'fetch' | 'signal'>): AlertmanagerClient {
  async function call(path: string, body?: unknown): Promise<string> {
    const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await io
      .fetch(`${to.url}/api/v2/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...to.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      })
      .catch((error: unknown) => {
        throw unreachable(to.url, reasonOf(error), error);
      });
    const text = await response.text().catch((error: unknown) => {
      throw unreachable(to.url, reasonOf(error), error);
    });
    if (response.ok) return text;
    if (response.status === 404 || response.status >= 500) {
      throw unreachable(to.url, `${path.split('?')[0]} is answered by ${response.status}`);
    }
    throw new SightlineError('SIGHTLINE_ALERTMANAGER_REJECTED', {
      problem: `${to.url} refused it with ${response.status}: ${text.trim().slice(0, SHOWN_CHARACTERS) || 'no reason given'}`,
      expected:
        response.status === 401 || response.status === 403
          ? 'credentials that it takes'
          : 'labels that it takes',
      fix: 'correct what it says; credentials go into --token-file or the URL',
    });
  }
  async function get(path: string): Promise<unknown> {
    const json = jsonOf(await call(path));
    if (json !== undefined) return json;
    throw unreachable(to.url, 'it answers something else than JSON');
  }

  return {
    async post(alert) {
      await call('alerts', [alert]);
    },
    async fateOf(labels) {
      const name = encodeURIComponent(`alertname=${JSON.stringify(labels['alertname'])}`);
      const [alerts, status] = await Promise.all([get(`alerts?filter=${name}`), get('status')]);
      const found = listAt(alerts).find((alert) => sameLabels(textsAt(alert, 'labels'), labels));
      if (found === undefined) return undefined;
      const integrations = integrationsIn(textAt(status, 'config', 'original') ?? '');
      return {
        receivers: listAt(found, 'receivers').map((receiver) => {
          const receiverName = textAt(receiver, 'name') ?? '';
          return { name: receiverName, integrations: integrations.get(receiverName) ?? [] };
        }),
        silencedBy: listAt(found, 'status', 'silencedBy').map(String),
        inhibitedBy: listAt(found, 'status', 'inhibitedBy').map(String),
      };
    },
  };
}

function sameLabels(a: Labels, b: Labels): boolean {
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return left.length === right.length && left.every((key) => a[key] === b[key]);
}

/** `slack_configs: [{…}]` of a receiver is one that notifies; of a text that is no YAML nothing is known. */
function integrationsIn(config: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    listAt(yamlOf(config), 'receivers').map((receiver) => [
      textAt(receiver, 'name') ?? '',
      Object.entries(valueAt(receiver) ?? {}).flatMap(([key, value]) =>
        listAt(value).length > 0 ? [key.replace(/_configs$/, '')] : [],
      ),
    ]),
  );
}

function yamlOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unreachable(url: string, reason: string, cause?: unknown): SightlineError {
  return new SightlineError(
    'SIGHTLINE_ALERTMANAGER_UNREACHABLE',
    {
      problem: `Alertmanager at ${url} cannot be reached: ${reason}`,
      expected: 'the API v2 of Alertmanager below this URL',
      fix: 'check --alertmanager, with the path where a proxy adds one, and that Alertmanager is up',
    },
    { cause },
  );
}

/** What fetch failed with is in its cause: a code, or for what it does not even try, a text. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown; message?: unknown }; name?: string };
  if (name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  if (typeof cause?.code === 'string') return cause.code;
  if (cause?.message === 'bad port') return 'it is a port that fetch asks nothing of, as browsers do not';
  return 'the request failed';
}
