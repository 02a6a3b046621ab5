/** Lines on their way to Loki. */
export interface SentLines {
  /** Lines that Loki has said it has. */
  readonly acknowledged: number;
  /** Requests that failed; their lines are sent again. */
  readonly failures: number;
  /** Takes a piece of the output of a service. */
  read(service: string, chunk: string): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

interface Line {
  readonly service: string;
  readonly timeNanoseconds: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const SEND_EVERY_MS = 500;
/** Loki takes 4 MB in one request. */
const MOST_LINES = 2000;
const ANSWER_MS = 5000;
const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * Does what `compose/agent/agent.yml` has the Collector do: a line becomes a record of OTLP, its service, environment and
 * level attributes of the resource, its ids the ids of the record. What Loki does not take is sent again.
 */
export function createLineShipper(url: string): SentLines {
  const rest = new Map<string, string>();
  const waiting: Line[] = [];
  let acknowledged = 0;
  let failures = 0;
  let last = 0n;

  function take(service: string, text: string): void {
    if (text === '') return;
    const now = BigInt(Date.now()) * NANOSECONDS_PER_MS;
    last = now > last ? now : last + 1n;
    waiting.push({ service, timeNanoseconds: String(last), text, fields: fieldsOf(text) });
  }

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting.slice(0, MOST_LINES);
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      if (!(await post(url, recordsOf(lines)))) {
        failures += 1;
        return;
      }
      acknowledged += lines.length;
      waiting.splice(0, lines.length);
    }
  }

  let sending = Promise.resolve();
  const timer = setInterval(() => (sending = sending.then(send)), SEND_EVERY_MS);
  return {
    get acknowledged() {
      return acknowledged;
    },
    get failures() {
      return failures;
    },
    read(service, chunk) {
      const lines = `${rest.get(service) ?? ''}${chunk}`.split('\n');
      rest.set(service, lines.pop() ?? '');
      for (const line of lines) take(service, line);
    },
    async close() {
      clearInterval(timer);
      await sending;
      await send();
    },
  };
}

function fieldsOf(text: string): Line['fields'] {
  try {
    return Object(JSON.parse(text)) as Line['fields'];
  } catch {
    return {};
  }
}

function attribute(key: string, value: unknown): object {
  return { key, value: { stringValue: String(value) } };
}

function recordsOf(lines: readonly Line[]): object {
  const byResource = Map.groupBy(lines, ({ service, fields }) =>
    JSON.stringify([fields['service'] ?? service, fields['environment'], fields['level']]),
  );
  return {
    resourceLogs: Array.from(byResource, ([key, group]) => {
      const [service, environment, level] = JSON.parse(key) as (string | null)[];
      return {
        resource: {
          attributes: [
            attribute('service.name', service),
            ...(environment === null ? [] : [attribute('deployment.environment.name', environment)]),
            ...(level === null ? [] : [attribute('level', level)]),
          ],
        },
        scopeLogs: [
          {
            logRecords: group.map(({ timeNanoseconds, text, fields }) => ({
              timeUnixNano: timeNanoseconds,
              body: { stringValue: text },
              ...(typeof fields['trace_id'] === 'string' && {
                traceId: fields['trace_id'],
                spanId: fields['span_id'],
              }),
              attributes:
                fields['request_id'] === undefined ? [] : [attribute('request_id', fields['request_id'])],
            })),
          },
        ],
      };
    }),
  };
}

async function post(url: string, body: object): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  await response?.text().catch(() => {});
  return response?.ok === true;
}
