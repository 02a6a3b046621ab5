/** What one run of a check came to, as the check or its failure said it; not yet censored. */
export interface Outcome {
  readonly status: 'up' | 'degraded' | 'down';
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** Most characters of a reason. */
const MAX_REASON_LENGTH = 500;

const UP: Outcome = { status: 'up', reason: undefined, details: undefined };

/** A failed run, with the reason. */
export function failedOutcome(reason: string): Outcome {
  return { status: 'down', reason: reason.slice(0, MAX_REASON_LENGTH), details: undefined };
}

/**
 * What a check returned, judged as `Check` says. Never throws, whatever it is given: reading it may run code of the
 * check's.
 */
export function outcomeOf(value: unknown): Outcome {
  try {
    if (value === false) return failedOutcome('it returned false');
    if (typeof value !== 'object' || value === null) return UP;
    return outcomeOfObject(value);
  } catch (error) {
    return failedOutcome(`what it returned cannot be read: ${errorText(error)}`);
  }
}

function outcomeOfObject(value: object): Outcome {
  const status: unknown = Reflect.get(value, 'status');
  // A `Response`, of `fetch` or of anything like it; of axios it does not say whether it is ok.
  if (typeof status === 'number') {
    letGo(value);
    const isOk = Reflect.get(value, 'ok') ?? (status < 400 || status > 599);
    return isOk === false ? failedOutcome(`it was answered with ${status}`) : UP;
  }
  if (typeof status !== 'string') return outcomeOfIndicator(value) ?? UP;
  if (!isStatus(status)) {
    return failedOutcome(
      `it returned the status ${JSON.stringify(status.slice(0, 40))}; expected up, degraded or down`,
    );
  }
  const reason: unknown = Reflect.get(value, 'reason');
  const details: unknown = Reflect.get(value, 'details');
  return {
    status,
    reason: typeof reason === 'string' && reason !== '' ? reason.slice(0, MAX_REASON_LENGTH) : undefined,
    details:
      typeof details === 'object' && details !== null && !Array.isArray(details)
        ? (details as Readonly<Record<string, unknown>>)
        : undefined,
  };
}

function isStatus(status: unknown): status is Outcome['status'] {
  return status === 'up' || status === 'degraded' || status === 'down';
}

/** Most names in what an indicator returns. */
const MAX_INDICATED = 20;

/**
 * What an indicator of NestJS returns, who throws no more where something is down: `{ database: { status: 'down', message } }`.
 *
 * @returns of several the worst; undefined for what is nothing of the kind
 */
function outcomeOfIndicator(value: object): Outcome | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const names = Object.keys(value);
  if (names.length === 0 || names.length > MAX_INDICATED) return undefined;
  let worst: Outcome = UP;
  for (const name of names) {
    const entry: unknown = Reflect.get(value, name);
    if (typeof entry !== 'object' || entry === null || !('status' in entry)) return undefined;
    const { status, message, ...details } = entry as Readonly<Record<string, unknown>>;
    if (!isStatus(status)) return undefined;
    if (status !== 'down' && (status !== 'degraded' || worst.status !== 'up')) continue;
    if (worst.status === 'down') continue;
    const reason = typeof message === 'string' && message !== '' ? message : `${name} is ${status}`;
    worst = { status, reason: reason.slice(0, MAX_REASON_LENGTH), details };
  }
  return worst;
}

/** A body that nobody reads would hold its connection until the garbage collector comes by. */
function letGo(response: object): void {
  if (!(response instanceof Response) || response.bodyUsed) return;
  response.body?.cancel().catch(() => undefined);
}

/** What was thrown. */
export function thrownOutcome(error: unknown): Outcome {
  return failedOutcome(errorText(error));
}

/**
 * What an error says, for people: its message, else its code, with those of its causes behind it. Never throws.
 *
 * @example errorText(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }))
 * // 'fetch failed: connect ECONNREFUSED'
 */
export function errorText(error: unknown): string {
  try {
    const parts: string[] = [];
    for (let at = error, depth = 0; depth < 3 && (depth === 0 || at !== undefined); depth++) {
      const part = ownText(at);
      if (!parts.includes(part)) parts.push(part);
      at = typeof at === 'object' && at !== null ? Reflect.get(at, 'cause') : undefined;
    }
    return parts.join(': ').slice(0, MAX_REASON_LENGTH);
  } catch {
    return 'it threw what cannot be read';
  }
}

function ownText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `it threw ${String(error)}`;
  const message: unknown = Reflect.get(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  // An `AggregateError` of a connection says nothing itself; those in it do.
  const errors: unknown = Reflect.get(error, 'errors');
  if (Array.isArray(errors) && errors.length > 0) {
    const texts = errors.slice(0, 3).map(ownText);
    return [...new Set(texts)].join(', ');
  }
  const word: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'name');
  return typeof word === 'string' ? word : 'it threw an object without a message';
}
