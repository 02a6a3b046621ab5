import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NativeServer, NativeStack } from './native-stack.ts';
import { stackApi } from './stack-api.ts';

/** Somebody who hands numbered things to a server, and knows which of them it has said that it has. */
export interface Witness {
  /** Things that the server has acknowledged: a 2xx, or a scrape that it made. */
  readonly acknowledged: number;
  /** Things that it did not take at once; what can be sent again, was. */
  readonly refused: number;
  /** Hands over nothing any more. */
  pause(): Promise<void>;
  /** How many of those that it acknowledged the server still has. */
  found(): Promise<number>;
  close(): Promise<void>;
}

const EVERY_MS = 250;
const ANSWER_MS = 3000;
const LINES_AT_ONCE = 10;

async function isTaken(url: string, body: object): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  await response?.text().catch(() => {});
  return response?.ok === true;
}

/** Sends one thing after the other; what is not taken is sent again, as senders do. */
function sender<Thing>(
  make: () => Thing,
  send: (thing: Thing) => Promise<boolean>,
): Pick<Witness, 'pause' | 'refused'> & { readonly sent: readonly Thing[] } {
  const sent: Thing[] = [];
  let waiting: Thing | undefined;
  let refused = 0;
  let sending = Promise.resolve();
  async function next(): Promise<void> {
    waiting ??= make();
    if (await send(waiting)) {
      sent.push(waiting);
      waiting = undefined;
    } else refused += 1;
  }
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sending = next().finally(() => (busy = false));
  }, EVERY_MS);
  return {
    sent,
    get refused() {
      return refused;
    },
    async pause() {
      clearInterval(timer);
      await sending;
    },
  };
}

/** Lines to Loki: counted by a query. */
function lineWitness(stack: NativeStack): Witness {
  let number = 0;
  const lines = sender(
    () =>
      Array.from({ length: LINES_AT_ONCE }, () => [
        `${Date.now()}${String((number += 1)).padStart(6, '0')}`,
        `line ${number}`,
      ]),
    (values) =>
      isTaken(`${stack.urls.loki}/loki/api/v1/push`, {
        streams: [{ stream: { service_name: 'witness' }, values }],
      }),
  );
  return {
    get acknowledged() {
      return lines.sent.length * LINES_AT_ONCE;
    },
    get refused() {
      return lines.refused * LINES_AT_ONCE;
    },
    pause: lines.pause,
    found: () => stackApi(stack).countLines('{service_name="witness"}'),
    close: lines.pause,
  };
}

/** Traces of one span to Tempo: each is asked for. */
function traceWitness(stack: NativeStack): Witness {
  const traces = sender(
    () => randomBytes(16).toString('hex'),
    (traceId) => isTaken(`${stack.otlpUrl}/v1/traces`, traceOf(traceId)),
  );
  return {
    get acknowledged() {
      return traces.sent.length;
    },
    get refused() {
      return traces.refused;
    },
    pause: traces.pause,
    async found() {
      const api = stackApi(stack);
      let found = 0;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (const id of traces.sent) if ((await api.trace(id)).length > 0) found += 1;
      return found;
    },
    close: traces.pause,
  };
}

function traceOf(traceId: string): object {
  const now = `${Date.now()}000000`;
  const span = { traceId, spanId: traceId.slice(16), name: 'witness', kind: 2 };
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'witness' } }] },
        scopeSpans: [{ spans: [{ ...span, startTimeUnixNano: now, endTimeUnixNano: now }] }],
      },
    ],
  };
}

/** Silences to Alertmanager: what people decided. */
function silenceWitness(stack: NativeStack): Witness {
  const url = `${stack.urls.alertmanager}/api/v2/silences`;
  let number = 0;
  const silences = sender(
    () => `witness ${(number += 1)}`,
    (comment) => {
      const now = Date.now();
      return isTaken(url, {
        matchers: [{ name: 'alertname', value: comment, isRegex: false }],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 3_600_000).toISOString(),
        createdBy: 'witness',
        comment,
      });
    },
  );
  return {
    get acknowledged() {
      return silences.sent.length;
    },
    get refused() {
      return silences.refused;
    },
    pause: silences.pause,
    async found() {
      const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
      const known = new Set(((await response.json()) as { comment: string }[]).map(({ comment }) => comment));
      return silences.sent.filter((comment) => known.has(comment)).length;
    },
    close: silences.pause,
  };
}

/** A target that Prometheus scrapes: each scrape is a number, and is looked for afterwards. */
async function scrapeWitness(stack: NativeStack, addTarget: (address: string) => void): Promise<Witness> {
  let scrapes = 0;
  let counts = true;
  const server = createServer((_request, response) => {
    if (counts) scrapes += 1;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`witness_total ${scrapes}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  addTarget(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    get acknowledged() {
      return scrapes;
    },
    refused: 0,
    async pause() {
      counts = false;
    },
    async found() {
      const [series] = await stackApi(stack).query('witness_total[1h]');
      const values = (series as unknown as { values: [number, string][] } | undefined)?.values ?? [];
      return new Set(values.map(([, value]) => value)).size;
    },
    close,
  };
}

/** @param addTarget tells Prometheus of an address that it is to scrape every second */
export async function createWitness(
  server: NativeServer,
  stack: NativeStack,
  addTarget: (address: string) => void,
): Promise<Witness> {
  const witnesses = {
    prometheus: () => scrapeWitness(stack, addTarget),
    alertmanager: () => silenceWitness(stack),
    loki: () => lineWitness(stack),
    tempo: () => traceWitness(stack),
  };
  return witnesses[server]();
}
